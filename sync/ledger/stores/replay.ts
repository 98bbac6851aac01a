import { sql } from 'kysely';
import type { LedgerTransaction } from '../database.ts';
import type { Replay } from '../desk.ts';

/** Due since ever, but not for want of quota (0). */
const AT_ONCE = 1;
const COLUMNS = [
	'integration',
	'record_id',
	'waits_for',
	'limit_id',
	'due_at',
	'attempts',
	'first_at',
] as const;

/** What a record gets that comes again because somebody asked for it; typed, as PostgreSQL wants. */
const asked = (now: number) =>
	[
		sql<string>`cast('replay' as text)`.as('limit_id'),
		sql<number>`cast(${AT_ONCE} as bigint)`.as('due_at'),
		sql<number>`cast(0 as bigint)`.as('attempts'),
		sql<number>`cast(${now} as bigint)`.as('first_at'),
	] as const;

/**
 * Puts records among those that wait, due at once: the trigger reads them anew and emits them. What
 * stood on the rejected list leaves it, and comes back if it is rejected again.
 */
export async function replay(
	transaction: LedgerTransaction,
	integration: string,
	which: Replay,
	now: number,
): Promise<number> {
	const rejected = await replayRejected(transaction, integration, which, now);
	if (which.kind === 'rejected') return rejected;
	await replayLinked(transaction, integration, which, now);
	let due = transaction
		.updateTable('deferred')
		.set({ due_at: AT_ONCE })
		.where('integration', '=', integration);
	if (which.kind === 'record') due = due.where('record_id', '=', which.recordId);
	const { numUpdatedRows } = await due.executeTakeFirst();
	return Number(numUpdatedRows);
}

async function replayRejected(
	transaction: LedgerTransaction,
	integration: string,
	which: Replay,
	now: number,
): Promise<number> {
	const { limit, since } = which.kind === 'rejected' ? which : {};
	const recordId = which.kind === 'record' ? which.recordId : undefined;
	const { numInsertedOrUpdatedRows = 0n } = await transaction
		.insertInto('deferred')
		.columns(COLUMNS)
		.expression((query) => {
			let rows = query
				.selectFrom('rejection')
				.select(['integration', 'record_id', 'waits_for', ...asked(now)])
				.where('integration', '=', integration);
			if (recordId !== undefined) rows = rows.where('record_id', '=', recordId);
			if (limit !== undefined) rows = rows.where('limit_id', '=', limit);
			if (since !== undefined) rows = rows.where('last_at', '>=', since);
			return rows;
		})
		.onConflict((conflict) =>
			conflict.columns(['integration', 'record_id']).doUpdateSet({ due_at: AT_ONCE }),
		)
		.executeTakeFirst();
	let gone = transaction.deleteFrom('rejection').where('integration', '=', integration);
	if (recordId !== undefined) gone = gone.where('record_id', '=', recordId);
	if (limit !== undefined) gone = gone.where('limit_id', '=', limit);
	if (since !== undefined) gone = gone.where('last_at', '>=', since);
	await gone.execute();
	return Number(numInsertedOrUpdatedRows);
}

/** Live links only: what was removed has no record to read. */
async function replayLinked(
	transaction: LedgerTransaction,
	integration: string,
	which: Replay,
	now: number,
): Promise<void> {
	await transaction
		.insertInto('deferred')
		.columns(COLUMNS)
		.expression((query) => {
			const rows = query
				.selectFrom('link')
				.select([
					'integration',
					'record_id',
					sql<string | null>`cast(null as text)`.as('waits_for'),
					...asked(now),
				])
				.where('integration', '=', integration)
				.where('removed_at', 'is', null);
			return which.kind === 'record' ? rows.where('record_id', '=', which.recordId) : rows;
		})
		.onConflict((conflict) => conflict.columns(['integration', 'record_id']).doNothing())
		.execute();
}
