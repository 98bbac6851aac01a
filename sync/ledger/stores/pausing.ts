import type { LedgerTransaction } from '../database.ts';
import { backStreamOf } from '../ledger.ts';
import { resumeDeferred } from './deferred.ts';

/** False when it was paused before, or is not known. */
export async function pauseIntegration(
	transaction: LedgerTransaction,
	integration: string,
	now: number,
): Promise<boolean> {
	const { numUpdatedRows } = await transaction
		.updateTable('integration')
		.set({ paused_at: now })
		.where('name', '=', integration)
		.where('paused_at', 'is', null)
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

/** Lets what changed meanwhile come at once; undefined when it was not paused. */
export async function resumeIntegration(
	transaction: LedgerTransaction,
	integration: string,
): Promise<number | undefined> {
	const { numUpdatedRows } = await transaction
		.updateTable('integration')
		.set({ paused_at: null })
		.where('name', '=', integration)
		.where('paused_at', 'is not', null)
		.executeTakeFirst();
	if (numUpdatedRows === 0n) return undefined;
	let records = 0;
	for (const stream of [integration, backStreamOf(integration)])
		records += await resumeDeferred(transaction, stream, 'paused');
	return records;
}
