import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../sandbox/log.ts';
import type { Ledger } from '../sync/ledger/ledger.ts';
import { INTEGRATION, type Stage } from './stage.ts';
import { tasksUsed } from './summary.ts';

/** What happened while nobody changed anything: nothing, if both directions are at rest. */
export interface Rest {
	readonly seconds: number;
	/** Requests that write to contacts, lists or records. */
	readonly writes: number;
	readonly tasks: number;
	/** Changes that came from Brevo, read in Salesforce and known there. */
	readonly echoes: number;
	/** Whether contacts in Brevo and records in Salesforce are as they were. */
	readonly same: boolean;
}

/** So many looks at Salesforce end two whole rounds: the third one starts after them. */
const LOOKS = 3;
const LOOK_EVERY_MS = 250;
/** Looks further apart than this belong to two rounds; the shortest interval is 10 s. */
const APART_MS = 5_000;
const PATIENCE_MS = 120_000;

/**
 * Watches two rounds of the trigger from Salesforce go by, and with them many of the one from Brevo,
 * which asks the ledger every second. In the first, at the latest, what came from Brevo is read in
 * Salesforce. `unchangedBefore`: `unchangedSoFar` before anything came from Brevo.
 */
export async function watchRest(
	stage: Stage,
	ledger: Ledger,
	unchangedBefore: number,
): Promise<Rest> {
	const startedAt = Date.now();
	const before = {
		writes: writes(stage),
		tasks: await tasksUsed(ledger),
		state: state(stage),
	};
	while (looks(stage, startedAt) < LOOKS) {
		if (Date.now() > startedAt + PATIENCE_MS) {
			throw new Error(
				'The trigger did not look at Salesforce any more; the log of n8n may say why.',
			);
		}
		await sleep(LOOK_EVERY_MS);
	}
	return {
		seconds: Math.round((Date.now() - startedAt) / 1000),
		writes: writes(stage) - before.writes,
		tasks: (await tasksUsed(ledger)) - before.tasks,
		echoes: (await unchangedSoFar(ledger)) - unchangedBefore,
		same: state(stage) === before.state,
	};
}

/** Records read in Salesforce of which there was nothing to write. */
export const unchangedSoFar = async (ledger: Ledger): Promise<number> =>
	(await ledger.pages.activity(INTEGRATION)).unchanged;

/** How often Salesforce was read since then, calls of one round taken together. */
function looks({ sandbox }: Stage, since: number): number {
	const times = sandbox.log
		.latest()
		.filter(({ at, ...entry }) => at >= since && isRead(entry))
		.map(({ at }) => at);
	return times.filter((at, index) => at - (times[index - 1] ?? -Infinity) > APART_MS).length;
}

const isRead = ({ service, path }: Pick<LogEntry, 'service' | 'path'>): boolean =>
	service === 'salesforce' && /\/query(All)?$/.test(path);

/** Logins, webhooks and e-mails write to no contact; queries may be sent by POST. */
const WRITES = [
	/^(POST|PUT|PATCH|DELETE) \/v3\/contacts/,
	/^(PATCH|DELETE) \/services\/data\//,
	/^POST \/services\/data\/[^/]+\/(composite\/)?sobjects/,
];

const writes = ({ sandbox }: Stage): number =>
	Object.entries(sandbox.log.routes())
		.filter(([route]) => WRITES.some((write) => write.test(route)))
		.reduce((sum, [, count]) => sum + count, 0);

const state = ({ sandbox: { brevo, salesforce } }: Stage): string =>
	JSON.stringify([
		brevo.admin.contacts({ limit: Number.MAX_SAFE_INTEGER }),
		salesforce.admin.records({ object: 'Contact' }),
	]);
