import type { ImportStore } from '../ledger/ledger.ts';
import { canonicalText } from '../mapping/canonical.ts';
import type { BrevoClient } from './client.ts';
import { getContact } from './contacts.ts';
import type { CsvChunk, ImportRow } from './csv.ts';
import {
	BrevoConfigError,
	BrevoError,
	BrevoRefusedError,
	BrevoUnavailableError,
	UnknownListError,
} from './errors.ts';
import { newProcesses, type ProcessState, waitForProcesses } from './processes.ts';

/*
 * A file is remembered before it is sent, because Brevo makes a second process of a second copy:
 *
 *   remembered -> sent -> process named -> remembered with its process -> what became of it is known
 *                    \-> no answer, or we died: has a process appeared, and do contacts show it?
 *                                yes: that process is waited for         no: sent again
 */

/** The ledger's memory of files, for one Brevo account. */
export interface ImportJournal extends ImportStore {
	readonly account: string;
	/** Keyed hash of a file. */
	hash(text: string): string;
}

/** What is sent, and how it is known. */
export interface ImportFile extends CsvChunk {
	readonly emailBlacklisted: boolean;
	readonly listIds: readonly number[];
}

export interface Submitted {
	readonly processId: number;
	/** What became of the rows is known: the same file may be sent once more. */
	readonly settled: () => Promise<void>;
}

/** How long a process that nobody named is waited for, milliseconds. */
const SEARCH_MS = 5 * 60_000;

/** The process that works the file off, or the error that ends the submitting. */
export async function submit(
	client: BrevoClient,
	file: ImportFile,
	journal?: ImportJournal,
): Promise<Submitted | BrevoError> {
	if (!journal) return await noting(async () => forgotten(await send(client, file)));
	const { account } = journal;
	const content = journal.hash(
		`import|${file.listIds.join()}|${String(file.emailBlacklisted)}|${file.csv}`,
	);
	const taken = async (processId: number): Promise<Submitted> => {
		await journal.taken(account, content, processId);
		return { processId, settled: async () => await journal.settled(account, content) };
	};
	return await noting(async () => {
		const known = await journal.find(account, content);
		const found = known && (known.processId ?? (await search(client, file.rows, journal)));
		if (found !== undefined) return await taken(found);
		await journal.sending(account, content);
		try {
			return await taken(await send(client, file));
		} catch (error) {
			if (!(error instanceof BrevoUnavailableError)) throw error;
			// What surely did not arrive needs no search when it comes again.
			if (!error.mayHaveHappened) await journal.settled(account, content);
			const late = error.mayHaveHappened && (await search(client, file.rows, journal));
			if (typeof late !== 'number') throw error;
			return await taken(late);
		}
	});
}

const forgotten = (processId: number): Submitted => ({ processId, settled: async () => undefined });

async function noting(work: () => Promise<Submitted>): Promise<Submitted | BrevoError> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof BrevoError) return error;
		throw error;
	}
}

async function send(
	client: BrevoClient,
	{ csv, listIds, emailBlacklisted }: ImportFile,
): Promise<number> {
	try {
		const { json } = await client.request('POST /contacts/import', {
			body: {
				fileBody: csv,
				listIds,
				// Default false: Brevo would e-mail the account's owner for each file.
				disableNotification: true,
				updateExistingContacts: true,
				emptyContactsAttributes: false,
				...(emailBlacklisted ? { emailBlacklist: true } : {}),
			},
		});
		if (typeof json?.processId === 'number') return json.processId;
	} catch (error) {
		if (!(error instanceof BrevoRefusedError) || error.about !== 'list') throw error;
		throw new UnknownListError(listIds, error);
	}
	throw new BrevoConfigError(
		'Brevo took an import without naming its process',
		'Check the base URL of the Brevo credential.',
	);
}

/**
 * The process of a file that was sent without an answer; undefined when there is none for certain:
 * then writing its rows again is the safe way.
 */
async function search(
	client: BrevoClient,
	rows: readonly ImportRow[],
	journal: ImportJournal,
): Promise<number | undefined> {
	const after = await journal.latestProcess(journal.account);
	const [candidate, ...others] = await newProcesses(client, after);
	if (candidate === undefined || others.length > 0) return undefined;
	const ends: ProcessState[] = [];
	await waitForProcesses(client, [candidate], {
		deadlineMs: SEARCH_MS,
		onEnded: async ({ state }) => void ends.push(state),
	});
	return ends[0] === 'completed' && (await showsIn(client, rows)) ? candidate : undefined;
}

/** Whether Brevo's contacts are as the first, middle and last row say. */
async function showsIn(client: BrevoClient, rows: readonly ImportRow[]): Promise<boolean> {
	const places = new Set([0, rows.length >> 1, rows.length - 1]);
	for (const place of places) {
		const { contact } = rows[place] ?? {};
		if (!contact) return false;
		const { email = '', ext_id, attributes } = contact;
		const stored = ext_id
			? await getContact(client, ext_id, 'ext_id')
			: await getContact(client, email, 'email_id');
		const isSame = Object.entries(attributes).every(
			([name, value]) =>
				canonicalText(name, value) === canonicalText(name, stored?.attributes[name]),
		);
		if (!stored || !isSame) return false;
	}
	return true;
}
