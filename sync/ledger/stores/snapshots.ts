import type { Selectable } from 'kysely';
import type { Clock } from '../../host.ts';
import type { LedgerDatabase, LedgerTransaction } from '../database.ts';
import type { Snapshot, SnapshotStep, SnapshotStore } from '../ledger.ts';
import type { LedgerTables } from '../schema.ts';

export function snapshotStore({ read, write }: LedgerDatabase, clock: Clock): SnapshotStore {
	const change = async (
		integration: string,
		values: Partial<LedgerTables['snapshot']>,
	): Promise<void> =>
		await write(async (transaction) => {
			await transaction
				.updateTable('snapshot')
				.set(values)
				.where('integration', '=', integration)
				.where('ended_at', 'is', null)
				.execute();
		});
	return {
		get: async (integration) =>
			await read(async (transaction) => {
				const row = await transaction
					.selectFrom('snapshot')
					.selectAll()
					.where('integration', '=', integration)
					.executeTakeFirst();
				return row && snapshot(row);
			}),

		begin: async (integration, { purpose, startedAt, total }) =>
			await write(async (transaction) => {
				await transaction.deleteFrom('snapshot').where('integration', '=', integration).execute();
				await transaction
					.insertInto('snapshot')
					.values({
						integration,
						purpose,
						started_at: startedAt,
						begun_at: clock.now(),
						job: null,
						locator: null,
						total: total ?? null,
						done: 0,
						ended_at: null,
					})
					.execute();
			}),

		setJob: async (integration, job) =>
			await change(integration, { job, locator: null, done: 0, begun_at: clock.now() }),
		dropJob: async (integration) =>
			await change(integration, { job: null, locator: null, done: 0 }),
	};
}

/** Counts an acknowledged page; the last one ends the snapshot. */
export async function advanceSnapshot(
	transaction: LedgerTransaction,
	integration: string,
	{ records, locator }: SnapshotStep,
	now: number,
): Promise<void> {
	await transaction
		.updateTable('snapshot')
		.set((row) => ({
			locator: locator ?? null,
			done: row('done', '+', records),
			ended_at: locator === undefined ? now : null,
		}))
		.where('integration', '=', integration)
		.where('ended_at', 'is', null)
		.execute();
}

const snapshot = (row: Selectable<LedgerTables['snapshot']>): Snapshot => ({
	purpose: row.purpose,
	startedAt: row.started_at,
	begunAt: row.begun_at,
	done: row.done,
	...(row.job !== null && { job: row.job }),
	...(row.locator !== null && { locator: row.locator }),
	...(row.total !== null && { total: row.total }),
	...(row.ended_at !== null && { endedAt: row.ended_at }),
});
