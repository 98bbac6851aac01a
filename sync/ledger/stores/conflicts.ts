import type { Clock } from '../../host.ts';
import { batches, lastByKey } from '../batches.ts';
import type { LedgerDatabase } from '../database.ts';
import type { ConflictStore } from '../ledger.ts';

export function conflictStore(database: LedgerDatabase, clock: Clock): ConflictStore {
	return {
		note: async (conflicts) => {
			if (conflicts.length === 0) return;
			const at = clock.now();
			const latest = lastByKey(conflicts, ({ integration, recordId, field }) =>
				[integration, recordId, field].join('|'),
			);
			await database.write(async (transaction) => {
				for (const batch of batches(latest, 5)) {
					await transaction
						.insertInto('conflict')
						.values(
							batch.map(({ integration, recordId, field, winner }) => ({
								integration,
								record_id: recordId,
								field,
								winner,
								at,
							})),
						)
						.onConflict((conflict) =>
							conflict.columns(['integration', 'record_id', 'field']).doUpdateSet((row) => ({
								winner: row.ref('excluded.winner'),
								at: row.ref('excluded.at'),
							})),
						)
						.execute();
				}
			});
		},

		list: async (integration, most) =>
			await database.read(async (transaction) => {
				const rows = await transaction
					.selectFrom('conflict')
					.selectAll()
					.where('integration', '=', integration)
					.orderBy('at', 'desc')
					.orderBy('record_id')
					.orderBy('field')
					.limit(most)
					.execute();
				return rows.map(({ record_id, field, winner, at }) => ({
					integration,
					recordId: record_id,
					field,
					winner,
					at,
				}));
			}),
	};
}
