import { batches, lastByKey } from '../batches.ts';
import type { LedgerTransaction } from '../database.ts';

export interface Seen {
	readonly id: string;
	readonly systemModstamp: string;
}

/** Remembers the latest SystemModstamp of each record. */
export async function rememberSeen(
	transaction: LedgerTransaction,
	integration: string,
	seen: readonly Seen[],
): Promise<void> {
	const inOrder = seen.toSorted((a, b) => (a.systemModstamp < b.systemModstamp ? -1 : 1));
	for (const batch of batches(
		lastByKey(inOrder, ({ id }) => id),
		3,
	)) {
		await transaction
			.insertInto('seen')
			.values(
				batch.map(({ id, systemModstamp }) => ({
					integration,
					record_id: id,
					stamp: systemModstamp,
				})),
			)
			.onConflict((conflict) =>
				conflict
					.columns(['integration', 'record_id'])
					.doUpdateSet((row) => ({ stamp: row.ref('excluded.stamp') }))
					.whereRef('seen.stamp', '<', 'excluded.stamp'),
			)
			.execute();
	}
}

export async function forgetSeen(
	transaction: LedgerTransaction,
	integration: string,
	before: string,
): Promise<void> {
	await transaction
		.deleteFrom('seen')
		.where('integration', '=', integration)
		.where('stamp', '<', before)
		.execute();
}

export async function readSeen(
	transaction: LedgerTransaction,
	integration: string,
	ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string>();
	for (const batch of batches(ids, 1)) {
		const rows = await transaction
			.selectFrom('seen')
			.select(['record_id', 'stamp'])
			.where('integration', '=', integration)
			.where('record_id', 'in', batch)
			.execute();
		for (const row of rows) found.set(row.record_id, row.stamp);
	}
	return found;
}
