import { parse } from 'csv-parse/sync';
import { Refused } from './answers.ts';
import { type Field, Schema } from './fields.ts';
import { checkedValue } from './values.ts';

export interface ContactsCsv {
	/** Field values by API name; empty cells left out. */
	readonly accepted: ReadonlyArray<Readonly<Record<string, string>>>;
	/** Rows that Salesforce itself would not take. */
	readonly refused: ReadonlyArray<{
		/** Line of the record, the heading being 1. */
		readonly row: number;
		/** Salesforce's error code. */
		readonly code: string;
		readonly field: string;
		/** In words, without the value. */
		readonly message: string;
	}>;
	/** Headings that are no Contact field. */
	readonly ignoredColumns: readonly string[];
}

const DELIMITERS = [',', ';', '\t'] as const;

/**
 * Contacts from a CSV with Salesforce headings (any case). Throws an Error with one clear sentence
 * when the text is no such file.
 */
export function readContactsCsv(text: string): ContactsCsv {
	if (text.trim() === '') throw new Error('The CSV file is empty.');
	const [headings = [], ...records] = parsed(text);
	const schema = new Schema();
	const fields = headings.map((heading) => schema.field('Contact', heading.trim()));
	// A reference leads to a record of the organisation that the file comes from.
	const usable = fields.map((field) =>
		field?.createable && field.type !== 'reference' ? field : undefined,
	);
	refuseHeadings(headings, usable);
	const accepted: Array<Record<string, string>> = [];
	const refused: Array<ContactsCsv['refused'][number]> = [];
	records.forEach((cells, index) => {
		if (cells.every((cell) => cell.trim() === '')) return;
		const values = valuesOf(cells, usable);
		const problem = problemOf(values, usable);
		if (problem) refused.push({ row: index + 2, ...problem });
		else accepted.push(values);
	});
	return { accepted, refused, ignoredColumns: headings.filter((_, at) => !usable[at]) };
}

function parsed(text: string): string[][] {
	const [firstLine = ''] = text.split(/\r?\n/, 1);
	const delimiter =
		[...DELIMITERS].sort((a, b) => firstLine.split(b).length - firstLine.split(a).length)[0] ?? ',';
	try {
		return parse(text, { bom: true, delimiter, relax_column_count: false, skip_empty_lines: true });
	} catch (error) {
		const { code, lines } = error as { code?: string; lines?: number };
		const where = lines === undefined ? '' : ` near line ${lines}`;
		const what =
			code === 'CSV_QUOTE_NOT_CLOSED'
				? 'a quoted value is never closed'
				: code?.includes('INCONSISTENT')
					? 'a line has more or fewer values than there are headings'
					: 'the quotes are not right';
		throw new Error(`The CSV file cannot be read: ${what}${where}.`, { cause: error });
	}
}

function refuseHeadings(
	headings: readonly string[],
	usable: ReadonlyArray<Field | undefined>,
): void {
	const names = usable.flatMap((field) => field?.name ?? []);
	const twice = names.find((name, at) => names.indexOf(name) !== at);
	if (twice !== undefined) throw new Error(`The CSV file has two columns for ${twice}.`);
	if (names.includes('LastName')) return;
	// Without it Salesforce would refuse every single row.
	if (names.length > 0)
		throw new Error('The CSV file has no column LastName, which every Salesforce Contact needs.');
	throw new Error(
		`None of the headings (${headings.slice(0, 5).join(', ')}) is a field of a Salesforce Contact. Use API names such as FirstName, LastName, Email, MobilePhone.`,
	);
}

function valuesOf(
	cells: readonly string[],
	usable: ReadonlyArray<Field | undefined>,
): Record<string, string> {
	const values: Record<string, string> = {};
	usable.forEach((field, at) => {
		const cell = cells[at]?.trim() ?? '';
		if (field && cell !== '') values[field.name] = field.type === 'boolean' ? truth(cell) : cell;
	});
	return values;
}

/** Spreadsheets write TRUE and 1. */
function truth(cell: string): string {
	const text = cell.toLowerCase();
	if (text === '1') return 'true';
	return text === '0' ? 'false' : text;
}

function problemOf(
	values: Readonly<Record<string, string>>,
	usable: ReadonlyArray<Field | undefined>,
): Omit<ContactsCsv['refused'][number], 'row'> | undefined {
	if (values['LastName'] === undefined) {
		return {
			code: 'REQUIRED_FIELD_MISSING',
			field: 'LastName',
			message: 'Required fields are missing: [LastName]',
		};
	}
	for (const field of usable) {
		if (!field || values[field.name] === undefined) continue;
		try {
			checkedValue(field, values[field.name]);
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			const code = error.error.errorCode;
			// Salesforce's own message quotes the value; a report should not.
			return {
				code,
				field: field.name,
				message: `${field.label} is not a value that Salesforce takes`,
			};
		}
	}
	return undefined;
}
