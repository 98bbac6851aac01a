import type { Clock } from '../../host.ts';
import type { LedgerDatabase } from '../database.ts';
import type { ImportStore } from '../ledger.ts';

/** Longer than any import takes; later its rows are written again. */
const FORGET_AFTER_MS = 24 * 3_600_000;

const FRESH = { process_id: null, settled_at: null } as const;

export function importStore({ read, write }: LedgerDatabase, clock: Clock): ImportStore {
	return {
		sending: async (account, content) =>
			await write(async (transaction) => {
				const sent_at = clock.now();
				await transaction
					.deleteFrom('brevo_import')
					.where('sent_at', '<', sent_at - FORGET_AFTER_MS)
					.execute();
				await transaction
					.insertInto('brevo_import')
					.values({ account, content, ...FRESH, sent_at })
					.onConflict((conflict) =>
						conflict.columns(['account', 'content']).doUpdateSet({ ...FRESH, sent_at }),
					)
					.execute();
			}),

		taken: async (account, content, processId) =>
			await write(async (transaction) => {
				await transaction
					.updateTable('brevo_import')
					.set({ process_id: processId })
					.where('account', '=', account)
					.where('content', '=', content)
					.execute();
			}),

		find: async (account, content) =>
			await read(async (transaction) => {
				const row = await transaction
					.selectFrom('brevo_import')
					.selectAll()
					.where('account', '=', account)
					.where('content', '=', content)
					.where('settled_at', 'is', null)
					.where('sent_at', '>=', clock.now() - FORGET_AFTER_MS)
					.executeTakeFirst();
				if (!row) return undefined;
				const processId = row.process_id === null ? {} : { processId: row.process_id };
				return { content, sentAt: row.sent_at, ...processId };
			}),

		latestProcess: async (account) =>
			await read(async (transaction) => {
				const { latest } = await transaction
					.selectFrom('brevo_import')
					.select(({ fn }) => fn.max('process_id').as('latest'))
					.where('account', '=', account)
					.executeTakeFirstOrThrow();
				return latest ?? 0;
			}),

		settled: async (account, content) =>
			await write(async (transaction) => {
				await transaction
					.updateTable('brevo_import')
					.set({ settled_at: clock.now() })
					.where('account', '=', account)
					.where('content', '=', content)
					.execute();
			}),
	};
}
