import type { LedgerTransaction } from '../database.ts';
import type { ChangedLimit, QuotaDay } from '../desk.ts';
import { shareOfLimit } from './own-limit.ts';
import { presentPeriod } from './quota.ts';

/**
 * Sets the limit of the period that runs. What is kept for opt-outs and deletions stays the same share
 * of it. The trigger sees the new limit at its next look; Quota Guard takes it in place of its own.
 */
export async function setLimit(
	transaction: LedgerTransaction,
	account: string,
	limit: number | undefined,
	now: number,
): Promise<ChangedLimit | undefined> {
	const row = await presentPeriod(transaction, account, now);
	if (!row) return undefined;
	const { period, ends_at: endsAt, task_limit: before, lane } = row;
	const changed = {
		own_limit: limit ?? null,
		// Quota Guard's own limit is known again when it runs.
		...(limit !== undefined && { task_limit: limit, lane: shareOfLimit(lane, before, limit) }),
	};
	await transaction
		.updateTable('quota_period')
		.set(changed)
		.where('account', '=', account)
		.where('period', '=', period)
		.execute();
	return { period, endsAt, before, limit: limit ?? before };
}

export async function quotaDays(
	transaction: LedgerTransaction,
	account: string,
	period: string,
): Promise<QuotaDay[]> {
	return await transaction
		.selectFrom('quota_day')
		.select(['day', 'used'])
		.where('account', '=', account)
		.where('period', '=', period)
		.orderBy('day')
		.execute();
}
