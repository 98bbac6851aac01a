import type { LedgerTransaction } from '../database.ts';
import type { PageStore, Rejection } from '../ledger.ts';

const MOST = 1_000;

/** In the order of record ids; `after` is the last record id of the part read before. */
export async function readRejections(
	transaction: LedgerTransaction,
	integration: string,
	{ limit, most = MOST, after }: NonNullable<Parameters<PageStore['rejections']>[1]> = {},
): Promise<Rejection[]> {
	let query = transaction
		.selectFrom('rejection')
		.selectAll()
		.where('integration', '=', integration)
		.orderBy('record_id')
		.limit(most);
	if (limit !== undefined) query = query.where('limit_id', '=', limit);
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
