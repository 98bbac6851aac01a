import type { Integration, Ledger } from '../ledger/ledger.ts';
import { taskKey } from '../quota/task-key.ts';
import { type ChangeKind, isGone, type SalesforceRecord } from './change.ts';

/** What a Brevo account's month still has room for. */
export interface QuotaRoom {
	readonly ordinary: boolean;
	/** For opt-outs and deletions, which have a lane of their own. */
	readonly reserved: boolean;
	/** One record goes all the same: only a run of Quota Guard finds out that its limit was raised. */
	readonly probe?: boolean;
	/** Somebody has paused the integration: nothing goes. */
	readonly paused?: boolean;
}

export const FULL_ROOM: QuotaRoom = { ordinary: true, reserved: true };
export const PAUSED: QuotaRoom = { ordinary: false, reserved: false, paused: true };

/** The way back is paused with the way there. */
export async function isPaused(
	ledger: Ledger,
	integration: Integration | undefined,
): Promise<boolean> {
	const { pausedAt, backOf } = integration ?? {};
	if (pausedAt !== undefined || backOf === undefined) return pausedAt !== undefined;
	return await isPaused(ledger, await ledger.integrations.get(backOf));
}

/** A way back that has not run yet has the Brevo account of its way there. */
async function accountOf(
	ledger: Ledger,
	integration: Integration | undefined,
): Promise<string | undefined> {
	const { brevoAccount, backOf } = integration ?? {};
	if (brevoAccount !== undefined || backOf === undefined) return brevoAccount;
	return await accountOf(ledger, await ledger.integrations.get(backOf));
}

/** The room that the ledger knows of; all of it while the integration's account is unknown, and none
 *  while it is paused. */
export async function quotaRoom(
	ledger: Ledger,
	integration: string,
	now: number,
): Promise<QuotaRoom> {
	const known = await ledger.integrations.get(integration);
	if (await isPaused(ledger, known)) return PAUSED;
	const account = await accountOf(ledger, known);
	if (account === undefined) return FULL_ROOM;
	return {
		ordinary: await ledger.quota.hasRoom(account, now),
		reserved: await ledger.quota.hasReservedRoom(account, now),
	};
}

interface Change {
	readonly record: SalesforceRecord;
	readonly kind: ChangeKind;
}

/**
 * While the quota is used up, most changes only leave their id: forty edits of one record are one
 * task later, and a deletion is remembered for longer than Salesforce does. A record that a failed
 * run has reserved a task for comes through: the task is paid.
 */
export async function admit<T extends Change>(
	ledger: Ledger,
	integration: string,
	changes: readonly T[],
	room: QuotaRoom,
): Promise<{ readonly now: readonly T[]; readonly later: readonly T[] }> {
	if (room.ordinary) return { now: changes, later: [] };
	if (room.paused) return { now: [], later: changes };
	const known = await ledger.integrations.get(integration);
	const account = (await accountOf(ledger, known)) ?? '';
	const { backOf } = known ?? {};
	const keyOf = ({ record }: T): string =>
		taskKey({ integration, id: String(record['Id']), ...(backOf !== undefined && { backOf }) });
	const paid = await ledger.quota.unsettled(account, changes.map(keyOf));
	const isAdmitted = (change: T, index: number): boolean =>
		(room.probe === true && index === 0) ||
		paid.has(keyOf(change)) ||
		(room.reserved && mayNotWait(change));
	return {
		now: changes.filter(isAdmitted),
		later: changes.filter((change, index) => !isAdmitted(change, index)),
	};
}

/** People who left or object must not wait for a month. */
const mayNotWait = ({ record, kind }: Change): boolean =>
	isGone(kind) || record['HasOptedOutOfEmail'] === true || record['emailBlacklisted'] === true;
