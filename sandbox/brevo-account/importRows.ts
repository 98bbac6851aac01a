import { csvRows } from '../csvRows.ts';
import type { Call } from './routes.ts';

/** One contact of an import: values by the names of attributes. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows that are read one at a time, so that 8 MB hold nobody up. */
export interface Rows {
	readonly count: number;
	/** Throws at a row that does not fit the headings. */
	readonly each: () => Iterator<Row, undefined>;
}

/** Undefined when it is neither a CSV nor a list. */
export function rowsOf({ fileBody, jsonBody }: Call['body']): Rows | undefined {
	if (typeof fileBody === 'string') return csvRowsOf(fileBody);
	if (!Array.isArray(jsonBody)) return undefined;
	const list = jsonBody as ReadonlyArray<{ email?: string; attributes?: Row }>;
	const rows = list.map(({ email, attributes }) => ({
		...(email !== undefined && { EMAIL: email }),
		...attributes,
	}));
	return { count: rows.length, each: () => rows.values() };
}

function csvRowsOf(text: string): Rows | undefined {
	const lines = csvRows(text, ';');
	try {
		const first = lines.next();
		if (first.done) return undefined;
		const names = first.value.map((name) => name.trim().toUpperCase());
		// Line breaks inside quotes are counted too; the number only says how long an import takes.
		return { count: text.split('\n').length - 1, each: () => namedRows(lines, names) };
	} catch {
		return undefined;
	}
}

function* namedRows(
	lines: Iterable<readonly string[]>,
	names: readonly string[],
): Generator<Row, undefined> {
	for (const cells of lines) {
		if (cells.length !== names.length) throw new Error('A line does not fit the headings');
		const row: Record<string, string> = {};
		for (let at = 0; at < names.length; at += 1) row[names[at] ?? ''] = cells[at] ?? '';
		yield row;
	}
}
