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
const brakedKey = (stream: string): string => `removals-braked|${stream}`;

export interface Braked {
	/** Records that wait. */
	readonly held: ReadonlySet<string>;
	/** How many records would have been removed today with this page. */
	readonly number: number;
	/** Nobody has been told yet in the last day. */
	readonly isNews: boolean;
}

/** What one day has seen. */
interface Day {
	/** The most live links: those removed since still count among the contacts they were of. */
	readonly links: number;
	/** Records that were let through. */
	readonly ids: readonly string[];
}

/**
 * Holds back all removals of a page when, with those of the same day, they are more than the rule
 * allows, and those of the pages behind it, however few; until somebody approves, or nothing like it
 * has come for a day. A page that comes again is not counted twice.
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
	const day = json === undefined ? { links, ids: [] } : (JSON.parse(json) as Day);
	const most = Math.max(links, day.links);
	const before = new Set(day.ids);
	const all = new Set([...before, ...recordIds]);
	const isApproved = (await ledger.cache.get(approvedKey(stream))) !== undefined;
	const isTooMuch = all.size > allowedBy(rule, most);
	const isBraked = isTooMuch || (await ledger.cache.get(brakedKey(stream))) !== undefined;
	if (recordIds.length === 0 || isApproved || !isBraked) {
		// Nothing is counted once somebody has agreed: the list stays as small as the rule.
		const seen: Day = { links: most, ids: isApproved ? day.ids : [...all] };
		await ledger.cache.set(key, JSON.stringify(seen), 2 * DAY_MS);
		return { held: new Set(), number: all.size, isNews: false };
	}
	const held = new Set(recordIds.filter((id) => !before.has(id)));
	if (isTooMuch && held.size > 0) await ledger.cache.set(brakedKey(stream), 'true', DAY_MS);
	const isNews = (await ledger.cache.get(toldKey(stream))) === undefined;
	return { held, number: all.size, isNews };
}

/** Of a share, whole records: at least one, unless the share is nothing. */
function allowedBy({ number, share }: BrakeRule, links: number): number {
	// 0.29 * 100 is 28.999…: not a record less than 29 % of a hundred.
	const ofShare = share === 0 ? 0 : Math.max(1, Math.floor(share * links + 1e-6));
	return Math.min(number, ofShare);
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
