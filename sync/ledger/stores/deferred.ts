import { batches } from '../batches.ts';
import type { LedgerTransaction } from '../database.ts';
import type { Standing } from '../ledger.ts';

/** Ids that are due at `now`: those that wait for quota first (when it has room), then by due time. */
export async function dueDeferred(
	transaction: LedgerTransaction,
	integration: string,
	now: number,
	quotaHasRoom: boolean,
	most: number,
): Promise<string[]> {
	const rows = await transaction
		.selectFrom('deferred')
		.select('record_id')
		.where('integration', '=', integration)
		.where('due_at', '<=', now)
		.where('due_at', quotaHasRoom ? '>=' : '>', 0)
		// The order of the index: of a million that wait, only `most` are read.
		.orderBy('due_at')
		.orderBy('first_at')
		.orderBy('record_id')
		.limit(most)
		.execute();
	return rows.map((row) => row.record_id);
}

export async function countDeferred(
	transaction: LedgerTransaction,
	integration: string,
	limit?: string,
): Promise<number> {
	let query = transaction
		.selectFrom('deferred')
		.select(({ fn }) => fn.countAll<number>().as('records'))
		.where('integration', '=', integration);
	if (limit !== undefined) query = query.where('limit_id', '=', limit);
	return (await query.executeTakeFirstOrThrow()).records;
}

/** Deferred records that Salesforce had said to be deleted. */
export async function readGone(
	transaction: LedgerTransaction,
	integration: string,
	ids: readonly string[],
): Promise<ReadonlySet<string>> {
	const gone = new Set<string>();
	for (const batch of batches(ids, 1)) {
		const rows = await transaction
			.selectFrom('deferred')
			.select('record_id')
			.where('integration', '=', integration)
			.where('record_id', 'in', batch)
			.where('gone', '=', 1)
			.execute();
		for (const row of rows) gone.add(row.record_id);
	}
	return gone;
}

export async function readStanding(
	transaction: LedgerTransaction,
	integration: string,
	ids: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
	const found = new Map<string, Standing>();
	for (const [table, kind] of [
		['rejection', 'rejected'],
		['deferred', 'deferred'],
	] as const) {
		for (const batch of batches(ids, 1)) {
			const rows = await transaction
				.selectFrom(table)
				.select(['record_id', 'limit_id'])
				.where('integration', '=', integration)
				.where('record_id', 'in', batch)
				.execute();
			for (const row of rows) found.set(row.record_id, { kind, limit: row.limit_id });
		}
	}
	return found;
}

/** Due since ever, but not for want of quota (0). */
const AT_ONCE = 1;

export async function resumeDeferred(
	transaction: LedgerTransaction,
	integration: string,
	limit: string,
): Promise<number> {
	const { numUpdatedRows } = await transaction
		.updateTable('deferred')
		.set({ due_at: AT_ONCE })
		.where('integration', '=', integration)
		.where('limit_id', '=', limit)
		.executeTakeFirst();
	return Number(numUpdatedRows);
}

/** Since when these records wait, by id. */
export async function waitingSince(
	transaction: LedgerTransaction,
	integration: string,
	recordIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
	const since = new Map<string, number>();
	for (const batch of batches(recordIds, 1)) {
		const rows = await transaction
			.selectFrom('deferred')
			.select(['record_id', 'first_at'])
			.where('integration', '=', integration)
			.where('record_id', 'in', batch)
			.execute();
		for (const row of rows) since.set(row.record_id, row.first_at);
	}
	return since;
}
