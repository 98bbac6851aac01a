import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import {
	CHANGES_PAGE,
	compileFilter,
	countQuery,
	countRecords,
	estimate,
} from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { FilterRow } from '../../sync/changes/filter.ts';
import type { Host } from '../../sync/host.ts';
import type { QuotaStatus } from '../../sync/ledger/ledger.ts';
import { fieldsOf, salesforceAccess } from '../context/salesforce.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';

const inWords = (value: number): string => value.toLocaleString('en');
const counted = (value: number, one: string): string =>
	`${inWords(value)} ${one}${value === 1 ? '' : 's'}`;

/** What a first import would take, from two counts in Salesforce; nothing is read or written. */
export async function estimateImport(
	context: IExecuteFunctions,
	host: Host,
	index: number,
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
	const result = estimate({
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
