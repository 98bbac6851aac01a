import { parse } from 'csv-parse/sync';

import { TooLargeError } from '../bounded-text.ts';
import { type Host, type Http, NoAnswerError } from '../host.ts';
import { unlessAborted } from '../cancellation.ts';
import type { ImportRow } from './csv.ts';

/** An import's reject files: the only place where Brevo says which rows it did not take. */

/** A reject file holds rows of a file of at most 8 MB, so more than this is something else. */
const MAX_REPORT_BYTES = 20_000_000;
const TRIES = 3;
const PAUSE_MS = 1_000;
const TIMEOUT_MS = 60_000;

/**
 * The text of a reject file; undefined when it cannot be had. `download` must not send the Brevo
 * credential: the file lies on another host.
 */
export async function downloadRejects(
	host: Host,
	download: Http,
	url: string,
): Promise<string | undefined> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			const request = download({
				method: 'GET',
				url,
				timeoutMs: TIMEOUT_MS,
				largestAnswer: MAX_REPORT_BYTES,
			});
			const { status, body } = await unlessAborted(request, host.signal);
			if (status === 200) return Buffer.byteLength(body) > MAX_REPORT_BYTES ? undefined : body;
		} catch (error) {
			if (error instanceof TooLargeError) return undefined;
			if (!(error instanceof NoAnswerError)) throw error;
		}
		if (attempt >= TRIES) return undefined;
		await host.sleep(PAUSE_MS * 2 ** (attempt - 1), host.signal);
	}
}

type IdentifierColumn = 'EXT_ID' | 'EMAIL' | 'SMS';
/** The surest first: an e-mail or a phone may stand in two rows of one file. */
const COLUMNS = ['EXT_ID', 'EMAIL', 'SMS'] as const satisfies readonly IdentifierColumn[];

/** Brevo shows e-mails in lower case and phones as digits (reference/brevo.md 2.8). */
const FOLD: Record<IdentifierColumn, (value: string) => string> = {
	EXT_ID: (value) => value.trim(),
	EMAIL: (value) => value.trim().toLowerCase(),
	SMS: (value) => value.replace(/\D/g, '').replace(/^00/, ''),
};

const VALUE_OF: Record<IdentifierColumn, (row: ImportRow) => string> = {
	EXT_ID: ({ contact }) => contact.ext_id ?? '',
	EMAIL: ({ contact }) => contact.email ?? '',
	SMS: ({ contact }) => String(contact.attributes.SMS ?? ''),
};

/** Finds the rows that a reject file speaks of. */
export type RowIndex = Readonly<Record<IdentifierColumn, ReadonlyMap<string, readonly number[]>>>;

/** Rows by each of their identifiers, for `attributeRejects`. */
export function indexRows(rows: readonly ImportRow[]): RowIndex {
	const index = { EXT_ID: new Map(), EMAIL: new Map(), SMS: new Map() } satisfies Record<
		IdentifierColumn,
		Map<string, number[]>
	> as Record<IdentifierColumn, Map<string, number[]>>;
	for (const row of rows) {
		for (const column of COLUMNS) {
			const key = FOLD[column](VALUE_OF[column](row));
			if (key === '') continue;
			const same = index[column].get(key);
			if (same === undefined) index[column].set(key, [row.index]);
			else same.push(row.index);
		}
	}
	return index;
}

export interface AttributedRejects {
	/** Places in the caller's list. An identifier that several rows share rejects all of them. */
	readonly indices: ReadonlySet<number>;
	/** False when a line matched no row: then nobody knows which row it was. */
	readonly complete: boolean;
}

/** Which rows a reject file names. Throws nothing: a file that is no CSV is `complete: false`. */
export function attributeRejects(text: string, index: RowIndex): AttributedRejects {
	const records = readCsv(text);
	const indices = new Set<number>();
	const [first = []] = records ?? [];
	const header = first.map((name) => name.trim().toUpperCase());
	const columns = COLUMNS.filter((name) => header.includes(name));
	let complete = records !== undefined;
	for (const record of (records ?? []).slice(columns.length > 0 ? 1 : 0)) {
		const found =
			columns.length > 0 ? matchByHeader(record, header, index) : matchAnywhere(record, index);
		if (found === undefined) complete = false;
		for (const place of found ?? []) indices.add(place);
	}
	return { indices, complete };
}

function matchByHeader(
	record: readonly string[],
	header: readonly string[],
	index: RowIndex,
): readonly number[] | undefined {
	for (const column of COLUMNS) {
		const cell = record[header.indexOf(column)];
		const found = cell === undefined ? undefined : index[column].get(FOLD[column](cell));
		if (found !== undefined) return found;
	}
	return undefined;
}

/**
 * A file without a header that we know: all rows of which an identifier stands in any cell. A contact
 * may have another's id for a name, so the first that is found would not do; a row too many is only
 * sent once more.
 */
function matchAnywhere(record: readonly string[], index: RowIndex): readonly number[] | undefined {
	const found = COLUMNS.flatMap((column) =>
		record.flatMap((cell) => index[column].get(FOLD[column](cell)) ?? []),
	);
	return found.length > 0 ? found : undefined;
}

function readCsv(text: string): readonly string[][] | undefined {
	const firstLine = text.slice(0, text.search(/[\r\n]|$/));
	try {
		return parse(text, {
			bom: true,
			delimiter: firstLine.includes(';') || !firstLine.includes(',') ? ';' : ',',
			relax_quotes: true,
			relax_column_count: true,
			skip_empty_lines: true,
		});
	} catch {
		return undefined;
	}
}
