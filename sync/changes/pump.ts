import type { Host } from '../host.ts';
import type { Cursor, Ledger, RecordOutcome } from '../ledger/ledger.ts';
import type {
	ChangeKind,
	SalesforceObject,
	SalesforceRecord,
	SyncContext,
	Watermark,
} from './change.ts';
import { classify } from './classify.ts';
import { freshChanges } from './fresh-changes.ts';
import type { News } from './news.ts';
import { before, type FreshChange, type PageRun, runPage, watermarkOf } from './page-run.ts';
import { quotaRoom, type QuotaRoom } from './pause.ts';
import { snapshotPages, type SnapshotPlan } from './snapshot.ts';
import { normaliseStamp } from './soql.ts';
import { urgentPages } from './urgent.ts';

/*
 * One round of a trigger:
 *
 *   lease --> named by events --> due deferred --> snapshot, if due --> after the cursor --> rest
 *                    |                 |                 |                   |
 *                    +------ a page: open in the ledger, emit, wait for the run -----+
 *                                 | success              | failed
 *                          acknowledge: cursor,     cursor stays; the same
 *                          seen, outcomes           page comes again later
 *
 * Salesforce itself is the queue: nothing is held here that a crash could lose.
 */

export interface ChangeSource {
	/** Up to `limit` records after the position, ordered by (SystemModstamp, Id), deleted ones
	 *  included; none that could still change without changing its stamp. `complete` when nothing
	 *  follows for now; then `readAt` is the second of the read, where it is known: what changes later
	 *  has this stamp or a later one. */
	read(
		after: Watermark | undefined,
		limit: number,
	): Promise<{
		readonly records: readonly SalesforceRecord[];
		readonly complete: boolean;
		/** Left for the next read, because they could. */
		readonly unsettled?: readonly SalesforceRecord[];
		readonly readAt?: string;
	}>;
	/** The present state of these records, deleted ones included; unknown ids are missing. */
	byIds(ids: readonly string[]): Promise<readonly SalesforceRecord[]>;
	/** Those of them that are known to be deleted although `byIds` does not give them any more. */
	deleted(ids: readonly string[]): Promise<ReadonlySet<string>>;
	/** The same as `byIds` of those that fit the filter. */
	fitting(ids: readonly string[]): Promise<readonly SalesforceRecord[]>;
}

export interface EmittedChange {
	readonly record: SalesforceRecord;
	readonly sync: SyncContext;
}

export type RunResult =
	{ readonly kind: 'success' } | { readonly kind: 'failed'; readonly message: string };

/** What it takes to emit a page. */
export interface PagePump {
	readonly integration: string;
	readonly object: SalesforceObject;
	readonly ledger: Ledger;
	/** Starts the workflow with these changes; resolves when that run has ended. */
	readonly emit: (changes: readonly EmittedChange[], attempt: number) => Promise<RunResult>;
	readonly host: Host;
	/** Most records of one page, and so of one execution. */
	readonly pageSize: number;
	/** How far behind the cursor late commits are looked for, milliseconds. */
	readonly overlapMs: number;
	/** Emit one record although the quota is used up; see QuotaRoom. */
	readonly probe?: boolean;
}

export interface Pump extends PagePump {
	readonly source: ChangeSource;
	/** What change events have told, where somebody listens. */
	readonly news?: News;
	/** How everything is read where that is much, and anew. */
	readonly snapshot?: SnapshotPlan;
	/** Kinds that the user wants; others pass silently. */
	readonly kinds: ReadonlySet<ChangeKind>;
}

export interface RoundResult {
	readonly pages: number;
	readonly emitted: number;
	/** The next round is due so soon, milliseconds: a snapshot has more pages, or records changed in
	 *  the very second of the read. */
	readonly againInMs?: number;
	/** Set when a run failed: its message and how long to wait, milliseconds. */
	readonly failed?: { readonly message: string; readonly retryInMs: number };
}

/** Waits before a failed page comes again, milliseconds; the last one repeats. */
export const FAILED_RUN_BACKOFF_MS = [5_000, 15_000, 60_000, 120_000, 300_000, 600_000, 900_000];

/**
 * Emits everything that is new, a page at a time, and returns when Salesforce has nothing more or
 * a run failed. Rejects when Salesforce or the ledger cannot be used; then nothing has moved.
 */
export async function round(pump: Pump): Promise<RoundResult> {
	let againInMs = Infinity;
	const again = (milliseconds: number): void => {
		againInMs = Math.min(againInMs, milliseconds);
	};
	const result = await emitAll(pump, [
		(room) => urgentPages(pump, room),
		(room) => deferredPages(pump, room),
		(room) => snapshotPages(pump, room, () => again(0)),
		(room) => changePages(pump, room, again),
	]);
	return Number.isFinite(againInMs) ? { ...result, againInMs } : result;
}

/** Emits what these bring, one after the other, until a run fails. */
export async function emitAll(
	pump: PagePump,
	stretches: ReadonlyArray<(room: Room) => AsyncIterable<PageRun>>,
): Promise<RoundResult> {
	const tally = { pages: 0, emitted: 0 };
	const room = async (): Promise<QuotaRoom> => {
		const known = await quotaRoom(pump.ledger, pump.integration, pump.host.clock.now());
		const mayProbe = !known.ordinary && known.paused !== true;
		return { ...known, probe: pump.probe === true && tally.emitted === 0 && mayProbe };
	};
	for (const stretch of stretches) {
		for await (const page of stretch(room)) {
			if (page.result.kind === 'failed') {
				const failures = await pump.ledger.integrations.noteFailure(
					pump.integration,
					page.result.message,
				);
				const retryInMs = FAILED_RUN_BACKOFF_MS[failures - 1] ?? FAILED_RUN_BACKOFF_MS.at(-1) ?? 0;
				return { ...tally, failed: { message: page.result.message, retryInMs } };
			}
			tally.pages += 1;
			tally.emitted += page.size;
			if (pump.host.signal?.aborted) return tally;
		}
	}
	return tally;
}

/** SystemModstamp knows whole ones. */
const SECOND_MS = 1_000;

/** What the quota has room for at this moment. */
export type Room = () => Promise<QuotaRoom>;

/** Records that an earlier page had to defer and that may come again now. */
async function* deferredPages(pump: Pump, room: Room): AsyncGenerator<PageRun> {
	const { ledger, integration, host, source } = pump;
	const tried = new Set<string>();
	for (;;) {
		const now = host.clock.now();
		const { ordinary, probe, paused } = await room();
		if (paused) return;
		const due = await ledger.pages.dueDeferred(
			integration,
			now,
			ordinary || probe === true,
			probe ? 1 : pump.pageSize,
		);
		const ids = due.filter((id) => !tried.has(id));
		if (ids.length === 0) return;
		for (const id of ids) tried.add(id);
		const found = new Map(
			(await source.byIds(ids)).map((record) => [String(record['Id']), record]),
		);
		const lost = ids.filter((id) => !found.has(id));
		const gone = await knownToBeGone(pump, lost);
		const hidden = lost.filter((id) => !gone.has(id));
		await ledger.pages.record(hidden.map((id) => outOfSight(integration, id, now)));
		const changes = ids.flatMap((id): FreshChange[] => {
			const record = found.get(id) ?? (gone.has(id) ? goneForGood(id, now) : undefined);
			return record ? [{ record, kind: kindOf(pump, record) }] : [];
		});
		if (changes.length > 0) yield await runPage(pump, 'deferred', changes, await room());
	}
}

/** By now they are gone even from the recycle bin. */
async function knownToBeGone(
	{ ledger, integration, source }: Pump,
	ids: readonly string[],
): Promise<ReadonlySet<string>> {
	if (ids.length === 0) return new Set();
	const before = await ledger.pages.gone(integration, ids);
	if (before.size === ids.length) return before;
	return new Set([...before, ...(await source.deleted(ids.filter((id) => !before.has(id))))]);
}

/** A record that is out of sight is looked for again after this. */
const LOOK_AGAIN_MS = 86_400_000;

/**
 * A record that Salesforce does not give any more may be deleted, or hidden from our user by a sharing
 * rule. It waits, and its contact stays (promise I5).
 */
const outOfSight = (integration: string, recordId: string, now: number): RecordOutcome => ({
	integration,
	recordId,
	outcome: 'deferred',
	limit: 'out-of-sight',
	dueAt: now + LOOK_AGAIN_MS,
});

const goneForGood = (id: string, now: number): SalesforceRecord => ({
	Id: id,
	IsDeleted: true,
	SystemModstamp: normaliseStamp(new Date(now).toISOString()),
});

const kindOf = (pump: Pump, record: SalesforceRecord): ChangeKind =>
	classify(record, { object: pump.object, seenBefore: true });

/** The change stream from the overlap window on. */
async function* changePages(
	pump: Pump,
	room: Room,
	again: (milliseconds: number) => void,
): AsyncGenerator<PageRun> {
	const { ledger, integration } = pump;
	const cursor = await ledger.pages.cursor(integration);
	if (!cursor) throw new Error(`The integration "${integration}" has no cursor; activate it first`);
	// A first read is not begun while paused: it would leave the id of every record.
	if (!cursor.watermark && (await room()).paused) return;
	let position = earlier(lookBack(cursor, pump.overlapMs), pump.news?.takeLookBack());
	const readFrom = position?.systemModstamp;
	const snapshot = await ledger.snapshots.get(integration);
	/** What a snapshot under way has to compare its records with is kept. */
	const forgetBefore = ({ systemModstamp }: Watermark): string => {
		const isOpen = snapshot !== undefined && snapshot.endedAt === undefined;
		const from =
			isOpen && snapshot.startedAt < systemModstamp ? snapshot.startedAt : systemModstamp;
		return before(from, pump.overlapMs);
	};
	let reached: Watermark | undefined;
	for (;;) {
		const page = await pump.source.read(position, pump.pageSize);
		const { complete } = page;
		const records = complete ? page.records : wholeSeconds(page.records);
		const last = records.at(-1);
		// An empty page ends a read whose last page was full.
		reached = last ? watermarkOf(last) : reached;
		if (reached) {
			position = complete ? upToNow(reached, page.readAt) : reached;
			const fresh = await freshChanges(pump, cursor, records, readFrom);
			const end = { watermark: position, forgetBefore: forgetBefore(position) };
			if (fresh.length > 0) yield await runPage(pump, 'changes', fresh, await room(), end);
			else await ledger.pages.advance(integration, end.watermark, end.forgetBefore);
			pump.news?.forget(position.systemModstamp, pump.overlapMs);
		}
		if (page.unsettled?.some((record) => pump.news?.isShown(record) !== true)) again(SECOND_MS);
		if (complete || !last) return;
	}
}

/**
 * Leaves the last second of a full page to the next page, where it is whole: a bulk edit stamps its
 * records alike, and limit bulk-email-edit is judged a page at a time.
 */
function wholeSeconds(records: readonly SalesforceRecord[]): readonly SalesforceRecord[] {
	const last = records.at(-1)?.['SystemModstamp'];
	const whole = records.filter((record) => record['SystemModstamp'] !== last);
	return whole.length > 0 ? whole : records;
}

/**
 * After a complete read the cursor moves to the second before it. So the overlap is one behind the
 * last look and not behind the last change: an edit of 50,000 records is not read again for ever.
 */
function upToNow(last: Watermark, readAt: string | undefined): Watermark {
	const stamp = readAt === undefined ? '' : before(readAt, SECOND_MS);
	return stamp > last.systemModstamp ? { systemModstamp: stamp, id: '' } : last;
}

/** A gap in the events makes a round look further back than it would. */
const earlier = (position: Watermark | undefined, stamp: string | undefined) =>
	position && stamp !== undefined && stamp < position.systemModstamp
		? { systemModstamp: stamp, id: '' }
		: position;

/** Where a round starts to read: an overlap behind the cursor, never behind the floor. */
export function lookBack(cursor: Cursor, overlapMs: number): Watermark | undefined {
	if (!cursor.watermark) return cursor.floor;
	const start = { systemModstamp: before(cursor.watermark.systemModstamp, overlapMs), id: '' };
	return cursor.floor && cursor.floor.systemModstamp > start.systemModstamp ? cursor.floor : start;
}
