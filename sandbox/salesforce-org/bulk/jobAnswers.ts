import { restTime } from '../answers.ts';
import { USER_ID } from '../organization.ts';
import type { IngestJob } from './ingestJobs.ts';
import type { QueryJob } from './queryJobs.ts';

/** Jobs as the API shows them (Salesforce: Bulk API 2.0, Get Information About a Query Job). */

/** Whole seconds. */
const shownTime = (ms: number): string => restTime(Math.floor(ms / 1000) * 1000);

const sharedOf = (job: QueryJob | IngestJob): object => ({
	id: job.id,
	operation: job.operation,
	object: job.object,
	createdById: USER_ID,
	createdDate: shownTime(job.createdAt),
	systemModstamp: shownTime(job.finishedAt ?? job.createdAt),
	state: job.state,
	concurrencyMode: 'Parallel',
	contentType: 'CSV',
	apiVersion: Number(job.version),
	...job.format.shown,
});

const timesOf = ({ createdAt, finishedAt = createdAt }: QueryJob | IngestJob): object => ({
	retries: 0,
	totalProcessingTime: finishedAt - createdAt,
});

/** What the answers to POST and PATCH hold. */
export const querySummaryOf = (job: QueryJob): object => sharedOf(job);

export const queryDetailsOf = (job: QueryJob): object => ({
	...sharedOf(job),
	jobType: 'V2Query',
	numberRecordsProcessed: job.state === 'JobComplete' ? (job.snapshot?.size ?? 0) : 0,
	...timesOf(job),
	isPkChunkingSupported: true,
});

export const ingestSummaryOf = (job: IngestJob): object => ({
	...sharedOf(job),
	...(job.externalIdFieldName !== undefined && { externalIdFieldName: job.externalIdFieldName }),
	...(job.state === 'Open' && {
		contentUrl: `services/data/v${job.version}/jobs/ingest/${job.id}/batches`,
	}),
});

export const ingestDetailsOf = (job: IngestJob): object => ({
	...ingestSummaryOf(job),
	jobType: 'V2Ingest',
	numberRecordsProcessed: job.successful.length + job.failed.length,
	numberRecordsFailed: job.failed.length,
	...timesOf(job),
	apiActiveProcessingTime: 0,
	apexProcessingTime: 0,
	...(job.errorMessage !== undefined && { errorMessage: job.errorMessage }),
});
