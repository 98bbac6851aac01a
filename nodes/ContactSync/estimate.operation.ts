import type { IDataObject } from 'n8n-workflow';
import {
	CHANGES_PAGE,
	compileFilter,
	countQuery,
	countRecords,
	estimate as estimateOf,
} from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { FilterRow } from '../../sync/changes/filter.ts';
import type { QuotaStatus } from '../../sync/ledger/ledger.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import { combineFilters, filterFields } from '../context/filterFields.ts';
import { fieldsOf, salesforceAccess } from '../context/salesforce.ts';
import { type SalesforceAuthentication, salesforceObject } from '../context/salesforceFields.ts';
import type { Operation, OperationInput } from './operation.ts';

const inWords = (value: number): string => value.toLocaleString('en');
const counted = (value: number, one: string): string =>
	`${inWords(value)} ${one}${value === 1 ? '' : 's'}`;

export const estimate: Operation = {
	option: {
		name: 'Estimate',
		value: 'estimate',
		action: 'Estimate a first import',
		description: 'How many records, tasks, calls, minutes and months it will take',
	},
	logsInTo: ['salesforce', 'brevo'],
	fields: [
		salesforceObject,
		...filterFields,
		{
			displayName: 'Monthly Limit (Tasks)',
			name: 'monthlyLimit',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 100000,
			description: 'The limit that Quota Guard will have',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				combineFilters,
				{
					displayName: 'Page Size',
					name: 'pageSize',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 2000 },
					default: CHANGES_PAGE,
					description: 'The page size that the trigger will have',
				},
			],
		},
	],
	execute: async (input) => {
		const { context, host, ledger } = input;
		const account = await brevoAccount(await brevoAccess(context, host), ledger);
		const status = await ledger.quota.current(account, host.clock.now());
		return [{ json: await estimateImport(input, status) }];
	},
};

/** What a first import would take, from two counts in Salesforce; nothing is read or written. */
async function estimateImport(
	{ context, host, index }: OperationInput,
	status: QuotaStatus | undefined,
): Promise<IDataObject> {
	const object = context.getNodeParameter('object', index) as SalesforceObject;
	const rows = context.getNodeParameter('filters.rows', index, []) as FilterRow[];
	const limit = context.getNodeParameter('monthlyLimit', index) as number;
	const { combineFilters, pageSize = CHANGES_PAGE } = context.getNodeParameter(
		'options',
		index,
	) as {
		combineFilters?: 'all' | 'any';
		pageSize?: number;
	};
	const authentication = context.getNodeParameter('salesforceAuthentication', index);
	const connection = await salesforceAccess(
		context,
		authentication as SalesforceAuthentication,
		host,
	);
	const filter = compileFilter(
		{ rows, combine: combineFilters },
		rows.length > 0 ? await fieldsOf(connection, object) : [],
	);
	const count = async (reachable: boolean): Promise<number> =>
		await countRecords(connection, countQuery({ object, filter, reachable }));
	const result = estimateOf({
		records: await count(false),
		reachable: await count(true),
		pageSize,
		tasksPerMonth: limit - (status?.lane ?? 0),
		used: status?.used ?? 0,
	});
	const { records, tasks, minutes, months, salesforceCalls, brevoCalls } = result;
	return {
		object,
		...result,
		summary: `${counted(records, 'record')}, at most ${counted(tasks, 'task')} of ${inWords(limit)} a month; about ${counted(minutes, 'minute')}, ${counted(salesforceCalls, 'call')} to Salesforce and ${inWords(brevoCalls)} to Brevo; ${months === 1 ? 'fits into this month' : `stretches over ${inWords(months)} months`}.`,
	};
}
