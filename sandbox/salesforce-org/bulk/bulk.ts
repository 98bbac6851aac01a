import type { SandboxReply } from '../../service.ts';
import { notFound } from '../answers.ts';
import type { ApiCall } from '../call.ts';
import type { Organization } from '../organization.ts';
import type { Usage } from '../usage.ts';
import { type BulkSettings, Processing } from './processing.ts';
import { QueryJobs } from './queryJobs.ts';

/** Bulk API 2.0: /jobs. */
export class Bulk {
	readonly #usage: Usage;
	readonly #processing: Processing;
	readonly #queries: QueryJobs;

	constructor(organization: Organization, usage: Usage) {
		this.#usage = usage;
		this.#processing = new Processing(organization.clock);
		this.#queries = new QueryJobs(organization, this.#processing, usage);
	}

	/** How jobs go on from now. */
	configure(settings: BulkSettings): BulkSettings {
		if (settings.queryJobsLeft !== undefined) this.#usage.leaveQueryJobs(settings.queryJobsLeft);
		return this.#processing.configure(settings);
	}

	answer(call: ApiCall): SandboxReply {
		if (call.path[1] === 'query') return this.#queries.answer(call);
		throw notFound();
	}
}
