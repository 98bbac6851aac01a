import { batches } from '../batches.ts';
import type { LedgerTransaction } from '../database.ts';
import type { PageStore, Rejection } from '../ledger.ts';

const MOST = 1_000;

/** The identifiers that rejected records wait for, or waited for until now, by record id. */
export async function readWaiting(
	transaction: LedgerTransaction,
	integration: string,
	ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
	const waiting = new Map<string, string>();
	for (const table of ['rejection', 'deferred'] as const) {
		for (const batch of batches(ids, 1)) {
			const rows = await transaction
				.selectFrom(table)
				.select(['record_id', 'waits_for'])
				.where('integration', '=', integration)
				.where('record_id', 'in', batch)
				.where('waits_for', 'is not', null)
				.$narrowType<{ waits_for: string }>()
				.execute();
			for (const row of rows) waiting.set(row.record_id, row.waits_for);
		}
	}
	return waiting;
}

/** In the order of record ids; `after` is the last record id of the part read before. */
export async function readRejections(
	transaction: LedgerTransaction,
	integration: string,
	{ limit, since, most = MOST, after }: NonNullable<Parameters<PageStore['rejections']>[1]> = {},
): Promise<Rejection[]> {
	let query = transaction
		.selectFrom('rejection')
		.selectAll()
		.where('integration', '=', integration)
		.orderBy('record_id')
		.limit(most);
	if (limit !== undefined) query = query.where('limit_id', '=', limit);
	if (since !== undefined) query = query.where('last_at', '>=', since);
	if (after !== undefined) query = query.where('record_id', '>', after);
	return (await query.execute()).map((row) => ({
		integration,
		recordId: row.record_id,
		limit: row.limit_id,
		...(row.field !== null && { field: row.field }),
		...(row.shape !== null && { shape: row.shape }),
		firstAt: row.first_at,
		lastAt: row.last_at,
	}));
}
