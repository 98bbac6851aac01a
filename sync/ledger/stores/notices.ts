import type { LedgerTransaction } from '../database.ts';
import type { Notice } from '../ledger.ts';

interface Claim {
	readonly account: string;
	readonly period: string;
	readonly claimant?: string;
}

/** How long whoever was given a notice has to confirm it before others are given it. */
const CLAIM_MS = 10 * 60_000;

/** Those of the notices that nobody else has been given in this period, or has left unconfirmed. */
export async function giveNotices(
	transaction: LedgerTransaction,
	{ account, period, claimant = '' }: Claim,
	due: readonly Notice[],
	now: number,
): Promise<Notice[]> {
	if (due.length === 0) return [];
	const given = await transaction
		.insertInto('notice')
		.values(
			due.map((notice) => ({
				account,
				period,
				notice,
				claimant,
				given_at: now,
				confirmed_at: null,
			})),
		)
		.onConflict((conflict) =>
			conflict
				.columns(['account', 'period', 'notice'])
				.doUpdateSet((row) => ({
					claimant: row.ref('excluded.claimant'),
					given_at: row.ref('excluded.given_at'),
				}))
				.where('notice.confirmed_at', 'is', null)
				.where((row) =>
					row.or([
						row.and([
							row('notice.claimant', '=', row.ref('excluded.claimant')),
							row('notice.claimant', '<>', ''),
						]),
						row('notice.given_at', '<=', now - CLAIM_MS),
					]),
				),
		)
		.returning('notice')
		.execute();
	const fresh = new Set(given.map((row) => row.notice));
	return due.filter((notice) => fresh.has(notice));
}

/** Notices that were given to a page are passed on once the page is acknowledged. */
export async function confirmNoticesOfPage(
	transaction: LedgerTransaction,
	page: string,
	now: number,
): Promise<void> {
	await transaction
		.updateTable('notice')
		.set({ confirmed_at: now })
		.where('claimant', '=', page)
		.where('confirmed_at', 'is', null)
		.execute();
}

export async function confirmNotices(
	transaction: LedgerTransaction,
	{ account, period }: Claim,
	notices: readonly Notice[],
	now: number,
): Promise<void> {
	if (notices.length === 0) return;
	await transaction
		.updateTable('notice')
		.set({ confirmed_at: now })
		.where('account', '=', account)
		.where('period', '=', period)
		.where('notice', 'in', notices)
		.execute();
}

export async function isMailed(
	transaction: LedgerTransaction,
	{ account, period }: Claim,
	notice: Notice,
): Promise<boolean> {
	const row = await transaction
		.selectFrom('notice')
		.select('mailed_at')
		.where('account', '=', account)
		.where('period', '=', period)
		.where('notice', '=', notice)
		.executeTakeFirst();
	return typeof row?.mailed_at === 'number';
}

export async function noteMailed(
	transaction: LedgerTransaction,
	{ account, period }: Claim,
	notice: Notice,
	now: number,
): Promise<void> {
	await transaction
		.updateTable('notice')
		.set({ mailed_at: now })
		.where('account', '=', account)
		.where('period', '=', period)
		.where('notice', '=', notice)
		.execute();
}
