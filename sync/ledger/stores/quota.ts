import type { Clock } from '../../host.ts';
import type { LedgerDatabase, LedgerTransaction } from '../database.ts';
import type { QuotaStatus, QuotaStore } from '../ledger.ts';
import { reserveTasks } from './reservation.ts';
import { releaseTasks, settleTasks } from './settlement.ts';

export function quotaStore(database: LedgerDatabase, clock: Clock): QuotaStore {
	const { read, write } = database;
	return {
		reserve: async (input) =>
			await write(async (transaction) => await reserveTasks(transaction, input, clock.now())),
		release: async (tasks) =>
			await write(async (transaction) => await releaseTasks(transaction, tasks, clock.now())),
		spend: async (tasks) =>
			await write(async (transaction) => {
				await settleTasks(transaction, tasks);
			}),
		status: async (account, period) =>
			await read(async (transaction) => await status(transaction, account, period)),
		hasRoom: async (account, now) =>
			await read(async (transaction) => await hasRoom(transaction, account, now)),
	};
}

async function status(
	transaction: LedgerTransaction,
	account: string,
	period: string,
): Promise<QuotaStatus | undefined> {
	const row = await transaction
		.selectFrom('quota_period')
		.select(['task_limit', 'used'])
		.where('account', '=', account)
		.where('period', '=', period)
		.executeTakeFirst();
	return row && { account, period, limit: row.task_limit, used: row.used };
}

async function hasRoom(
	transaction: LedgerTransaction,
	account: string,
	now: number,
): Promise<boolean> {
	const latest = await transaction
		.selectFrom('quota_account')
		.innerJoin('quota_period', (join) =>
			join
				.onRef('quota_period.account', '=', 'quota_account.account')
				.onRef('quota_period.period', '=', 'quota_account.period'),
		)
		.select(['quota_account.ends_at', 'task_limit', 'used'])
		.where('quota_account.account', '=', account)
		.executeTakeFirst();
	return !latest || latest.ends_at <= now || latest.used < latest.task_limit;
}
