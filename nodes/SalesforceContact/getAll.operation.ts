import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { compileFilter, newestQuery, queryPage } from '../../sync/index.ts';
import type { SalesforceObject, SalesforceRecord } from '../../sync/changes/change.ts';
import type { FilterRow } from '../../sync/changes/filter.ts';
import { failedItem } from '../context/eachItem.ts';
import { type Fields, rememberedFields, withFields } from '../context/describe.ts';
import { combineFilters, filterFields } from '../context/filterFields.ts';
import { cacheOf } from '../context/remembered.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';
import { fieldsToRead } from './fieldsToRead.ts';
import { type Operation, type OperationInput, shownFor } from './operation.ts';

export const getAll: Operation = {
	description: shownFor(
		['getAll'],
		[
			fieldsToRead,
			...filterFields,
			{
				displayName: 'Limit',
				name: 'limit',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 50_000 },
				default: 50,
				description: 'Max number of results to return',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [combineFilters],
			},
		],
	),
	execute: async (input) => {
		const records: INodeExecutionData[] = [];
		for (const [index, item] of input.items.entries()) {
			try {
				for (const record of await read(input, index)) {
					records.push({ json: record as IDataObject, pairedItem: { item: index } });
				}
			} catch (error) {
				records.push(failedItem(input.context, item, index, error));
			}
		}
		return { records };
	},
};

/** The records that changed last, of those that fit the filter. */
async function read(
	{ context, connection }: OperationInput,
	index: number,
): Promise<readonly SalesforceRecord[]> {
	const object = context.getNodeParameter('object', index) as SalesforceObject;
	const fields = context.getNodeParameter('fields', index, []) as string[];
	const rows = context.getNodeParameter('filters.rows', index, []) as FilterRow[];
	const limit = context.getNodeParameter('limit', index, 50);
	const options = context.getNodeParameter('options', index, {}) as {
		combineFilters?: 'all' | 'any';
	};
	const query = async (described: Fields): Promise<readonly SalesforceRecord[]> => {
		const filter = compileFilter({ rows, combine: options.combineFilters }, described);
		const soql = newestQuery({ object, fields, limit, ...(filter !== undefined && { filter }) });
		return (await queryPage(connection, soql)).records;
	};
	if (rows.length === 0) return await query([]);
	const authentication = context.getNodeParameter(
		'salesforceAuthentication',
		0,
	) as SalesforceAuthentication;
	const { clock } = connection.host;
	const known = await rememberedFields(context, authentication, object, cacheOf(undefined), clock);
	return await withFields(known, connection, object, query);
}
