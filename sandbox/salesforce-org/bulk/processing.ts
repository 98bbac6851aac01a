import type { SandboxClock } from '../../service.ts';
import { Refused } from '../answers.ts';

export type JobState =
	'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

/** How jobs go on; what is left out stays as it was. */
export interface BulkSettings {
	/** Milliseconds of the sandbox's clock that a job is InProgress; default 200. */
	readonly msPerJob?: number;
	readonly msPerRow?: number;
	/** The next job that begins ends as Failed. */
	readonly failNext?: boolean;
	/** The next job that begins ends as Aborted, as an administrator may do. */
	readonly abortNext?: boolean;
	/** Jobs stay InProgress until this is false again. */
	readonly neverFinish?: boolean;
	/** Rows of a results page at most, whatever maxRecords asks for; default 50,000. */
	readonly pageRows?: number;
	/** Query jobs that are left of the 10,000 a day. */
	readonly queryJobsLeft?: number;
}

/** A job on its way. */
export interface Work {
	state: JobState;
	finishedAt: number | undefined;
	/** What happens when it becomes InProgress; gives the number of rows. */
	begin(): number;
	/** What happens before it becomes JobComplete; calls `done` then. */
	finish(done: () => void): void;
}

const QUEUED_MS = 50;
const JOB_MS = 200;

/** Takes jobs from UploadComplete to their end, each by itself, along the sandbox's clock. */
export class Processing {
	readonly #clock: SandboxClock;
	readonly #held = new Set<Work>();
	settings: BulkSettings = {};

	constructor(clock: SandboxClock) {
		this.#clock = clock;
	}

	/** Gives what holds from now. */
	configure(settings: BulkSettings): BulkSettings {
		this.settings = { ...this.settings, ...settings };
		if (!this.settings.neverFinish) {
			const held = [...this.#held];
			this.#held.clear();
			for (const work of held) this.#finish(work);
		}
		return this.settings;
	}

	start(work: Work): void {
		const queuedAt = this.#clock.now();
		this.#clock.after(QUEUED_MS, () => {
			if (work.state !== 'UploadComplete') return;
			work.state = 'InProgress';
			const outcome = this.#outcome();
			const rows = this.#begin(work);
			if (rows === undefined) return;
			const { msPerJob = JOB_MS, msPerRow = 0 } = this.settings;
			// From when it was due to begin, so that one move of the clock can take it to its end.
			const until = queuedAt + QUEUED_MS + msPerJob + msPerRow * rows - this.#clock.now();
			this.#clock.after(Math.max(0, until), () => {
				if (work.state !== 'InProgress') return;
				if (outcome === 'JobComplete') this.#finish(work);
				else this.end(work, outcome);
			});
		});
	}

	end(work: Work, state: JobState): void {
		work.state = state;
		work.finishedAt = this.#clock.now();
		this.#held.delete(work);
	}

	/** A field may have been hidden since the job was taken: it fails then. */
	#begin(work: Work): number | undefined {
		try {
			return work.begin();
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			this.end(work, 'Failed');
			return undefined;
		}
	}

	#finish(work: Work): void {
		if (this.settings.neverFinish) this.#held.add(work);
		else work.finish(() => this.end(work, 'JobComplete'));
	}

	#outcome(): JobState {
		const { failNext, abortNext } = this.settings;
		this.settings = { ...this.settings, failNext: false, abortNext: false };
		if (failNext) return 'Failed';
		return abortNext ? 'Aborted' : 'JobComplete';
	}
}
