import type { Clock } from '../../host.ts';
import { batches } from '../batches.ts';
import type { LedgerDatabase } from '../database.ts';
import type { HintStore } from '../ledger.ts';

export function hintStore(database: LedgerDatabase, clock: Clock): HintStore {
	return {
		note: async (stream, recordIds) => {
			if (recordIds.length === 0) return;
			const noted_at = clock.now();
			await database.write(async (transaction) => {
				for (const batch of batches([...new Set(recordIds)].sort(), 3)) {
					await transaction
						.insertInto('hint')
						.values(batch.map((record_id) => ({ integration: stream, record_id, noted_at })))
						.onConflict((conflict) =>
							conflict
								.columns(['integration', 'record_id'])
								// One more than before: hints of one millisecond are told apart, too.
								.doUpdateSet((row) => ({
									noted_at: row
										.case()
										.when('hint.noted_at', '>=', row.ref('excluded.noted_at'))
										.then(row('hint.noted_at', '+', 1))
										.else(row.ref('excluded.noted_at'))
										.end(),
								})),
						)
						.execute();
				}
			});
		},

		pending: async (stream, most) =>
			await database.read(async (transaction) => {
				const rows = await transaction
					.selectFrom('hint')
					.select(['record_id', 'noted_at'])
					.where('integration', '=', stream)
					.orderBy('noted_at')
					.orderBy('record_id')
					.limit(most)
					.execute();
				return rows.map((row) => ({ recordId: row.record_id, notedAt: row.noted_at }));
			}),

		clear: async (stream, hints) => {
			if (hints.length === 0) return;
			await database.write(async (transaction) => {
				for (const { recordId, notedAt } of hints) {
					await transaction
						.deleteFrom('hint')
						.where('integration', '=', stream)
						.where('record_id', '=', recordId)
						.where('noted_at', '<=', notedAt)
						.execute();
				}
			});
		},
	};
}
