import { batches } from '../batches.ts';
import type { LedgerTransaction } from '../database.ts';
import type { RecordOutcome } from '../ledger.ts';
import type { LedgerTables } from '../schema.ts';

/*
 * Records that were rejected because another record owns their address or number. They need no edit
 * to be right one day: it is enough that the other one lets go.
 */

/** Due since ever, but not for want of quota (0). */
const AT_ONCE = 1;

/** Lets the records that wait for these identifiers come again. */
export async function resumeWaiting(
	transaction: LedgerTransaction,
	released: readonly string[],
	now: number,
): Promise<void> {
	for (const batch of batches([...new Set(released)], 1)) {
		const rows = await transaction
			.deleteFrom('rejection')
			.where('waits_for', 'in', batch)
			.returning(['integration', 'record_id', 'limit_id', 'waits_for'])
			.execute();
		await defer(transaction, rows, now);
	}
}

async function defer(
	transaction: LedgerTransaction,
	rows: ReadonlyArray<
		Pick<LedgerTables['rejection'], 'integration' | 'record_id' | 'limit_id' | 'waits_for'>
	>,
	now: number,
): Promise<void> {
	for (const some of batches(rows, 8)) {
		await transaction
			.insertInto('deferred')
			.values(
				some.map((row) => ({ ...row, due_at: AT_ONCE, attempts: 0, first_at: now, gone: null })),
			)
			.onConflict((conflict) => conflict.columns(['integration', 'record_id']).doNothing())
			.execute();
	}
}

/** Longest circle that is looked for; people swap two addresses, seldom three. */
const LONGEST_CIRCLE = 8;

/**
 * Addresses only: two contacts can exchange them. When a record waits for the address of one that
 * waits, itself or through others, for the first one's, none would ever move: all of them come again,
 * together.
 */
export async function breakCircle(
	transaction: LedgerTransaction,
	{ integration, recordId, waitsFor }: RecordOutcome,
	now: number,
): Promise<void> {
	const circle = [recordId];
	let wanted: string | null | undefined = waitsFor;
	for (let hops = 0; wanted && hops < LONGEST_CIRCLE; hops += 1) {
		const owner = await transaction
			.selectFrom('link')
			.select('record_id')
			.where('integration', '=', integration)
			.where('email_hash', '=', wanted)
			.where('removed_at', 'is', null)
			.executeTakeFirst();
		if (!owner) return;
		if (owner.record_id === recordId) {
			// Nobody else: whoever waits for the same addresses might take them first.
			const rows = await transaction
				.deleteFrom('rejection')
				.where('integration', '=', integration)
				.where('record_id', 'in', circle)
				.returning(['integration', 'record_id', 'limit_id', 'waits_for'])
				.execute();
			await defer(transaction, rows, now);
			return;
		}
		circle.push(owner.record_id);
		wanted = await wantedBy(transaction, integration, owner.record_id);
	}
}

/** Also of a record that is about to come again: alone it would only be rejected once more. */
async function wantedBy(
	transaction: LedgerTransaction,
	integration: string,
	recordId: string,
): Promise<string | undefined> {
	for (const table of ['rejection', 'deferred'] as const) {
		const row = await transaction
			.selectFrom(table)
			.select('waits_for')
			.where('integration', '=', integration)
			.where('record_id', '=', recordId)
			.executeTakeFirst();
		if (row?.waits_for) return row.waits_for;
	}
	return undefined;
}
