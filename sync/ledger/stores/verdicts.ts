import { batches } from '../batches.ts';
import type { LedgerTransaction } from '../database.ts';
import type { RecordOutcome } from '../ledger.ts';
import type { LedgerTables } from '../schema.ts';

/** Remembers why records were rejected or left out, beyond the moment when they are mended. */
export async function noteVerdicts(
	transaction: LedgerTransaction,
	outcomes: readonly RecordOutcome[],
	now: number,
): Promise<void> {
	const rows = outcomes.flatMap((one): Array<LedgerTables['verdict']> => {
		const { outcome, limit, integration, recordId, field = null, shape = null } = one;
		if ((outcome !== 'rejected' && outcome !== 'excluded') || limit === undefined) return [];
		return [
			{
				...{ integration, outcome, field, shape },
				record_id: recordId,
				limit_id: limit,
				first_at: now,
				last_at: now,
				times: 1,
			},
		];
	});
	for (const batch of batches(rows, 9)) {
		await transaction
			.insertInto('verdict')
			.values(batch)
			.onConflict((conflict) =>
				conflict.columns(['integration', 'record_id', 'limit_id']).doUpdateSet((row) => ({
					outcome: row.ref('excluded.outcome'),
					field: row.ref('excluded.field'),
					shape: row.ref('excluded.shape'),
					last_at: row.ref('excluded.last_at'),
					times: row('verdict.times', '+', 1),
				})),
			)
			.execute();
	}
}

/** The same of the records of a page that the workflow dropped on their way. */
export async function noteDropped(
	transaction: LedgerTransaction,
	integration: string,
	page: string,
	now: number,
): Promise<void> {
	const rows = await transaction
		.selectFrom('page_outcome')
		.select('record_id')
		.where('page', '=', page)
		.where('outcome', 'is', null)
		.execute();
	const dropped = { integration, outcome: 'excluded', limit: 'left-the-workflow' } as const;
	await noteVerdicts(
		transaction,
		rows.map((row) => ({ ...dropped, recordId: row.record_id })),
		now,
	);
}
