import type { Clock } from '../../host.ts';
import type { LedgerDatabase, LedgerTransaction } from '../database.ts';
import type { QuotaStatus, QuotaStore } from '../ledger.ts';
import type { LedgerTables } from '../schema.ts';
import { confirmNotices, isMailed, noteMailed } from './notices.ts';
import { heldHashes, reserveTasks } from './reservation.ts';
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
		current: async (account, now) =>
			await read(async (transaction) => {
				const row = await presentPeriod(transaction, account, now);
				return row && { account, period: row.period, endsAt: row.ends_at, ...statusOf(row) };
			}),
		unsettled: async (account, keys) =>
			await read(
				async (transaction) => new Set((await heldHashes(transaction, account, keys)).keys()),
			),
		hasRoom: async (account, now) =>
			await read(async (transaction) => {
				const row = await presentPeriod(transaction, account, now);
				return !row || row.used < row.task_limit - row.lane;
			}),
		hasReservedRoom: async (account, now) =>
			await read(async (transaction) => {
				const row = await presentPeriod(transaction, account, now);
				return !row || row.used < row.task_limit;
			}),
		confirmNotices: async (account, period, notices) =>
			await write(async (transaction) => {
				await confirmNotices(transaction, { account, period }, notices, clock.now());
			}),
		isMailed: async (account, period, notice) =>
			await read(async (transaction) => await isMailed(transaction, { account, period }, notice)),
		noteMailed: async (account, period, notice) =>
			await write(async (transaction) => {
				await noteMailed(transaction, { account, period }, notice, clock.now());
			}),
	};
}

async function status(
	transaction: LedgerTransaction,
	account: string,
	period: string,
): Promise<QuotaStatus | undefined> {
	const row = await transaction
		.selectFrom('quota_period')
		.select(['task_limit', 'lane', 'used', 'first_at'])
		.where('account', '=', account)
		.where('period', '=', period)
		.executeTakeFirst();
	return row && { account, period, ...statusOf(row) };
}

/** The numbers of a period's row. */
export const statusOf = (
	row: Pick<LedgerTables['quota_period'], 'task_limit' | 'lane' | 'used' | 'first_at'>,
): Pick<QuotaStatus, 'limit' | 'lane' | 'used' | 'firstAt'> => ({
	limit: row.task_limit,
	lane: row.lane,
	used: row.used,
	...(row.first_at !== null && { firstAt: row.first_at }),
});

/** The period that tasks were last asked for in, unless it has ended by `now`. */
export const presentPeriod = async (transaction: LedgerTransaction, account: string, now: number) =>
	await transaction
		.selectFrom('quota_account')
		.innerJoin('quota_period', (join) =>
			join
				.onRef('quota_period.account', '=', 'quota_account.account')
				.onRef('quota_period.period', '=', 'quota_account.period'),
		)
		.select([
			'quota_period.period',
			'quota_period.ends_at',
			'task_limit',
			'lane',
			'used',
			'first_at',
		])
		.where('quota_account.account', '=', account)
		.where('quota_account.ends_at', '>', now)
		.executeTakeFirst();
