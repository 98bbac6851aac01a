import { entryOf } from '../entry-of.ts';
import { isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';
import { BrevoError, BrevoUnavailableError } from './errors.ts';

/** Brevo's background processes: how an import is doing, and where its reject files are. */

/** GET /processes counts against 100 requests an hour: one read in 36 s can go on for ever. */
const LONGEST_PAUSE_MS = 36_000;
/** Until an import of this account has shown how long it takes. */
const FIRST_READ_MS = 1_000;
/** Brevo OpenAPI: at most 50 a page, newest first. */
const PAGE_SIZE = 50;
const MOST_PAGES = 4;

export type ProcessState = 'pending' | 'completed' | 'failed' | 'cancelled';

/** Words seen from Brevo and from clients in production; one that is not here means "not finished". */
const STATES: Readonly<Record<string, ProcessState>> = {
	queued: 'pending',
	in_process: 'pending',
	processing: 'pending',
	completed: 'completed',
	failed: 'failed',
	error: 'failed',
	cancelled: 'cancelled',
	aborted: 'cancelled',
};

/** Why an import turned a row away, as `info.import` names it. */
export const REJECT_KEYS = [
	'invalid_emails',
	'duplicate_contact_id',
	'duplicate_ext_id',
	'duplicate_email_id',
	'duplicate_phone_id',
	'duplicate_whatsapp_id',
	'duplicate_landline_number_id',
	'other',
] as const;
export type RejectKey = (typeof REJECT_KEYS)[number];

export interface Process {
	readonly id: number;
	readonly state: ProcessState;
	/** CSV files with the rejected rows. */
	readonly rejectFiles: ReadonlyArray<{ readonly by: RejectKey; readonly url: string }>;
	/** Rows were rejected and no file tells which. */
	readonly hasUntoldRejects: boolean;
}

/** Imports in flight; what a wait for them ends with. */
export interface ProcessWait {
	/** Milliseconds from now after which waiting ends. */
	readonly deadlineMs: number;
	/** Rows of all files together, when they were sent just now: tells when the first look pays. */
	readonly rows?: number;
	/** Called once for each process that ended, as soon as it is known. */
	readonly onEnded: (process: Process) => Promise<void>;
}

const rejectKey = (name: string): RejectKey => REJECT_KEYS.find((key) => key === name) ?? 'other';

function processOf(value: unknown): Process | undefined {
	if (!isObject(value) || typeof value.id !== 'number') return undefined;
	const report = isObject(value.info) && isObject(value.info.import) ? value.info.import : {};
	const rejectFiles: Array<{ by: RejectKey; url: string }> = [];
	let hasUntoldRejects = false;
	for (const [name, told] of Object.entries(report)) {
		// Older descriptions of the API say a count; live ones send a URL or null.
		if (typeof told === 'string' && /^https?:\/\//i.test(told))
			rejectFiles.push({ by: rejectKey(name), url: told });
		else if (typeof told === 'string' ? told !== '' : typeof told === 'number' && told > 0)
			hasUntoldRejects = true;
	}
	const state = entryOf(STATES, String(value.status).toLowerCase()) ?? 'pending';
	return { id: value.id, state, rejectFiles, hasUntoldRejects };
}

/** Ids of the newest processes that came after this one. */
export async function newProcesses(client: BrevoClient, after: number): Promise<number[]> {
	const { json } = await client.request('GET /processes', {
		query: { limit: PAGE_SIZE, offset: 0, sort: 'desc' },
	});
	const rows = Array.isArray(json?.processes) ? json.processes : [];
	return rows.flatMap((row) => {
		const { id = 0 } = processOf(row) ?? {};
		return id > after ? [id] : [];
	});
}

/** The wanted processes among the newest 200, all with one request as a rule. */
async function readProcesses(
	client: BrevoClient,
	wanted: ReadonlySet<number>,
): Promise<readonly Process[]> {
	const found = new Map<number, Process>();
	for (let page = 0; page < MOST_PAGES; page += 1) {
		const { json } = await client.request('GET /processes', {
			query: { limit: PAGE_SIZE, offset: page * PAGE_SIZE, sort: 'desc' },
		});
		const rows = Array.isArray(json?.processes) ? json.processes : [];
		for (const process of rows.map(processOf))
			if (process !== undefined && wanted.has(process.id)) found.set(process.id, process);
		if (found.size === wanted.size || rows.length < PAGE_SIZE) break;
	}
	return [...found.values()];
}

/**
 * Waits until all processes have ended, with one status request for all of them at a time. Gives
 * back the ids that had not ended by the deadline, with the error when reading became impossible.
 */
export async function waitForProcesses(
	client: BrevoClient,
	ids: Iterable<number>,
	{ deadlineMs, rows, onEnded }: ProcessWait,
): Promise<{ readonly unfinished: ReadonlySet<number>; readonly error?: BrevoError }> {
	const { clock, sleep, signal } = client.host;
	const { importPace } = client.limiters;
	const begunAt = clock.now();
	const deadline = begunAt + deadlineMs;
	const open = new Set(ids);
	let pause = (rows === undefined ? undefined : importPace.expectedMs(rows)) ?? FIRST_READ_MS;
	while (open.size > 0) {
		const left = deadline - clock.now();
		if (left <= 0) return { unfinished: open };
		await sleep(Math.min(pause, left), signal);
		pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
		try {
			for (const process of await readProcesses(client, open)) {
				if (process.state === 'pending') continue;
				open.delete(process.id);
				if (open.size === 0 && rows !== undefined) importPace.took(rows, clock.now() - begunAt);
				await onEnded(process);
			}
		} catch (error) {
			if (!(error instanceof BrevoError)) throw error;
			if (!(error instanceof BrevoUnavailableError)) return { unfinished: open, error };
			// The import goes on meanwhile; the next read may get through.
			pause = Math.max(pause, Math.max(0, error.retryAt - clock.now()));
		}
	}
	return { unfinished: open };
}
