import type { SalesforceRecord } from '../changes/change.ts';
import { type SalesforceConnection, speaking } from './connection.ts';
import { csvRecords, type FieldTypes } from './csv.ts';
import { SalesforceError, salesforceError } from './errors.ts';
import { retried } from './retry.ts';

/*
 * Bulk API 2.0 query: Salesforce prepares the result of one query as a file and hands it out in
 * pages. Own code, because jsforce breaks results of more than one page and deletes a job that takes
 * longer than its time-out (reference: salesforce 1.3).
 *
 *   create -> UploadComplete -> InProgress -> JobComplete -> results, page by page -> delete
 *                                          -> Failed, Aborted
 */

/** Waits between two looks at a job, milliseconds; the last one repeats. Each look is an API call. */
const LOOK_AFTER_MS = [250, 750, 1_500, 3_000, 5_000, 10_000, 20_000, 30_000];

export type JobEnd =
	| { readonly kind: 'complete'; readonly records: number }
	/** Failed, aborted by somebody, or forgotten (Salesforce keeps jobs for seven days). */
	| { readonly kind: 'lost' };

export interface JobPage {
	readonly records: readonly SalesforceRecord[];
	/** Where the next page begins; absent after the last one. */
	readonly next?: string;
}

interface JobInfo {
	readonly id?: unknown;
	readonly state?: unknown;
	readonly numberRecordsProcessed?: unknown;
}

/** Starts a job and gives its id. `soql`: no ORDER BY, LIMIT or compound field. */
export async function createQueryJob(
	connection: SalesforceConnection,
	soql: string,
): Promise<string> {
	const { id } = await speaking(connection, () =>
		connection.jsforce.requestPost<JobInfo>('/jobs/query', { operation: 'query', query: soql }),
	);
	if (typeof id !== 'string') throw salesforceError('UNREADABLE_ANSWER');
	return id;
}

/** Waits until a job has ended. */
export async function queryJobEnd(connection: SalesforceConnection, id: string): Promise<JobEnd> {
	const { sleep, signal } = connection.host;
	for (let looks = 0; ; looks += 1) {
		await sleep(LOOK_AFTER_MS[looks] ?? LOOK_AFTER_MS.at(-1) ?? 0, signal);
		const job = await unlessGone(() =>
			speaking(connection, () => connection.jsforce.requestGet<JobInfo>(jobPath(id))),
		);
		if (!job || job.state === 'Failed' || job.state === 'Aborted') return { kind: 'lost' };
		if (job.state !== 'JobComplete') continue;
		return { kind: 'complete', records: Number(job.numberRecordsProcessed ?? 0) };
	}
}

/** One page of a complete job's result; undefined when the job is gone. */
export async function queryJobPage(
	connection: SalesforceConnection,
	id: string,
	page: { readonly locator: string | undefined; readonly most: number; readonly types: FieldTypes },
): Promise<JobPage | undefined> {
	const query = new URLSearchParams({
		...(page.locator !== undefined && { locator: page.locator }),
		maxRecords: String(page.most),
	});
	return await unlessGone(
		async () =>
			await retried(connection.host, async () => {
				const answer = await connection.csv(`${jobPath(id)}/results?${query.toString()}`);
				const records = await csvRecords(answer.body, page.types, connection.host);
				const told = Number(answer.headers['sforce-numberofrecords'] ?? records.length);
				// A connection that broke in the middle of a page must not pass for its end.
				if (told !== records.length) throw salesforceError('UNREADABLE_ANSWER');
				const next = answer.headers['sforce-locator'] ?? '';
				// Salesforce writes the word "null" behind the last page.
				return { records, ...(next !== '' && next !== 'null' && { next }) };
			}),
	);
}

/** Removes a job and its result, which holds contacts. One that is gone already is no error. */
export async function deleteQueryJob(connection: SalesforceConnection, id: string): Promise<void> {
	await unlessGone(() => speaking(connection, () => connection.jsforce.requestDelete(jobPath(id))));
}

const jobPath = (id: string): string => `/jobs/query/${encodeURIComponent(id)}`;

async function unlessGone<T>(work: () => Promise<T>): Promise<T | undefined> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof SalesforceError && (error.status === 404 || error.status === 409))
			return undefined;
		throw error;
	}
}
