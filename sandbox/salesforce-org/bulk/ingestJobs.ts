import type { SandboxReply } from '../../service.ts';
import { csvRows } from '../../csvRows.ts';
import { inSlices } from '../../slices.ts';
import { json, noContent, notFound, Refused } from '../answers.ts';
import type { ApiCall } from '../call.ts';
import { jobIds, type ObjectName } from '../ids.ts';
import type { Organization } from '../organization.ts';
import type { Upserter } from '../upsert.ts';
import type { Writer } from '../write.ts';
import { type CsvFormat, formatOf } from './format.ts';
import { csvReply, recordOf, refuseLineEnding, results, type RowResult } from './ingestCsv.ts';
import { ingestDetailsOf, ingestSummaryOf } from './jobAnswers.ts';
import type { Processing, Work } from './processing.ts';
import { alreadyOver, apiError, invalidState, notTerminated } from './refusals.ts';

const OPERATIONS = ['insert', 'update', 'upsert', 'delete'] as const;
type Operation = (typeof OPERATIONS)[number];
/** Salesforce: 150 MB an upload. */
const MOST_BYTES = 150_000_000;

export interface IngestJob extends Work {
	readonly id: string;
	readonly operation: Operation;
	readonly object: ObjectName;
	readonly externalIdFieldName: string | undefined;
	readonly version: string;
	readonly createdAt: number;
	readonly format: CsvFormat;
	csv: string | undefined;
	errorMessage: string | undefined;
	header: readonly string[];
	unprocessed: readonly string[][];
	readonly successful: RowResult[];
	readonly failed: RowResult[];
}

interface NewIngestJob {
	readonly object?: string;
	readonly operation?: string;
	readonly externalIdFieldName?: string;
	readonly columnDelimiter?: string;
	readonly lineEnding?: string;
}

/** Bulk API 2.0 ingest: /jobs/ingest. */
export class IngestJobs {
	readonly #organization: Organization;
	readonly #writer: Writer;
	readonly #upserter: Upserter;
	readonly #processing: Processing;
	readonly #newId = jobIds('I');
	readonly #jobs = new Map<string, IngestJob>();

	constructor(
		organization: Organization,
		writer: Writer,
		upserter: Upserter,
		processing: Processing,
	) {
		this.#organization = organization;
		this.#writer = writer;
		this.#upserter = upserter;
		this.#processing = processing;
	}

	answer(call: ApiCall): SandboxReply {
		const { method, path } = call;
		const [, , id, part] = path;
		if (id === undefined) return method === 'POST' ? this.#create(call) : this.#list();
		const job = this.#jobs.get(id);
		if (!job) throw notFound();
		switch (`${method} ${part ?? ''}`) {
			case 'GET ':
				return json(ingestDetailsOf(job));
			case 'PATCH ':
				return this.#setState(call, job);
			case 'DELETE ':
				if (job.finishedAt === undefined && job.state !== 'Open') throw notTerminated();
				this.#jobs.delete(id);
				return noContent;
			case 'PUT batches':
				return upload(call, job);
			case 'GET successfulResults':
				return results(job, ['sf__Id', 'sf__Created'], job.successful);
			case 'GET failedResults':
				return results(job, ['sf__Id', 'sf__Error'], job.failed);
			case 'GET unprocessedrecords':
				return csvReply(job, [job.header, ...job.unprocessed]);
			default:
				throw notFound();
		}
	}

	#list(): SandboxReply {
		return json({
			done: true,
			records: [...this.#jobs.values()].map(ingestDetailsOf),
			nextRecordsUrl: null,
		});
	}

	#create({ body, version }: ApiCall): SandboxReply {
		const input = (body ?? {}) as NewIngestJob;
		const { object = '', externalIdFieldName } = input;
		const operation = OPERATIONS.find((known) => known === input.operation);
		if (!operation) throw apiError(`Operation ${input.operation ?? ''} is not supported`);
		if (!this.#organization.schema.isObject(object)) {
			throw apiError(`InvalidEntity : Entity '${object}' is not supported by the Bulk API`);
		}
		if (operation === 'upsert' && externalIdFieldName === undefined) {
			throw apiError(
				'InvalidJob : External ID was blank. An External ID must be specified for upsert',
			);
		}
		const job: IngestJob = {
			id: this.#newId(),
			operation,
			object,
			externalIdFieldName,
			version,
			createdAt: this.#organization.clock.now(),
			format: formatOf(input),
			state: 'Open',
			finishedAt: undefined,
			csv: undefined,
			errorMessage: undefined,
			header: [],
			unprocessed: [],
			successful: [],
			failed: [],
			begin: () => this.#read(job),
			finish: (done) => this.#work(job, done),
		};
		this.#jobs.set(job.id, job);
		return json(ingestSummaryOf(job));
	}

	#setState({ body }: ApiCall, job: IngestJob): SandboxReply {
		const { state } = (body ?? {}) as { state?: unknown };
		if (job.finishedAt !== undefined) throw alreadyOver();
		if (state === 'Aborted') this.#processing.end(job, 'Aborted');
		else if (state === 'UploadComplete' && job.state === 'Open') {
			job.state = 'UploadComplete';
			this.#processing.start(job);
		} else throw invalidState('The job can be set to UploadComplete when Open, or to Aborted');
		return json(ingestSummaryOf(job));
	}

	/** Reads the CSV; what is wrong with it as a whole fails the job. Gives the number of rows. */
	#read(job: IngestJob): number {
		const { csv = '', format } = job;
		job.csv = undefined;
		try {
			refuseLineEnding(csv, format);
			[job.header = [], ...job.unprocessed] = csvRows(csv, format.delimiter);
			for (const name of job.header) {
				if (this.#organization.schema.field(job.object, name)) continue;
				throw new Error(`InvalidBatch : Field name not found : ${name}`);
			}
		} catch (error) {
			job.errorMessage = (error as Error).message;
			throw apiError(job.errorMessage);
		}
		return job.unprocessed.length;
	}

	#work(job: IngestJob, done: () => void): void {
		const rows = job.unprocessed;
		job.unprocessed = [];
		inSlices(
			rows.values(),
			(cells) => this.#write(job, cells),
			() => done(),
		);
	}

	#write(job: IngestJob, cells: readonly string[]): void {
		const record = recordOf(job.header, cells);
		const id = typeof record['Id'] === 'string' ? record['Id'] : '';
		try {
			const written = this.#apply(job, id, record);
			job.successful.push({ id: written.id, outcome: String(written.created), cells });
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			const { errorCode, message, fields = [] } = error.error;
			const outcome = `${errorCode}:${message}:${fields.join(', ')}--`;
			job.failed.push({ id, outcome, cells });
		}
	}

	#apply(
		{ operation, object, externalIdFieldName = '' }: IngestJob,
		id: string,
		record: Readonly<Record<string, unknown>>,
	): { readonly id: string; readonly created: boolean } {
		switch (operation) {
			case 'insert':
				return { id: this.#writer.create(object, record).id, created: true };
			case 'update':
				return { id: this.#writer.update(object, id, record).id, created: false };
			case 'delete':
				this.#writer.remove(object, id);
				return { id, created: false };
			case 'upsert':
				return this.#upserter.ofRecord(object, externalIdFieldName, record);
		}
	}
}

/** Salesforce takes one upload a job. */
function upload({ body }: ApiCall, job: IngestJob): SandboxReply {
	if (job.state !== 'Open') throw invalidState(`The job is ${job.state}, not Open`);
	if (job.csv !== undefined) {
		throw apiError(
			`Found multiple contents for job: <${job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`,
		);
	}
	const csv = typeof body === 'string' ? body : '';
	if (csv.length > MOST_BYTES) throw apiError('The upload is larger than 150 MB');
	job.csv = csv;
	return { status: 201 };
}
