import type { SalesforceConnection } from '../salesforce/connection.ts';
import { deleteLog } from '../salesforce/delete-log.ts';
import { fetchByIds, queryPage } from '../salesforce/read.ts';
import type { SalesforceObject, SalesforceRecord } from './change.ts';
import { byIdsQuery, keysetQuery, newestQuery, normaliseStamp } from './soql.ts';
import type { ChangeSource, EmittedChange } from './pump.ts';

/** What a trigger reads. */
export interface ChangeQuery {
	readonly object: SalesforceObject;
	/** API names; system fields are added. */
	readonly fields: readonly string[];
	/** Compiled SOQL condition; see `compileFilter`. */
	readonly filter?: string;
}

/**
 * Salesforce as a queue of changes: one keyset query a page, deleted rows included. What changed in
 * the second of the read is left for the next one: SystemModstamp knows whole seconds, so a second
 * edit in it would look as if it had been read already.
 */
export function salesforceSource(
	connection: SalesforceConnection,
	query: ChangeQuery,
): ChangeSource {
	return {
		read: async (after, limit) => {
			const soql = keysetQuery({ ...query, limit, ...(after && { after }) });
			const page = await queryPage(connection, soql, { all: true });
			const { settled: records = [], unsettled = [] } = Object.groupBy(page.records, (record) =>
				isSettled(record, page.serverTime) ? 'settled' : 'unsettled',
			);
			// LIMIT was reached: there may be more. Fewer rows: this was all for now.
			return {
				records,
				complete: records.length < limit,
				unsettled,
				...(page.serverTime !== undefined && { readAt: page.serverTime }),
			};
		},
		byIds: async (ids) =>
			await fetchByIds(connection, query.object, query.fields, ids, { includeDeleted: true }),
		deleted: async (ids) => {
			const log = await deleteLog(connection, query.object);
			return new Set(ids.filter((id) => log.has(id)));
		},
		fitting: async (ids) =>
			(await queryPage(connection, byIdsQuery({ ...query, ids }), { all: true })).records,
	};
}

const isSettled = (record: SalesforceRecord, readAt: string | undefined): boolean =>
	readAt === undefined || normaliseStamp(String(record['SystemModstamp'])) < readAt;

/**
 * A few records for the editor's test: the latest ones, as changes without a page, so that nothing
 * that happens to them moves the integration.
 */
export async function sampleRecords(
	connection: SalesforceConnection,
	query: ChangeQuery,
	context: { readonly integration: string; readonly ledger: string; readonly most: number },
): Promise<EmittedChange[]> {
	const soql = newestQuery({ ...query, limit: context.most });
	const { records } = await queryPage(connection, soql, { all: false });
	return records.map((record) => ({ record, sync: sampleContext(query.object, record, context) }));
}

const sampleContext = (
	object: SalesforceObject,
	record: SalesforceRecord,
	{ integration, ledger }: { readonly integration: string; readonly ledger: string },
): EmittedChange['sync'] => ({
	integration,
	ledger,
	object,
	id: String(record['Id']),
	change: 'updated',
	systemModstamp: normaliseStamp(String(record['SystemModstamp'])),
});
