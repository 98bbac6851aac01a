import type { Host } from '../host.ts';
import { unlessAborted } from '../cancellation.ts';
import { ImportPace } from './import-pace.ts';
import type { Bucket } from './routes.ts';

/**
 * Paces the requests of one bucket of one Brevo account. p-queue was the first choice, but it reads
 * Date.now and setTimeout itself, so neither a virtual clock nor n8n's cancel signal reaches its
 * waits, and it cannot take its rate from response headers.
 */

/** Brevo's windows are a second and an hour; nothing it asks for can last longer. */
const LONGEST_WINDOW_MS = 3_600_000;

/** General plan (Brevo docs: api-limits); what the headers say replaces it. */
const START = {
	contacts: { limit: 10, windowMs: 1_000 },
	mail: { limit: 1_000, windowMs: 1_000 },
	other: { limit: 100, windowMs: LONGEST_WINDOW_MS },
} as const satisfies Record<Bucket, { limit: number; windowMs: number }>;

/** What x-sib-ratelimit-limit, -remaining and -reset said; undefined where absent or nonsense. */
export interface RateHeaders {
	readonly limit: number | undefined;
	readonly remaining: number | undefined;
	/** Milliseconds from now; never negative, never more than an hour. */
	readonly resetMs: number | undefined;
}

const count = (text: string | undefined): number | undefined => {
	const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
	return Number.isFinite(value) ? value : undefined;
};

/**
 * Reads the rate headers. Reset is "typically seconds" until the window ends (Brevo docs:
 * limit-headers); a number as large as a date is taken as epoch seconds.
 */
export function readRateHeaders(
	headers: Readonly<Record<string, string>>,
	now: number,
): RateHeaders {
	const seconds = count(headers['x-sib-ratelimit-reset']);
	const ms =
		seconds === undefined ? undefined : seconds > 1e9 ? seconds * 1_000 - now : seconds * 1_000;
	const limit = count(headers['x-sib-ratelimit-limit']);
	const remaining = count(headers['x-sib-ratelimit-remaining']);
	return {
		limit: limit !== undefined && limit >= 1 ? Math.floor(limit) : undefined,
		remaining: remaining !== undefined && remaining >= 0 ? Math.floor(remaining) : undefined,
		resetMs: ms === undefined ? undefined : Math.min(Math.max(ms, 0), LONGEST_WINDOW_MS),
	};
}

/** Which bucket a limit belongs to: 10/20/60 a second or 36,000 and more an hour, else 100..600/h. */
export const bucketOfLimit = (limit: number): Bucket =>
	limit <= 60 || limit >= 3_600 ? 'contacts' : 'other';

/** The slot would come after the caller's deadline. */
export class SlotTooLateError extends Error {
	override readonly name = 'SlotTooLateError';
	/** Milliseconds since the epoch from which a slot is expected. */
	readonly freeAt: number;

	constructor(freeAt: number) {
		super('No request slot before the deadline');
		this.freeAt = freeAt;
	}
}

export class Limiter {
	#limit: number;
	readonly #windowMs: number;
	/** Start times of the latest requests, oldest first, at most `#limit` of them. */
	#starts: number[] = [];
	#inFlight = 0;
	/** Slots that the server says are left until `#windowEnds`; other processes use them too. */
	#left = Number.POSITIVE_INFINITY;
	#windowEnds = 0;
	#blockedUntil = 0;
	#latest = 0;
	#tail: Promise<unknown> = Promise.resolve();

	constructor(bucket: Bucket) {
		this.#limit = START[bucket].limit;
		this.#windowMs = START[bucket].windowMs;
	}

	/** The pace as far as is known, requests an hour. */
	get perHour(): number {
		return (this.#limit * LONGEST_WINDOW_MS) / this.#windowMs;
	}

	/** When the next request may start; not before `now`. */
	freeAt(now: number): number {
		this.#looksAtClock(now);
		const oldest = this.#starts.length < this.#limit ? undefined : this.#starts.at(-this.#limit);
		const byRate = oldest === undefined ? now : oldest + this.#windowMs;
		const byServer = this.#left <= 0 ? this.#windowEnds : now;
		return Math.max(now, byRate, byServer, this.#blockedUntil);
	}

	/**
	 * Waits in line for a slot and takes it; every take is followed by one `settled`. Throws
	 * SlotTooLateError as soon as it is clear that none comes before `deadline` (epoch ms).
	 */
	async take(host: Host, deadline: number): Promise<void> {
		const before = this.#tail;
		let leave: () => void = () => undefined;
		const mine = new Promise<void>((resolve) => (leave = resolve));
		this.#tail = before.then(() => mine);
		try {
			await unlessAborted(before, host.signal);
			await this.#waitAtHead(host, deadline);
			const now = host.clock.now();
			if (now >= this.#windowEnds) this.#left = Number.POSITIVE_INFINITY;
			this.#left -= 1;
			this.#starts.push(now);
			if (this.#starts.length > 2 * this.#limit) this.#starts = this.#starts.slice(-this.#limit);
			this.#inFlight += 1;
		} finally {
			leave();
		}
	}

	async #waitAtHead(host: Host, deadline: number): Promise<void> {
		for (;;) {
			host.signal?.throwIfAborted();
			const now = host.clock.now();
			const freeAt = this.freeAt(now);
			if (freeAt <= now) return;
			if (freeAt > deadline) throw new SlotTooLateError(freeAt);
			await host.sleep(freeAt - now, host.signal);
		}
	}

	/** The request ended; `rate` when it was answered. */
	settled(now: number, rate?: RateHeaders): void {
		this.#inFlight -= 1;
		if (rate?.limit !== undefined) this.#limit = this.#perWindow(rate.limit);
		if (rate?.remaining === undefined || rate.resetMs === undefined) return;
		// What is under way may not be in the server's count yet.
		this.#left = Math.max(0, rate.remaining - this.#inFlight);
		this.#windowEnds = now + rate.resetMs;
	}

	/** The server refused for the rate; nobody sends before `until` (epoch ms). */
	refused(until: number): void {
		this.#blockedUntil = Math.max(this.#blockedUntil, until);
	}

	/** What was noted before the clock was set back would hold everybody up until it is as late again. */
	#looksAtClock(now: number): void {
		if (now < this.#latest - this.#windowMs) {
			this.#starts = [];
			this.#left = Number.POSITIVE_INFINITY;
			this.#blockedUntil = 0;
		}
		this.#latest = now;
	}

	/** An hourly figure of the fast bucket (36,000) becomes its figure a second; a figure of the
	 *  other bucket does not change this one's pace (`remaining` still counts). */
	#perWindow(limit: number): number {
		const bucket: Bucket = this.#windowMs === START.contacts.windowMs ? 'contacts' : 'other';
		if (bucketOfLimit(limit) !== bucket) return this.#limit;
		return bucket === 'contacts' && limit >= 3_600 ? Math.floor(limit / 3_600) : limit;
	}
}

/** The limiters of one Brevo account, shared by everything in the process that writes to it. */
export class Limiters {
	readonly #buckets: Readonly<Record<Bucket, Limiter>> = {
		contacts: new Limiter('contacts'),
		mail: new Limiter('mail'),
		other: new Limiter('other'),
	};
	#bareContacts: Bucket = 'contacts';
	readonly importPace = new ImportPace();

	of(bucket: Bucket): Limiter {
		return this.#buckets[bucket];
	}

	/** Where bare /contacts counts, as far as is known; the fast bucket until a header says else. */
	get bareContacts(): Bucket {
		return this.#bareContacts;
	}

	learnBareContacts(rate: RateHeaders): void {
		if (rate.limit !== undefined) this.#bareContacts = bucketOfLimit(rate.limit);
	}
}

const byAccount = new Map<string, Limiters>();

/**
 * The limiters of an account or credential. `key` is an id or a hash, never the API key itself.
 * The one piece of state that outlives a run: Brevo counts per account, so must we.
 */
export function limitersOf(key: string): Limiters {
	const known = byAccount.get(key) ?? new Limiters();
	byAccount.set(key, known);
	return known;
}
