import type { Snapshot, SnapshotPurpose } from '../ledger/ledger.ts';
import type { SalesforceRecord, Watermark } from './change.ts';
import { classify } from './classify.ts';
import { before, type FreshChange, type PageRun, runPage, stampOf } from './page-run.ts';
import type { Pump, Room } from './pump.ts';

/*
 * A read of everything, beside the change stream:
 *
 *   begin: the cursor is set to the moment before the read; from then on changes come as ever
 *     -> page -> emit, wait for the run -> acknowledge: the position in the file moves
 *     -> page that follows was read meanwhile -> ...
 *     -> last page: the snapshot has ended
 *
 * A record of the file that the change stream has brought since is left out: the file is older.
 */

export interface SnapshotPage {
	readonly records: readonly SalesforceRecord[];
	/** Where the next page begins; absent after the last one. */
	readonly next?: string;
}

/** A file of all records, prepared by Salesforce. */
export interface SnapshotSource {
	/** How many records there are at this moment. */
	count(): Promise<number>;
	/** Has the file prepared; gives the job's id. */
	begin(): Promise<string>;
	/** A part of the file; undefined when the job is gone or has failed. */
	page(job: string, locator: string | undefined, most: number): Promise<SnapshotPage | undefined>;
	/** The file is of no more use. */
	end(job: string): Promise<void>;
}

export interface SnapshotPlan {
	readonly source: SnapshotSource;
	/** A first read of more records than this is a snapshot. */
	readonly above: number;
	/** Most records of one page, and so of one execution. */
	readonly pageSize: number;
	/** Milliseconds after which everything is read anew, for what moves no timestamp. */
	readonly refreshEveryMs?: number;
}

/** For so long pages follow each other before the change stream gets its turn, milliseconds. */
const GIVE_WAY_AFTER_MS = 60_000;

/**
 * The pages of a snapshot that is under way or due. Ends early when the quota is used up, and to let
 * changes through; `onUnfinished` is told then.
 */
export async function* snapshotPages(
	pump: Pump,
	room: Room,
	onUnfinished: () => void,
): AsyncGenerator<PageRun> {
	const plan = pump.snapshot;
	// Its records stay in Salesforce; what is not begun yet begins later.
	if ((await room()).paused) return;
	const snapshot = plan && (await underWay(pump, plan));
	if (!snapshot) return;
	const { source } = plan;
	const { snapshots } = pump.ledger;
	if (snapshot.purpose === 'import')
		await pump.ledger.pages.advance(pump.integration, startOf(snapshot));
	const job = snapshot.job ?? (await source.begin());
	if (snapshot.job === undefined) await snapshots.setJob(pump.integration, job);
	const giveWayAt = pump.host.clock.now() + GIVE_WAY_AFTER_MS;
	const { ordinary, probe } = await room();
	// Its records stay in Salesforce; nothing is gained by reading what may not be written.
	if (!ordinary && !probe) return;
	const most = ordinary ? plan.pageSize : 1;
	let page = await source.page(job, snapshot.locator, most);
	while (page) {
		const { next } = page;
		// Read while the page before it runs; a failure shows when its turn comes.
		const following = next !== undefined && ordinary ? source.page(job, next, most) : undefined;
		following?.catch(() => undefined);
		yield await runSnapshotPage(pump, snapshot, page, room);
		if (next === undefined) {
			await source.end(job);
			return;
		}
		if (!(await room()).ordinary) return;
		if (!following || pump.host.clock.now() >= giveWayAt) {
			onUnfinished();
			return;
		}
		page = await following;
	}
	// Gone or failed: begun anew in the next round. What was written is not written again.
	await snapshots.dropJob(pump.integration);
	onUnfinished();
}

const startOf = ({ startedAt }: Snapshot): Watermark => ({ systemModstamp: startedAt, id: '' });

/** The snapshot that goes on, or one that is due, begun. */
async function underWay(pump: Pump, plan: SnapshotPlan): Promise<Snapshot | undefined> {
	const { ledger, integration } = pump;
	const latest = await ledger.snapshots.get(integration);
	if (latest && latest.endedAt === undefined) return latest;
	const cursor = await ledger.pages.cursor(integration);
	if (!cursor) return undefined;
	const total = cursor.watermark ? undefined : await plan.source.count();
	if (total !== undefined) {
		if (total <= plan.above) return undefined;
		return await begin(pump, 'import', cursor.startedAt, total);
	}
	const now = pump.host.clock.now();
	const since = latest?.endedAt ?? Date.parse(cursor.startedAt);
	if (plan.refreshEveryMs === undefined || now - since < plan.refreshEveryMs) return undefined;
	return await begin(pump, 'refresh', cursor.watermark?.systemModstamp ?? cursor.startedAt);
}

async function begin(
	{ ledger, integration }: Pump,
	purpose: SnapshotPurpose,
	startedAt: string,
	total?: number,
): Promise<Snapshot | undefined> {
	await ledger.snapshots.begin(integration, {
		purpose,
		startedAt,
		...(total !== undefined && { total }),
	});
	return await ledger.snapshots.get(integration);
}

async function runSnapshotPage(
	pump: Pump,
	snapshot: Snapshot,
	page: SnapshotPage,
	room: Room,
): Promise<PageRun> {
	const from = before(snapshot.startedAt, pump.overlapMs);
	return await runPage(pump, 'snapshot', await wanted(pump, snapshot, page), await room(), {
		snapshot: {
			records: page.records.length,
			...(page.next !== undefined && { locator: page.next }),
		},
		// What the change stream will look at once more; what changed since the start it must bring.
		isSettled: (stamp) => stamp >= from && stamp < snapshot.startedAt,
	});
}

/** Without what the change stream has brought since, and what nobody asked for. */
async function wanted(
	{ ledger, integration, object, kinds }: Pump,
	{ purpose }: Snapshot,
	{ records }: SnapshotPage,
): Promise<FreshChange[]> {
	const ids = records.map((record) => String(record['Id']));
	const known = await ledger.pages.seen(integration, ids);
	const isRefresh = purpose === 'refresh';
	// Where only changes from a day on are wanted, what never was written stays out.
	const isPartial = isRefresh && (await ledger.pages.cursor(integration))?.floor !== undefined;
	const links = isPartial ? await ledger.links.get(integration, ids) : undefined;
	return records
		.filter((record) => {
			const id = String(record['Id']);
			const seen = known.get(id) ?? '';
			const isOlder = isRefresh ? stampOf(record) < seen : stampOf(record) <= seen;
			return !isOlder && (!links || links.has(id));
		})
		.map((record) => ({ record, kind: classify(record, { object, seenBefore: isRefresh }) }))
		.filter(({ kind }) => kinds.has(kind));
}
