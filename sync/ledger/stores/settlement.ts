import { batches } from '../batches.ts';
import type { LedgerTransaction } from '../database.ts';
import type { TaskKey } from '../ledger.ts';

const DAY_MS = 86_400_000;

export const taskName = ({ account, key }: TaskKey) => `${account}|${key}`;

/**
 * Marks tasks spent: the reservation goes, the period's counter keeps the task. A task that another
 * run of the same write had given back is charged again, because the write did happen.
 * Returns the names (`taskName`) of those that were not settled before.
 */
export async function settleTasks(
	transaction: LedgerTransaction,
	tasks: readonly TaskKey[],
): Promise<ReadonlySet<string>> {
	const settled = new Set<string>();
	for (const [account, keys] of keysByAccount(tasks)) {
		await lockAccount(transaction, account);
		const chargedAgain: string[] = [];
		for (const batch of batches(keys, 1)) {
			const rows = await transaction
				.deleteFrom('reservation')
				.where('account', '=', account)
				.where('task_key', 'in', batch)
				.returning(['task_key', 'period', 'released_at'])
				.execute();
			for (const row of rows) {
				settled.add(taskName({ account, key: row.task_key }));
				if (row.released_at !== null) chargedAgain.push(row.period);
			}
		}
		await addToPeriods(transaction, account, chargedAgain, 1);
	}
	return settled;
}

/** Gives tasks that are not settled back to the period that they were charged to. */
export async function releaseTasks(
	transaction: LedgerTransaction,
	tasks: readonly TaskKey[],
	now: number,
): Promise<void> {
	for (const [account, keys] of keysByAccount(tasks)) {
		await lockAccount(transaction, account);
		const givenBack: string[] = [];
		for (const batch of batches(keys, 1)) {
			const rows = await transaction
				.updateTable('reservation')
				.set({ released_at: now, forget_at: now + DAY_MS })
				.where('account', '=', account)
				.where('task_key', 'in', batch)
				.where('released_at', 'is', null)
				.returning('period')
				.execute();
			givenBack.push(...rows.map((row) => row.period));
		}
		await addToPeriods(transaction, account, givenBack, -1);
	}
}

/** Everything about one account's quota happens one after the other. */
async function lockAccount(transaction: LedgerTransaction, account: string): Promise<void> {
	await transaction
		.updateTable('quota_account')
		.set((row) => ({ account: row.ref('account') }))
		.where('account', '=', account)
		.execute();
}

async function addToPeriods(
	transaction: LedgerTransaction,
	account: string,
	periods: readonly string[],
	each: 1 | -1,
): Promise<void> {
	for (const [period, tasks] of Map.groupBy(periods, (name) => name)) {
		await transaction
			.updateTable('quota_period')
			.set((row) => ({ used: row('used', '+', each * tasks.length) }))
			.where('account', '=', account)
			.where('period', '=', period)
			.execute();
	}
}

/** Accounts in one order in every transaction, so that two never wait for each other. */
function keysByAccount(tasks: readonly TaskKey[]): Array<readonly [string, readonly string[]]> {
	const byAccount = Map.groupBy(tasks, ({ account }) => account);
	return [...byAccount]
		.map(([account, keys]) => [account, [...new Set(keys.map(({ key }) => key))]] as const)
		.sort(([a], [b]) => (a < b ? -1 : 1));
}
