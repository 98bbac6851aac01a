import type { Watermark } from '../../changes/change.ts';
import type { LedgerTransaction } from '../database.ts';
import type { Cursor } from '../ledger.ts';

export async function readCursor(
	transaction: LedgerTransaction,
	integration: string,
): Promise<Cursor | undefined> {
	const row = await transaction
		.selectFrom('cursor')
		.selectAll()
		.where('integration', '=', integration)
		.executeTakeFirst();
	if (!row) return undefined;
	const watermark = position(row.watermark_stamp, row.watermark_id);
	const floor = position(row.floor_stamp, row.floor_id);
	return { startedAt: row.started_at, ...(watermark && { watermark }), ...(floor && { floor }) };
}

function position(stamp: string | null, id: string | null): Watermark | undefined {
	return stamp === null || id === null ? undefined : { systemModstamp: stamp, id };
}

/** Sets where an integration starts; does nothing if a cursor exists. */
export async function startCursor(
	transaction: LedgerTransaction,
	integration: string,
	{ watermark, floor, startedAt }: Cursor,
): Promise<void> {
	await transaction
		.insertInto('cursor')
		.values({
			integration,
			watermark_stamp: watermark?.systemModstamp ?? null,
			watermark_id: watermark?.id ?? null,
			floor_stamp: floor?.systemModstamp ?? null,
			floor_id: floor?.id ?? null,
			started_at: startedAt,
		})
		.onConflict((conflict) => conflict.column('integration').doNothing())
		.execute();
}

/** Moves the cursor on to the watermark; leaves it where it is when that lies behind. */
export async function advanceCursor(
	transaction: LedgerTransaction,
	integration: string,
	{ systemModstamp, id }: Watermark,
): Promise<void> {
	await transaction
		.insertInto('cursor')
		.values({
			integration,
			watermark_stamp: systemModstamp,
			watermark_id: id,
			floor_stamp: null,
			floor_id: null,
			started_at: systemModstamp,
		})
		.onConflict((conflict) =>
			conflict
				.column('integration')
				.doUpdateSet((row) => ({
					watermark_stamp: row.ref('excluded.watermark_stamp'),
					watermark_id: row.ref('excluded.watermark_id'),
				}))
				.where((row) =>
					row.or([
						row('cursor.watermark_stamp', 'is', null),
						row('cursor.watermark_stamp', '<', systemModstamp),
						row.and([
							row('cursor.watermark_stamp', '=', systemModstamp),
							row('cursor.watermark_id', '<', id),
						]),
					]),
				),
		)
		.execute();
}
