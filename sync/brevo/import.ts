import type { Http } from '../host.ts';
import type { BrevoClient } from './client.ts';
import type { BrevoContact } from './contact.ts';
import { csvChunks, groupRows, type ImportRow, type Unsuited } from './csv.ts';
import { type ContactWrite, type EachResult, upsertEach } from './each.ts';
import { BrevoError } from './errors.ts';
import { type Process, type RejectKey, waitForProcesses } from './processes.ts';
import { attributeRejects, downloadRejects, indexRows } from './rejects.ts';
import { type ImportJournal, submit, type Submitted } from './submit.ts';

/**
 * Many contacts at once:
 *
 *   contacts ─ groupRows ─┬─ unsuited (sent singly by the caller)
 *                         └─ files of at most 8 MB ─ submit ─ process
 *   process ─ completed ─ reject files ─┬─ row named: rejected (`redrive` learns why)
 *           │                           └─ row not named: written
 *           └─ failed, cancelled, not finished, reject file unreadable: unsettled
 *
 * "Submitted" is not "written": a row counts only when its process ended and its rejects are known.
 */

const DEADLINE_MS = 15 * 60_000;

/** How an import ended when not by completing with its rejects known. */
export const IMPORT_FAILURES = {
	failed: 'Brevo’s import failed',
	cancelled: 'Brevo’s import was cancelled',
	unfinished: 'Brevo’s import had not finished in time',
	'report-unreadable': 'Brevo’s import rejected rows without saying readably which',
} as const;
export type ImportFailure = keyof typeof IMPORT_FAILURES;

/** What became of the rows of a process is not known; writing them again does no harm. */
export class BrevoImportError extends BrevoError {
	override readonly name = 'BrevoImportError';
	readonly processId: number;
	readonly failure: ImportFailure;

	constructor(failure: ImportFailure, processId: number, options?: ErrorOptions) {
		super(
			`${IMPORT_FAILURES[failure]} (process ${processId})`,
			'The rows are written again; writing a contact twice changes nothing. Brevo shows the import under Contacts > Import history.',
			options,
		);
		this.failure = failure;
		this.processId = processId;
	}
}

export type ImportedRow =
	| { readonly kind: 'written'; readonly processId: number }
	/** Brevo turned the row away; `redrive` finds out why. */
	| { readonly kind: 'rejected'; readonly by: RejectKey; readonly processId: number }
	| { readonly kind: 'unsuited'; readonly because: Unsuited }
	/** Nobody knows. With a BrevoUnavailableError whose `mayHaveHappened` is false: not sent. */
	| { readonly kind: 'unsettled'; readonly error: BrevoError };

export interface ImportOptions {
	/** At least one (Brevo OpenAPI: mandatory unless the import makes a new list). */
	readonly listIds: readonly number[];
	/** Fetches reject files; must not carry the Brevo credential. */
	readonly download: Http;
	/** Remembers files, so that none is sent twice. */
	readonly journal?: ImportJournal;
	/** Milliseconds to wait for the processes after the last file was sent; 15 minutes by default. */
	readonly deadlineMs?: number;
}

/**
 * Imports contacts and waits until Brevo has said what became of each; the results stand in the
 * order of `contacts`. Throws only when nothing was submitted (and on cancellation); from the first
 * accepted file on, trouble is told row by row as `unsettled`.
 */
export async function importContacts(
	client: BrevoClient,
	contacts: readonly BrevoContact[],
	options: ImportOptions,
): Promise<readonly ImportedRow[]> {
	if (options.listIds.length === 0) throw new RangeError('An import needs at least one list');
	const results: ImportedRow[] = [];
	const { groups, unsuited } = groupRows(contacts);
	for (const { index, because } of unsuited) results[index] = { kind: 'unsuited', because };

	const submitted = new Map<number, SubmittedRows>();
	let failure: BrevoError | undefined;
	for (const { emailBlacklisted, rows } of groups) {
		for (const chunk of csvChunks(rows)) {
			if (failure === undefined) {
				const file = { ...chunk, emailBlacklisted, listIds: options.listIds };
				const outcome = await submit(client, file, options.journal);
				if (!(outcome instanceof Error)) {
					submitted.set(outcome.processId, { rows: chunk.rows, settled: outcome.settled });
					continue;
				}
				failure = outcome;
				if (submitted.size === 0) throw failure;
			}
			settle(results, chunk.rows, { kind: 'unsettled', error: failure });
		}
	}
	await settleProcesses(client, submitted, options, results);
	return results;
}

interface SubmittedRows extends Pick<Submitted, 'settled'> {
	readonly rows: readonly ImportRow[];
}

const settle = (results: ImportedRow[], rows: readonly ImportRow[], result: ImportedRow): void => {
	for (const { index } of rows) results[index] ??= result;
};

/** Waits for the processes and fills in the results of their rows. */
async function settleProcesses(
	client: BrevoClient,
	submitted: ReadonlyMap<number, SubmittedRows>,
	options: ImportOptions,
	results: ImportedRow[],
): Promise<void> {
	const rowCount = [...submitted.values()].reduce((sum, { rows }) => sum + rows.length, 0);
	const { unfinished, error } = await waitForProcesses(client, submitted.keys(), {
		rows: rowCount,
		deadlineMs: options.deadlineMs ?? DEADLINE_MS,
		onEnded: async (process) => {
			const { rows = [], settled } = submitted.get(process.id) ?? {};
			await settleEnded(client, process, rows, options.download, results);
			await settled?.();
		},
	});
	for (const processId of unfinished) {
		const told = error ?? new BrevoImportError('unfinished', processId);
		settle(results, submitted.get(processId)?.rows ?? [], { kind: 'unsettled', error: told });
	}
}

async function settleEnded(
	client: BrevoClient,
	process: Process,
	rows: readonly ImportRow[],
	download: Http,
	results: ImportedRow[],
): Promise<void> {
	const processId = process.id;
	const failure =
		process.state === 'failed' || process.state === 'cancelled'
			? process.state
			: await settleRejects(client, process, rows, download, results);
	settle(
		results,
		rows,
		failure === undefined
			? { kind: 'written', processId }
			: { kind: 'unsettled', error: new BrevoImportError(failure, processId) },
	);
}

/** Fills in the rows that the reject files name; a failure when they may not be all. */
async function settleRejects(
	client: BrevoClient,
	{ id: processId, rejectFiles, hasUntoldRejects }: Process,
	rows: readonly ImportRow[],
	download: Http,
	results: ImportedRow[],
): Promise<ImportFailure | undefined> {
	let complete = !hasUntoldRejects;
	const index = rejectFiles.length > 0 ? indexRows(rows) : undefined;
	for (const { by, url } of rejectFiles) {
		const text = await downloadRejects(client.host, download, url);
		if (text === undefined || index === undefined) {
			complete = false;
			continue;
		}
		const named = attributeRejects(text, index);
		complete &&= named.complete;
		for (const place of named.indices) results[place] ??= { kind: 'rejected', by, processId };
	}
	return complete ? undefined : 'report-unreadable';
}

/**
 * Sends rows that an import rejected, could not take or left unsettled one by one: either they go
 * through, or Brevo names the exact reason. Results stand in the order of `writes`.
 */
export const redrive = (
	client: BrevoClient,
	writes: readonly ContactWrite[],
): Promise<EachResult[]> => upsertEach(client, writes);
