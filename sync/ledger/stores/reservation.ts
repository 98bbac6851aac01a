import { batches } from '../batches.ts';
import type { LedgerTransaction } from '../database.ts';
import type { Notice, QuotaStore, Reservation, TaskRequest } from '../ledger.ts';
import { dayOf } from './activity.ts';
import { giveNotices } from './notices.ts';
import { withOwnLimit } from './own-limit.ts';

type Input = Parameters<QuotaStore['reserve']>[0];

/**
 * How long after its period an unsettled task can be taken up again. A write that crashed comes
 * again within minutes; a workflow that was switched off, within weeks.
 */
const KEPT_AFTER_PERIOD_MS = 31 * 86_400_000;

/** See QuotaStore.reserve. */
export async function reserveTasks(
	transaction: LedgerTransaction,
	asked: Input,
	now: number,
): Promise<Reservation> {
	await lockAccount(transaction, asked);
	const input = await withOwnLimit(transaction, asked);
	const { account, period, limit, lane = 0 } = input;
	const { used: before, firstAt } = await openPeriod(transaction, input);
	// At the start of a period only: it has no index, because that would slow every reservation.
	if (before === 0) await forgetOld(transaction, account, now);
	const keys = input.requests.map(({ key }) => key);
	const held = await heldHashes(transaction, account, keys);
	const { granted, charged, used } = grant(input.requests, held, before, { limit, lane });
	const since = firstAt ?? (charged.size > 0 ? now : undefined);
	await charge(transaction, input, charged, { used, firstAt: since ?? null, now });
	const due: Notice[] = [];
	if (used >= input.warnAt) due.push('warning');
	// From here on the trigger holds ordinary changes back.
	if (used >= limit - lane) due.push('exhausted');
	const notices = await giveNotices(transaction, input, due, now);
	const status = { limit, lane, used, ...(since !== undefined && { firstAt: since }) };
	return { account, period, ...status, granted, notices };
}

interface Grant {
	readonly granted: ReadonlySet<string>;
	/** Hash of each task that is new, by its key. */
	readonly charged: ReadonlyMap<string, string>;
	readonly used: number;
}

/** Who gets a task, in the order asked. `held`: hash of the unsettled tasks by key. */
export function grant(
	requests: readonly TaskRequest[],
	held: ReadonlyMap<string, string>,
	before: number,
	{ limit, lane }: { readonly limit: number; readonly lane: number },
): Grant {
	const granted = new Set<string>();
	const charged = new Map<string, string>();
	let used = before;
	for (const { key, hash, reserved = false } of requests) {
		if ((charged.get(key) ?? held.get(key)) === hash) {
			granted.add(key);
		} else if (used < (reserved ? limit : limit - lane)) {
			used++;
			charged.set(key, hash);
			granted.add(key);
		}
	}
	return { granted, charged, used };
}

/**
 * Also remembers the period for `hasRoom`: the one asked for last, not the one that ends last. After a
 * clock that ran ahead, or a month that begins on another day, the latter says nothing about today.
 */
async function lockAccount(
	transaction: LedgerTransaction,
	{ account, period, periodEnds }: Input,
): Promise<void> {
	await transaction
		.insertInto('quota_account')
		.values({ account, period, ends_at: periodEnds })
		.onConflict((conflict) =>
			conflict.column('account').doUpdateSet((row) => ({
				period: row.ref('excluded.period'),
				ends_at: row.ref('excluded.ends_at'),
			})),
		)
		.execute();
}

async function forgetOld(
	transaction: LedgerTransaction,
	account: string,
	now: number,
): Promise<void> {
	await transaction
		.deleteFrom('reservation')
		.where('account', '=', account)
		.where('forget_at', '<=', now)
		.execute();
}

/** Tasks used so far in the period, which is made when it is new. */
async function openPeriod(
	transaction: LedgerTransaction,
	{ account, period, periodEnds, limit, lane = 0 }: Input,
): Promise<{ readonly used: number; readonly firstAt: number | undefined }> {
	const row = await transaction
		.insertInto('quota_period')
		.values({ account, period, ends_at: periodEnds, task_limit: limit, lane, used: 0 })
		.onConflict((conflict) =>
			conflict.columns(['account', 'period']).doUpdateSet((row) => ({
				ends_at: row.ref('excluded.ends_at'),
				task_limit: row.ref('excluded.task_limit'),
				lane: row.ref('excluded.lane'),
			})),
		)
		.returning(['used', 'first_at'])
		.executeTakeFirstOrThrow();
	return { used: row.used, firstAt: row.first_at ?? undefined };
}

/** Hash of each key's task that is neither spent nor given back. */
export async function heldHashes(
	transaction: LedgerTransaction,
	account: string,
	keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
	const held = new Map<string, string>();
	for (const batch of batches([...new Set(keys)], 1)) {
		const rows = await transaction
			.selectFrom('reservation')
			.select(['task_key', 'hash'])
			.where('account', '=', account)
			.where('task_key', 'in', batch)
			.where('released_at', 'is', null)
			.execute();
		for (const row of rows) held.set(row.task_key, row.hash);
	}
	return held;
}

async function charge(
	transaction: LedgerTransaction,
	{ account, period, periodEnds }: Input,
	charged: ReadonlyMap<string, string>,
	after: { readonly used: number; readonly firstAt: number | null; readonly now: number },
): Promise<void> {
	if (charged.size === 0) return;
	const { used, firstAt, now } = after;
	for (const batch of batches([...charged], 6)) {
		await transaction
			.insertInto('reservation')
			.values(
				batch.map(([key, hash]) => ({
					account,
					task_key: key,
					hash,
					period,
					released_at: null,
					forget_at: periodEnds + KEPT_AFTER_PERIOD_MS,
				})),
			)
			.onConflict((conflict) =>
				conflict.columns(['account', 'task_key']).doUpdateSet((row) => ({
					hash: row.ref('excluded.hash'),
					period: row.ref('excluded.period'),
					released_at: row.ref('excluded.released_at'),
					forget_at: row.ref('excluded.forget_at'),
				})),
			)
			.execute();
	}
	await transaction
		.updateTable('quota_period')
		.set({ used, first_at: firstAt })
		.where('account', '=', account)
		.where('period', '=', period)
		.execute();
	await transaction
		.insertInto('quota_day')
		.values({ account, period, day: dayOf(now), used })
		.onConflict((conflict) =>
			conflict
				.columns(['account', 'period', 'day'])
				.doUpdateSet((row) => ({ used: row.ref('excluded.used') })),
		)
		.execute();
}
