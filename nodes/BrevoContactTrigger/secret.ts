import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../sync/host.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';

export const SECRET_HEADER = 'x-contact-sync-secret';

/** Known to this ledger only, and the same in every process that uses it. */
export const secretOf = (ledger: Ledger, integration: string): string =>
	ledger.hash(`webhook-secret|${integration}`);

/** In constant time, so that nobody can find it out letter by letter. */
export function isSecret(given: string, secret: string): boolean {
	const [left, right] = [Buffer.from(given), Buffer.from(secret)];
	return left.length === right.length && timingSafeEqual(left, right);
}

/** A ledger may be replaced by another, with other secrets. */
const LOOK_AGAIN_MS = 60_000;

/**
 * The secrets that this process has read from ledgers, so that turning strangers away costs no ledger:
 * anybody may send anything to a webhook, as often as he likes.
 */
export class SeenSecrets {
	readonly #seen = new Map<string, { readonly secret: string; readonly readAt: number }>();
	readonly #clock: Clock;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** `door`: names ledger and integration. */
	note(door: string, secret: string): void {
		this.#seen.set(door, { secret, readAt: this.#clock.now() });
	}

	/** Whether this is surely not the secret of that door. */
	isWrong(door: string, given: string): boolean {
		const seen = this.#seen.get(door);
		const isFresh = seen !== undefined && this.#clock.now() - seen.readAt < LOOK_AGAIN_MS;
		return isFresh && !isSecret(given, seen.secret);
	}
}
