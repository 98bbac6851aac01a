import type { SandboxClock, SandboxReply } from '../service.ts';
import { refusal } from './answers.ts';

export type Bucket = 'contacts' | 'mail' | 'other';

/** Brevo docs, api-limits, General plan: /contacts 10 and sending mail 1,000 a second, else 100 an hour. */
const GENERAL = {
	contacts: { limit: 10, windowMs: 1_000 },
	mail: { limit: 1_000, windowMs: 1_000 },
	other: { limit: 100, windowMs: 3_600_000 },
} as const satisfies Record<Bucket, { limit: number; windowMs: number }>;

const PUBLISHED: Record<Bucket, number> = {
	contacts: GENERAL.contacts.limit,
	mail: GENERAL.mail.limit,
	other: GENERAL.other.limit,
};

export interface RateSettings {
	readonly contactsPerSecond?: number;
	readonly otherPerHour?: number;
	readonly off?: boolean;
	/** Back to what Brevo publishes; the other settings come on top. */
	readonly published?: boolean;
}

interface Window {
	startedAt: number;
	used: number;
}

/** Brevo's two fixed windows, with the headers that every answer carries. */
export class Rates {
	readonly #clock: SandboxClock;
	readonly #windows: Record<Bucket, Window> = {
		contacts: { startedAt: 0, used: 0 },
		mail: { startedAt: 0, used: 0 },
		other: { startedAt: 0, used: 0 },
	};
	#limits: Record<Bucket, number> = { ...PUBLISHED };
	#off = false;

	constructor(clock: SandboxClock) {
		this.#clock = clock;
	}

	set({ contactsPerSecond, otherPerHour, off, published }: RateSettings): void {
		this.#off = off ?? false;
		const before = published ? PUBLISHED : this.#limits;
		this.#limits = {
			...before,
			contacts: contactsPerSecond ?? before.contacts,
			other: otherPerHour ?? before.other,
		};
	}

	/** Counts a request; gives the refusal when the window is used up, and the headers anyway. */
	take(bucket: Bucket): {
		readonly headers: Record<string, string>;
		readonly refused?: SandboxReply;
	} {
		if (this.#off) return { headers: {} };
		const { windowMs } = GENERAL[bucket];
		const limit = this.#limits[bucket];
		const window = this.#windows[bucket];
		const now = this.#clock.now();
		if (now - window.startedAt >= windowMs || now < window.startedAt) {
			window.startedAt = now;
			window.used = 0;
		}
		const full = window.used >= limit;
		if (!full) window.used += 1;
		const headers = {
			'x-sib-ratelimit-limit': String(limit),
			'x-sib-ratelimit-remaining': String(limit - window.used),
			'x-sib-ratelimit-reset': String(Math.ceil((window.startedAt + windowMs - now) / 1000)),
		};
		if (!full) return { headers };
		// No Retry-After, and a code that the published list does not have (reference: brevo 3).
		return {
			headers,
			refused: refusal(429, 'too_many_requests', 'Rate limit exceeded. Please try again later.'),
		};
	}
}
