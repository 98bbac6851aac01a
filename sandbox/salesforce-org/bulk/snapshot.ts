import { candidates } from '../candidates.ts';
import type { Organization } from '../organization.ts';
import type { Column, Plan } from '../plan.ts';
import type { Statement } from '../statement.ts';
import type { Row } from '../store.ts';
import { cellWriter, quoted } from './cells.ts';
import type { CsvFormat } from './format.ts';

/** What a query job found, as of the moment when it ran. */
export interface Snapshot {
	readonly size: number;
	/** Rows from…to as CSV with a header row. */
	csv(from: number, to: number): Buffer;
}

/** Rows whose CSV is one string at a time; the text of 50,000 rows at once would double the memory. */
const CHUNK = 2000;

/**
 * Runs a query job. Rows are kept as they are, 8 bytes each, because a change makes new ones; only
 * columns that look beyond their row (parents, formulas) are read now.
 */
export function snapshotOf(
	organization: Organization,
	{ plan, statement, columns, all }: SnapshotQuery,
	{ delimiter, lineEnding }: CsvFormat,
): Snapshot {
	const rows = inIdOrder(organization, plan, statement, all);
	const cells = columns.map((column) => cellsOf(plan, column, rows));
	const header = columns.map((column) => quoted(headingOf(column))).join(delimiter) + lineEnding;
	const line = (at: number): string => {
		let text = '';
		for (const cell of cells) text += text === '' ? cell(at) : delimiter + cell(at);
		return text + lineEnding;
	};
	return {
		size: rows.length,
		csv: (from, to) => {
			const chunks = [Buffer.from(header)];
			const end = Math.min(to, rows.length);
			for (let start = from; start < end; start += CHUNK) {
				let text = '';
				for (let at = start; at < Math.min(start + CHUNK, end); at += 1) text += line(at);
				chunks.push(Buffer.from(text));
			}
			return Buffer.concat(chunks);
		},
	};
}

export interface SnapshotQuery {
	readonly plan: Plan;
	readonly statement: Statement;
	readonly columns: readonly Column[];
	/** queryAll: with the recycle bin. */
	readonly all: boolean;
}

function inIdOrder(
	organization: Organization,
	plan: Plan,
	{ condition }: Statement,
	all: boolean,
): Row[] {
	const filter = plan.filter(condition, all);
	const table = organization.table(plan.object);
	const rows: Row[] = [];
	for (const row of condition ? candidates(table, condition, []).rows : table.all()) {
		if (filter(row)) rows.push(row);
	}
	return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A parent's field is a column "Account.Name". */
const headingOf = ({ field, relationship }: Column): string =>
	relationship === undefined ? field.name : `${relationship}.${field.name}`;

function cellsOf(plan: Plan, column: Column, rows: readonly Row[]): (at: number) => string {
	const read = plan.reader(column, true);
	const write = cellWriter(column.field);
	if (column.relationship === undefined && !column.field.calculated) {
		return (at) => {
			const row = rows[at];
			return row ? write(read(row)) : '""';
		};
	}
	const values = rows.map(read);
	return (at) => write(values[at]);
}
