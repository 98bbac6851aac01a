import { entryOf } from '../entry-of.ts';
import { stringify } from 'csv-stringify/sync';

import type { BrevoContact } from './contact.ts';

/** Brevo OpenAPI: 10 MB at most, "a safe limit of around 8 MB". UTF-8 bytes. */
export const MAX_IMPORT_BYTES = 8_000_000;
/** Rows turned into text at a time; bounds what one call to the CSV writer holds. */
const ROWS_PER_BLOCK = 1_000;

/** Why a contact cannot go through an import and is sent singly. */
export const UNSUITED = {
	'no-email': 'Rows are told apart by their e-mail',
	'clears-a-value': 'An empty cell leaves the old value; the flag that empties holds for all rows',
	'boolean-false': 'Imports ignore false (sendinblue/APIv3-python-library#95)',
	'multiple-choice': 'Brevo does not document how a cell holds several choices',
	'line-break': 'Brevo does not document whether a cell may hold line breaks',
	'too-large': 'The row alone is larger than an import may be',
} as const;
export type Unsuited = keyof typeof UNSUITED;

/** A contact with its place in the caller's list. */
export interface ImportRow {
	readonly index: number;
	readonly contact: BrevoContact;
}

/** Rows that may share a file: Brevo's blocklist flag holds for a whole import. */
export interface RowGroup {
	readonly emailBlacklisted: boolean;
	readonly rows: readonly ImportRow[];
}

export interface GroupedRows {
	readonly groups: readonly RowGroup[];
	readonly unsuited: ReadonlyArray<ImportRow & { readonly because: Unsuited }>;
}

/** Sorts contacts into files by their blocklist flag, and sets aside what only a single upsert can do. */
export function groupRows(contacts: readonly BrevoContact[]): GroupedRows {
	const optedOut: ImportRow[] = [];
	const others: ImportRow[] = [];
	const unsuited: Array<ImportRow & { because: Unsuited }> = [];
	for (const [index, contact] of contacts.entries()) {
		const because = unsuitedBecause(contact);
		if (because !== undefined) unsuited.push({ index, contact, because });
		else if (contact.emailBlacklisted === true) optedOut.push({ index, contact });
		else others.push({ index, contact });
	}
	const groups = [
		{ emailBlacklisted: false, rows: others },
		{ emailBlacklisted: true, rows: optedOut },
	];
	return { groups: groups.filter(({ rows }) => rows.length > 0), unsuited };
}

function unsuitedBecause(contact: BrevoContact): Unsuited | undefined {
	if (contact.email === undefined || contact.email.trim() === '') return 'no-email';
	const values = Object.values(contact.attributes);
	// A cell cannot tell the yes/no from the word, so the word takes the same way.
	if (values.some((value) => value === false || value === 'false')) return 'boolean-false';
	if (values.some(Array.isArray)) return 'multiple-choice';
	if (values.some((value) => value === '')) return 'clears-a-value';
	const texts = [contact.email, contact.ext_id, ...values];
	if (texts.some((text) => typeof text === 'string' && /[\r\n]/.test(text))) return 'line-break';
	// A character is at most three bytes here, so only a very long text needs measuring.
	const characters = JSON.stringify(contact).length;
	if (characters > MAX_IMPORT_BYTES / 8 && lineBytes(contact) > MAX_IMPORT_BYTES / 2)
		return 'too-large';
	return undefined;
}

const lineBytes = (contact: BrevoContact): number =>
	Buffer.byteLength(lines([cells(contact, columnsOf([{ index: 0, contact }]))])[0] ?? '');

export interface CsvChunk {
	/** With header; lines end in LF. */
	readonly csv: string;
	readonly rows: readonly ImportRow[];
}

/** Column order: identifiers first, then the attributes that any row has, by name. */
function columnsOf(rows: readonly ImportRow[]): string[] {
	const names = new Set(rows.flatMap(({ contact }) => Object.keys(contact.attributes)));
	for (const own of ['EMAIL', 'EXT_ID', 'SMS']) names.delete(own);
	const hasPhone = rows.some(({ contact }) => contact.attributes.SMS !== undefined);
	return ['EMAIL', 'EXT_ID', ...(hasPhone ? ['SMS'] : []), ...[...names].sort()];
}

const cells = ({ email, ext_id, attributes }: BrevoContact, columns: readonly string[]): string[] =>
	columns.map((name) => {
		if (name === 'EMAIL') return email ?? '';
		if (name === 'EXT_ID') return ext_id ?? '';
		return String(entryOf(attributes, name) ?? '');
	});

/** One text line a record: no value holds a line break (`groupRows`), so splitting the text is safe. */
const lines = (records: readonly string[][]): string[] =>
	stringify([...records], { delimiter: ';', record_delimiter: '\n', eof: false }).split('\n');

/**
 * Rows as CSV files for `fileBody` (delimiter `;`, RFC 4180 quotes), none larger than `maxBytes`
 * UTF-8 bytes; a row is never split. Every row must fit beside the header (`groupRows` sees to it).
 */
export function* csvChunks(
	rows: readonly ImportRow[],
	maxBytes: number = MAX_IMPORT_BYTES,
): Generator<CsvChunk> {
	const columns = columnsOf(rows);
	const header = lines([columns])[0] ?? '';
	let text = [header];
	let bytes = Buffer.byteLength(header) + 1;
	let start = 0;
	const headerBytes = bytes;
	for (let from = 0; from < rows.length; from += ROWS_PER_BLOCK) {
		const block = rows.slice(from, from + ROWS_PER_BLOCK);
		for (const [offset, line] of lines(block.map((row) => cells(row.contact, columns))).entries()) {
			const size = Buffer.byteLength(line) + 1;
			if (headerBytes + size > maxBytes)
				throw new RangeError(`A row of ${size} bytes does not fit into an import`);
			if (bytes + size > maxBytes) {
				yield { csv: `${text.join('\n')}\n`, rows: rows.slice(start, from + offset) };
				text = [header];
				bytes = headerBytes;
				start = from + offset;
			}
			text.push(line);
			bytes += size;
		}
	}
	if (start < rows.length) yield { csv: `${text.join('\n')}\n`, rows: rows.slice(start) };
}
