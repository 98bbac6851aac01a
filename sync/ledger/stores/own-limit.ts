import type { LedgerTransaction } from '../database.ts';
import type { QuotaStore } from '../ledger.ts';

type Input = Parameters<QuotaStore['reserve']>[0];

/** The limit that was set for a period in Contact Sync. */
export async function ownLimit(
	transaction: LedgerTransaction,
	account: string,
	period: string,
): Promise<number | undefined> {
	const row = await transaction
		.selectFrom('quota_period')
		.select('own_limit')
		.where('account', '=', account)
		.where('period', '=', period)
		.executeTakeFirst();
	return row?.own_limit ?? undefined;
}

/** Puts it in place of the limit that Quota Guard asks with; warning and lane keep their shares. */
export async function withOwnLimit(transaction: LedgerTransaction, input: Input): Promise<Input> {
	const own = await ownLimit(transaction, input.account, input.period);
	if (own === undefined) return input;
	const { limit, lane = 0, warnAt } = input;
	return {
		...input,
		limit: own,
		lane: shareOfLimit(lane, limit, own),
		warnAt: Math.ceil((warnAt / limit) * own),
	};
}

/** Tasks of the lane when the limit becomes another one: the same share, rounded down. */
export const shareOfLimit = (lane: number, limit: number, own: number): number =>
	Math.floor((lane / limit) * own);
