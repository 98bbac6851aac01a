import type { Ledger } from '../ledger/ledger.ts';

/** How much may vanish in Salesforce in one day without anybody being asked. */
export interface BrakeRule {
	/** Records. */
	readonly number: number;
	/** Of the integration's contacts, 0 to 1. */
	readonly share: number;
}

const DAY_MS = 86_400_000;
/** A removal that waits for somebody's word is looked at again after this. */
export const BRAKE_RETRY_MS = 6 * 3_600_000;

const approvedKey = (stream: string): string => `removals-approved|${stream}`;
const toldKey = (stream: string): string => `removals-told|${stream}`;

export interface Braked {
	/** Records that wait. */
	readonly held: ReadonlySet<string>;
	/** How many records would have been removed today. */
	readonly number: number;
	/** Nobody has been told yet in the last day. */
	readonly isNews: boolean;
}

/**
 * Holds back all removals of a page when, with those of the same day, they are more than the rule
 * allows; until somebody approves. A page that comes again is not counted twice.
 */
export async function brakeRemovals(
	ledger: Ledger,
	stream: string,
	links: number,
	rule: BrakeRule,
	recordIds: readonly string[],
	now: number,
): Promise<Braked> {
	const key = `removals|${stream}|${Math.floor(now / DAY_MS)}`;
	const json = await ledger.cache.get(key);
	const before = new Set(json === undefined ? [] : (JSON.parse(json) as string[]));
	const all = new Set([...before, ...recordIds]);
	const allowed = Math.min(rule.number, Math.max(1, Math.ceil(rule.share * links)));
	const isApproved = (await ledger.cache.get(approvedKey(stream))) !== undefined;
	if (recordIds.length === 0 || isApproved || all.size <= allowed) {
		// Nothing is counted once somebody has agreed: the list stays as small as the rule.
		if (!isApproved) await ledger.cache.set(key, JSON.stringify([...all]), 2 * DAY_MS);
		return { held: new Set(), number: all.size, isNews: false };
	}
	const isNews = (await ledger.cache.get(toldKey(stream))) === undefined;
	return {
		held: new Set(recordIds.filter((id) => !before.has(id))),
		number: all.size,
		isNews,
	};
}

/** The alert has been passed on; the next one comes a day later at the earliest. */
export async function noteTold(ledger: Ledger, stream: string): Promise<void> {
	await ledger.cache.set(toldKey(stream), 'true', DAY_MS);
}

/** Somebody has agreed: what waits comes again at once, and nothing is held back for a day. */
export async function approveRemovals(ledger: Ledger, stream: string): Promise<number> {
	await ledger.cache.set(approvedKey(stream), 'true', DAY_MS);
	return await ledger.pages.resume(stream, 'removal-brake');
}
