import { stringify } from 'csv-stringify/sync';
import type { Run } from '../ledger/desk.ts';
import type { Integration, Ledger } from '../ledger/ledger.ts';
import { OUTCOMES, type OutcomeCounts } from '../outcome.ts';

/** One acknowledged page for an audit: when, which, how many. No record id, no value. */
export interface ExportedRun extends OutcomeCounts {
	readonly integration: string;
	readonly direction: string;
	readonly object: string;
	/** Id of the page. */
	readonly page: string;
	readonly kind: Run['kind'];
	/** ISO 8601, UTC: when it was emitted last, and when its execution had ended well. */
	readonly startedAt: string;
	readonly endedAt: string;
	/** How often it was emitted. */
	readonly attempts: number;
	/** The sum of the five outcomes. */
	readonly read: number;
	readonly tasks: number;
}

const COLUMNS = [
	...['integration', 'direction', 'object', 'page', 'kind', 'startedAt', 'endedAt'],
	...['attempts', 'read', ...OUTCOMES, 'tasks'],
];

/** The pages of these streams that ended from `since` until before `until`, oldest first, `most` at most. */
export async function exportRuns(
	ledger: Ledger,
	streams: readonly Integration[],
	range: { readonly since: number; readonly until: number; readonly most: number },
): Promise<ExportedRun[]> {
	const all: ExportedRun[] = [];
	for (const { name, backOf, object } of streams) {
		const runs = await ledger.desk.runs(name, { ...range, most: range.most - all.length });
		const direction = backOf === undefined ? 'Salesforce to Brevo' : 'Brevo to Salesforce';
		for (const { openedAt, endedAt, ...run } of runs)
			all.push({
				...{ integration: backOf ?? name, direction, object },
				...run,
				startedAt: new Date(openedAt).toISOString(),
				endedAt: new Date(endedAt).toISOString(),
			});
	}
	return all.sort((a, b) => Date.parse(a.endedAt) - Date.parse(b.endedAt));
}

/**
 * As CSV with a header, for spreadsheets: UTF-8 with the mark that Excel looks for, and a name that
 * begins like a formula stays a text.
 */
export const runsCsv = (runs: readonly ExportedRun[]): string =>
	stringify([...runs], { header: true, columns: COLUMNS, bom: true, escape_formulas: true });
