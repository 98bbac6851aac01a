import type { SandboxReply } from '../../service.ts';
import { notFound } from '../answers.ts';
import type { ApiCall } from '../call.ts';
import type { Organization } from '../organization.ts';
import type { Upserter } from '../upsert.ts';
import type { Usage } from '../usage.ts';
import type { Writer } from '../write.ts';
import { IngestJobs } from './ingestJobs.ts';
import { type BulkSettings, Processing } from './processing.ts';
import { QueryJobs } from './queryJobs.ts';

/** Bulk API 2.0: /jobs. */
export class Bulk {
	readonly #usage: Usage;
	readonly #processing: Processing;
	readonly #queries: QueryJobs;
	readonly #ingests: IngestJobs;

	constructor(organization: Organization, writer: Writer, upserter: Upserter, usage: Usage) {
		this.#usage = usage;
		this.#processing = new Processing(organization.clock);
		this.#queries = new QueryJobs(organization, this.#processing, usage);
		this.#ingests = new IngestJobs(organization, writer, upserter, this.#processing);
	}

	/** How jobs go on from now. */
	configure(settings: BulkSettings): BulkSettings {
		if (settings.queryJobsLeft !== undefined) this.#usage.leaveQueryJobs(settings.queryJobsLeft);
		return this.#processing.configure(settings);
	}

	answer(call: ApiCall): SandboxReply {
		switch (call.path[1]) {
			case 'query':
				return this.#queries.answer(call);
			case 'ingest':
				return this.#ingests.answer(call);
			default:
				throw notFound();
		}
	}
}
