import type { SandboxClock } from '../service.ts';

const DAY_MS = 86_400_000;
/** Salesforce: Bulk API 2.0 query jobs in 24 hours. */
const MOST_QUERY_JOBS = 10_000;

/** The organisation's API requests of 24 hours. The real window rolls; this one starts afresh. */
export class Usage {
	readonly #clock: SandboxClock;
	#used = 0;
	#queryJobs = 0;
	#limit = 100_000;
	#since: number;

	constructor(clock: SandboxClock) {
		this.#clock = clock;
		this.#since = clock.now();
	}

	/** Counts one request; false when none is left. */
	take(): boolean {
		this.#roll();
		if (this.#used >= this.#limit) return false;
		this.#used += 1;
		return true;
	}

	/** Counts one Bulk API 2.0 query job; false when none is left. */
	takeQueryJob(): boolean {
		if (this.#queryJobs >= MOST_QUERY_JOBS) return false;
		this.#queryJobs += 1;
		return true;
	}

	leaveQueryJobs(count: number): void {
		this.#queryJobs = MOST_QUERY_JOBS - count;
	}

	set(limit: number, used: number): void {
		this.#limit = limit;
		this.#used = used;
		this.#since = this.#clock.now();
	}

	/** As "17/100000". */
	toString(): string {
		return `${this.#used}/${this.#limit}`;
	}

	/** What /limits answers. */
	limits(): Record<string, { readonly Max: number; readonly Remaining: number }> {
		const unused = (max: number): { Max: number; Remaining: number } => ({
			Max: max,
			Remaining: max,
		});
		return {
			DailyApiRequests: { Max: this.#limit, Remaining: Math.max(0, this.#limit - this.#used) },
			DailyBulkV2QueryJobs: {
				Max: MOST_QUERY_JOBS,
				Remaining: MOST_QUERY_JOBS - this.#queryJobs,
			},
			DailyBulkV2QueryFileStorageMB: unused(976_562),
		};
	}

	#roll(): void {
		const now = this.#clock.now();
		if (now - this.#since < DAY_MS) return;
		this.#since = now;
		this.#used = 0;
		this.#queryJobs = 0;
	}
}
