import { progressInWords } from '../changes/progress.ts';
import { before } from '../changes/page-run.ts';
import type { Backlog } from '../ledger/desk.ts';
import {
	type Activity,
	backStreamOf,
	type CurrentQuota,
	type Integration,
	type Ledger,
} from '../ledger/ledger.ts';
import { delayQuantile } from './delay.ts';
import { type StateInWords, stateOf } from './state.ts';

const DAY_MS = 86_400_000;
/** The days over which delays are told. */
const DELAY_DAYS = 7;
/** The clocks of a look and of the start of an integration differ by less than this. */
const START_BLUR_MS = 60_000;

/** One direction of an integration, as it stands. Times in milliseconds since the epoch. */
export interface StreamStatus extends StateInWords {
	readonly stream: Integration;
	/** Salesforce's, or on the way back Brevo's, clock up to which everything is read. */
	readonly readUpTo?: number;
	/** How a read of everything is doing, while it lasts. */
	readonly progress?: string;
	readonly backlog: Backlog;
	/** Records that wait, for whatever reason. */
	readonly waiting: number;
	/** Records on the rejected list. */
	readonly rejected: number;
	readonly today: Activity;
	readonly ever: Activity;
	/** Seconds within which half, or 95 %, of the changes of the last days arrived. */
	readonly delay: { readonly p50: number | undefined; readonly p95: number | undefined };
}

export interface IntegrationStatus {
	readonly integration: Integration;
	/** Contacts that the integration keeps in Brevo. */
	readonly contacts: number;
	/** The month of its Brevo account; undefined before its first run, or when it has ended. */
	readonly quota?: CurrentQuota;
	/** To Brevo and, where there is one, back. */
	readonly streams: readonly StreamStatus[];
}

/** How an integration stands. Reads the ledger only. `zone`: IANA, of the moments in words. */
export async function statusOf(
	ledger: Ledger,
	integration: Integration,
	{ now, zone }: { readonly now: number; readonly zone: string },
): Promise<IntegrationStatus> {
	const { name, brevoAccount } = integration;
	const quota =
		brevoAccount === undefined ? undefined : await ledger.quota.current(brevoAccount, now);
	const back = await ledger.integrations.get(backStreamOf(name));
	const streams: StreamStatus[] = [];
	for (const stream of back ? [integration, back] : [integration])
		streams.push(await streamStatus(ledger, pausedWith(stream, integration), quota, { now, zone }));
	return {
		integration,
		contacts: await ledger.links.count(name),
		streams,
		...(quota && { quota }),
	};
}

/** The way back is paused with the way there. */
const pausedWith = (stream: Integration, { pausedAt }: Integration): Integration =>
	pausedAt === undefined ? stream : { ...stream, pausedAt };

async function streamStatus(
	ledger: Ledger,
	stream: Integration,
	quota: CurrentQuota | undefined,
	{ now, zone }: { readonly now: number; readonly zone: string },
): Promise<StreamStatus> {
	const { name } = stream;
	const backlog = await ledger.desk.backlog(name);
	const waiting = sum(backlog.deferred);
	const { progress, isImport } = await progressOf(ledger, name, now);
	const readUpTo = (await ledger.pages.cursor(name))?.watermark?.systemModstamp;
	const delays = await ledger.desk.delays(name, now - DELAY_DAYS * DAY_MS);
	return {
		stream,
		...stateOf({
			integration: stream,
			leaseUntil: await ledger.desk.leaseUntil(name),
			importing: isImport ? progress : undefined,
			...{ quota, waiting, zone, now },
		}),
		...(readUpTo !== undefined && { readUpTo: Date.parse(readUpTo) }),
		...(progress !== undefined && { progress }),
		...{ backlog, waiting },
		rejected: sum(backlog.rejected),
		today: await ledger.pages.activity(name, now),
		ever: await ledger.pages.activity(name),
		delay: { p50: delayQuantile(delays, 0.5), p95: delayQuantile(delays, 0.95) },
	};
}

const sum = (groups: ReadonlyArray<{ readonly records: number }>): number =>
	groups.reduce((total, { records }) => total + records, 0);

/** The read of everything that is under way, in words. */
async function progressOf(
	ledger: Ledger,
	name: string,
	now: number,
): Promise<{ readonly progress?: string; readonly isImport: boolean }> {
	const snapshot = await ledger.snapshots.get(name);
	if (snapshot && snapshot.endedAt === undefined) {
		const progress = `${progressInWords(snapshot, now)}.`;
		return { progress, isImport: snapshot.purpose === 'import' };
	}
	const cursor = await ledger.pages.cursor(name);
	if (!cursor) return { isImport: false };
	const { watermark, startedAt } = cursor;
	const isImport = !watermark || watermark.systemModstamp < before(startedAt, START_BLUR_MS);
	if (!isImport) return { isImport };
	const { read } = await ledger.pages.activity(name);
	return { progress: `First import: ${read.toLocaleString('en')} records so far.`, isImport };
}
