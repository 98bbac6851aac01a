import type { SandboxReply } from '../../service.ts';
import { json, noContent, notFound, Refused } from '../answers.ts';
import type { ApiCall } from '../call.ts';
import { jobIds } from '../ids.ts';
import type { Organization } from '../organization.ts';
import { Plan } from '../plan.ts';
import { statementOf } from '../statement.ts';
import type { Usage } from '../usage.ts';
import { type CsvFormat, formatOf } from './format.ts';
import { queryDetailsOf, querySummaryOf } from './jobAnswers.ts';
import type { Processing, Work } from './processing.ts';
import { alreadyOver, apiError, invalidState, notTerminated } from './refusals.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import { supportedColumns } from './supported.ts';

/** Salesforce: results stay for seven days. */
const KEPT_MS = 7 * 86_400_000;
/** Rows of a page when nothing is asked for. */
const PAGE_ROWS = 50_000;
/** Jobs in one answer of the list. */
const LISTED = 1000;

interface NewQueryJob {
	readonly operation?: string;
	readonly query?: unknown;
	readonly columnDelimiter?: string;
	readonly lineEnding?: string;
}

export interface QueryJob extends Work {
	readonly id: string;
	readonly operation: 'query' | 'queryAll';
	readonly object: string;
	readonly version: string;
	readonly createdAt: number;
	readonly format: CsvFormat;
	snapshot: Snapshot | undefined;
}

/** Bulk API 2.0 query: /jobs/query. */
export class QueryJobs {
	readonly #organization: Organization;
	readonly #processing: Processing;
	readonly #usage: Usage;
	readonly #newId = jobIds('Q');
	readonly #jobs = new Map<string, QueryJob>();

	constructor(organization: Organization, processing: Processing, usage: Usage) {
		this.#organization = organization;
		this.#processing = processing;
		this.#usage = usage;
	}

	answer(call: ApiCall): SandboxReply {
		this.#forgetOld();
		const [, , id, part] = call.path;
		if (id === undefined) return call.method === 'POST' ? this.#create(call) : this.#list(call);
		const job = this.#jobs.get(id);
		if (!job) throw notFound();
		if (part === 'results' && call.method === 'GET') return this.#results(call, job);
		if (part !== undefined) throw notFound();
		switch (call.method) {
			case 'GET':
				return json(queryDetailsOf(job));
			case 'PATCH':
				return this.#abort(call, job);
			case 'DELETE':
				if (job.finishedAt === undefined) throw notTerminated();
				this.#jobs.delete(id);
				return noContent;
			default:
				throw notFound();
		}
	}

	#create({ body, version }: ApiCall): SandboxReply {
		const input = (body ?? {}) as NewQueryJob;
		const { operation, query } = input;
		if (operation !== 'query' && operation !== 'queryAll') {
			throw apiError(`Operation ${operation} is not supported for a query job`);
		}
		if (typeof query !== 'string') throw apiError('The query is missing');
		const format = formatOf(input);
		const statement = statementOf(query);
		const plan = new Plan(this.#organization, statement);
		const columns = supportedColumns(plan, statement);
		if (!this.#usage.takeQueryJob()) throw tooManyJobs();
		const all = operation === 'queryAll';
		const job: QueryJob = {
			id: this.#newId(),
			operation,
			object: plan.object,
			version,
			createdAt: this.#organization.clock.now(),
			format,
			state: 'UploadComplete',
			finishedAt: undefined,
			snapshot: undefined,
			begin: () => {
				job.snapshot = snapshotOf(this.#organization, { plan, statement, columns, all }, format);
				return job.snapshot.size;
			},
			finish: (done) => done(),
		};
		this.#jobs.set(job.id, job);
		this.#processing.start(job);
		return json(querySummaryOf(job));
	}

	#list({ query, version }: ApiCall): SandboxReply {
		const type = query.get('jobType') ?? 'V2Query';
		const all = type === 'V2Query' ? [...this.#jobs.values()] : [];
		const from = Number(query.get('queryLocator') ?? 0);
		const next = from + LISTED;
		return json({
			done: next >= all.length,
			records: all.slice(from, next).map(queryDetailsOf),
			nextRecordsUrl:
				next >= all.length ? null : `/services/data/v${version}/jobs/query?queryLocator=${next}`,
		});
	}

	#abort({ body }: ApiCall, job: QueryJob): SandboxReply {
		const { state } = (body ?? {}) as { state?: unknown };
		if (state !== 'Aborted') throw apiError('Only the state Aborted can be set');
		if (job.finishedAt !== undefined) throw alreadyOver();
		this.#processing.end(job, 'Aborted');
		job.snapshot = undefined;
		return json(querySummaryOf(job));
	}

	/** One page of CSV with its header row; the locator of the next one in a header. */
	#results({ query, version }: ApiCall, job: QueryJob): SandboxReply {
		if (version !== job.version) {
			const message = `Results can only be read with the API version of the job, ${job.version}`;
			throw new Refused(409, 'API_ERROR', message);
		}
		const { snapshot } = job;
		if (job.state !== 'JobComplete' || !snapshot) {
			throw invalidState(`The job is ${job.state}; only results of a JobComplete job can be read`);
		}
		const from = startOf(query.get('locator'), snapshot.size);
		const most = this.#processing.settings.pageRows ?? PAGE_ROWS;
		const to = Math.min(snapshot.size, from + Math.min(most, maxRecords(query, most)));
		return {
			status: 200,
			headers: {
				'content-type': 'text/csv',
				'sforce-locator': to < snapshot.size ? locatorOf(to) : 'null',
				'sforce-numberofrecords': String(to - from),
			},
			body: snapshot.csv(from, to),
		};
	}

	/** Ids ascend with time, so the oldest stand first. */
	#forgetOld(): void {
		const before = this.#organization.clock.now() - KEPT_MS;
		for (const [id, { finishedAt }] of this.#jobs) {
			if (finishedAt === undefined || finishedAt >= before) return;
			this.#jobs.delete(id);
		}
	}
}

/** Seen in airbyte's source-salesforce. */
const tooManyJobs = (): Refused =>
	new Refused(
		400,
		'LIMIT_EXCEEDED',
		'Max bulk v2 query jobs (10000) per 24 hrs has been reached (10001)',
	);

/** Where a locator points: as the real ones, Base64 that says nothing to the caller. */
function startOf(locator: string | null, size: number): number {
	if (locator === null) return 0;
	const at = Number(Buffer.from(locator, 'base64url').toString('latin1'));
	if (Number.isInteger(at) && at > 0 && at < size && locatorOf(at) === locator) return at;
	throw new Refused(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
}

const locatorOf = (at: number): string => Buffer.from(String(at)).toString('base64url');

function maxRecords(query: URLSearchParams, most: number): number {
	const text = query.get('maxRecords');
	const asked = text === null ? most : Number(text);
	if (Number.isInteger(asked) && asked > 0) return asked;
	throw apiError('maxRecords must be a whole number above 0');
}
