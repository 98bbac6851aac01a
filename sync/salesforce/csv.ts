import { entryOf } from '../entry-of.ts';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { parse } from 'csv-parse';
import type { SalesforceRecord } from '../changes/change.ts';
import { FIELD_PATH } from '../changes/soql.ts';
import type { Host } from '../host.ts';
import { salesforceError } from './errors.ts';

/** Characters parsed at a stretch: a few milliseconds, so that others get their turn. */
const SLICE = 256 * 1024;

/** Salesforce field name to its describe type; a field of a parent as a path. */
export type FieldTypes = ReadonlyMap<string, string>;

/**
 * The rows of a Bulk result page as the REST API would give them: numbers and yes/no as such, an
 * empty cell as null, a parent's fields as an object. Rejects with SalesforceError when the text is
 * not the CSV that was asked for.
 */
export async function csvRecords(
	text: string,
	types: FieldTypes,
	host: Host,
): Promise<SalesforceRecord[]> {
	const records: SalesforceRecord[] = [];
	let read: ((row: readonly string[]) => SalesforceRecord) | undefined;
	const parser = parse({ bom: true });
	// From the first moment on: an error that nobody listens to ends the process.
	const ended = finished(parser);
	ended.catch(() => undefined);
	parser.on('readable', () => {
		try {
			for (;;) {
				const row = parser.read() as string[] | null;
				if (row === null) return;
				if (read) records.push(read(row));
				else read = reader(row, types);
			}
		} catch (error) {
			parser.destroy(error as Error);
		}
	});
	try {
		for (let start = 0; start < text.length; start += SLICE) {
			if (parser.destroyed) break;
			if (!parser.write(text.slice(start, start + SLICE)))
				await Promise.race([once(parser, 'drain'), ended]);
			await host.sleep(0, host.signal);
		}
		if (!parser.destroyed) parser.end();
		await ended;
	} catch (error) {
		host.signal?.throwIfAborted();
		throw salesforceError('UNREADABLE_ANSWER', { cause: error });
	}
	return records;
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'double', 'currency', 'percent']);

function reader(
	columns: readonly string[],
	types: FieldTypes,
): (row: readonly string[]) => SalesforceRecord {
	if (!columns.includes('Id') || !columns.every((column) => FIELD_PATH.test(column)))
		throw salesforceError('UNREADABLE_ANSWER');
	const cells = columns.map((column) => ({
		path: column.split('.'),
		read: cell(types.get(column)),
	}));
	return (row) => {
		const record: Record<string, unknown> = {};
		cells.forEach(({ path: [name = '', field], read }, index) => {
			const value = read(row[index] ?? '');
			if (field === undefined) record[name] = value;
			// REST gives null for a parent that is not there; its fields read as null either way.
			else record[name] = { ...(entryOf(record, name) as object | undefined), [field]: value };
		});
		return record;
	};
}

/** Bulk API 2.0: every cell is text, an empty one is null (a text field knows no other empty). */
function cell(type: string | undefined): (text: string) => unknown {
	if (type === 'boolean') return (text) => text === 'true';
	if (type !== undefined && NUMBERS.has(type)) return (text) => (text === '' ? null : Number(text));
	return (text) => (text === '' ? null : text);
}
