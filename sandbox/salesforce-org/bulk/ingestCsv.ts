import type { SandboxReply } from '../../service.ts';
import { quoted } from './cells.ts';
import type { CsvFormat } from './format.ts';
import type { IngestJob } from './ingestJobs.ts';

/** One line of successfulResults or failedResults. */
export interface RowResult {
	readonly id: string;
	/** "true" or "false" for sf__Created, the text of sf__Error. */
	readonly outcome: string;
	readonly cells: readonly string[];
}

export function refuseLineEnding(csv: string, { shown }: CsvFormat): void {
	const firstLine = csv.slice(0, csv.indexOf('\n') + 1);
	const found = firstLine.endsWith('\r\n') ? 'CRLF' : 'LF';
	if (firstLine === '' || found === shown.lineEnding) return;
	throw new Error(
		`ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is ${shown.lineEnding}`,
	);
}

/** An empty cell leaves a field as it is, #N/A empties it (Salesforce: Bulk API 2.0, data files). */
export function recordOf(
	header: readonly string[],
	cells: readonly string[],
): Readonly<Record<string, unknown>> {
	const record: Record<string, unknown> = {};
	header.forEach((name, at) => {
		const cell = cells[at] ?? '';
		if (cell !== '') record[name] = cell === '#N/A' ? null : cell;
	});
	return record;
}

export function results(
	job: IngestJob,
	columns: readonly string[],
	rows: readonly RowResult[],
): SandboxReply {
	const lines = rows.map(({ id, outcome, cells }) => [id, outcome, ...cells]);
	return csvReply(job, [[...columns, ...job.header], ...lines]);
}

export function csvReply(
	{ format }: IngestJob,
	lines: ReadonlyArray<readonly string[]>,
): SandboxReply {
	const { delimiter, lineEnding } = format;
	const body = lines.map((cells) => cells.map(quoted).join(delimiter) + lineEnding).join('');
	return { status: 200, headers: { 'content-type': 'text/csv' }, body };
}
