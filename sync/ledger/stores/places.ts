import type { LedgerTransaction } from '../database.ts';

/** Lists by target, in the order of their ids. */
export async function readPlaces(
	transaction: LedgerTransaction,
	integration: string,
): Promise<ReadonlyMap<string, readonly number[]>> {
	const rows = await transaction
		.selectFrom('place')
		.select(['target', 'list_id'])
		.where('integration', '=', integration)
		.orderBy('target')
		.orderBy('list_id')
		.execute();
	const byTarget = Map.groupBy(rows, ({ target }) => target);
	return new Map(
		[...byTarget].map(([target, lists]) => [target, lists.map(({ list_id: id }) => id)]),
	);
}

export async function notePlace(
	transaction: LedgerTransaction,
	integration: string,
	target: string,
	listIds: readonly number[],
): Promise<void> {
	await transaction
		.deleteFrom('place')
		.where('integration', '=', integration)
		.where('target', '=', target)
		.execute();
	if (listIds.length === 0) return;
	await transaction
		.insertInto('place')
		.values([...new Set(listIds)].map((list_id) => ({ integration, target, list_id })))
		// Two runs at once may note the same.
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}
