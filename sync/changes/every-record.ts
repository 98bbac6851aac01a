import type { SalesforceConnection } from '../salesforce/connection.ts';
import { createQueryJob, deleteQueryJob, queryJobEnd, queryJobPage } from '../salesforce/bulk.ts';
import type { FieldTypes } from '../salesforce/csv.ts';
import { SalesforceError } from '../salesforce/errors.ts';
import { countRecords, queryPage } from '../salesforce/read.ts';
import type { SnapshotPage, SnapshotSource } from './snapshot.ts';
import { countQuery, everyPageQuery, everyQuery } from './soql.ts';
import type { ChangeQuery } from './source.ts';

/** Stands in for a job where there is no Bulk API: pages are read by Id. */
export const BY_ID = 'by-id';
/** So many jobs in a row may fail before the records are read by Id. */
const MOST_LOST_JOBS = 2;

/**
 * Salesforce as a file of all records, by Bulk API 2.0. Where Salesforce refuses the job (edition,
 * permission, a field that it does not export) or loses it twice, the same records are read by REST,
 * 2,000 a call.
 */
export function everyRecord(
	connection: SalesforceConnection,
	query: ChangeQuery,
	types: FieldTypes,
): SnapshotSource {
	let lost = 0;
	/** Jobs of this process that are known to be complete. */
	const complete = new Set<string>();
	return {
		count: async () => await countRecords(connection, countQuery({ ...query, reachable: false })),
		begin: async () =>
			lost >= MOST_LOST_JOBS ? BY_ID : await jobOrById(connection, everyQuery(query)),
		page: async (job, locator, most) => {
			if (job === BY_ID) return await pageById(connection, query, locator ?? '', most);
			if (!complete.has(job)) {
				const end = await queryJobEnd(connection, job);
				if (end.kind === 'complete') complete.add(job);
			}
			const page = complete.has(job)
				? await queryJobPage(connection, job, { locator, most, types })
				: undefined;
			lost = page ? 0 : lost + 1;
			return page;
		},
		end: async (job) => {
			if (job === BY_ID) return;
			try {
				await deleteQueryJob(connection, job);
			} catch (error) {
				if (!(error instanceof SalesforceError)) throw error;
				connection.host.logger.debug(`Salesforce keeps the job for seven days: ${error.code}`);
			}
		},
	};
}

async function jobOrById(connection: SalesforceConnection, soql: string): Promise<string> {
	try {
		return await createQueryJob(connection, soql);
	} catch (error) {
		const isRefused = error instanceof SalesforceError && REFUSED.has(error.action);
		if (!isRefused) throw error;
		connection.host.logger.info(`No Bulk API for this read (${error.code}); it is read by REST`);
		return BY_ID;
	}
}

const REFUSED: ReadonlySet<string> = new Set(['fail-config', 'reject']);

async function pageById(
	connection: SalesforceConnection,
	query: ChangeQuery,
	after: string,
	limit: number,
): Promise<SnapshotPage> {
	const { records } = await queryPage(connection, everyPageQuery({ ...query, after, limit }));
	const last = records.length < limit ? undefined : records.at(-1)?.['Id'];
	return { records, ...(typeof last === 'string' && { next: last }) };
}
