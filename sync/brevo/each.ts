import type { BrevoClient } from './client.ts';
import type { BrevoContact } from './contact.ts';
import { upsertContact, type UpsertOptions, type UpsertResult } from './contacts.ts';
import { BrevoUnavailableError } from './errors.ts';

/** Requests under way at a time; at 10 a second more would only stand in line. */
const CONCURRENCY = 8;

export interface ContactWrite extends UpsertOptions {
	readonly contact: BrevoContact;
}

/** `put-off`: not known to be written; try again from `retryAt` (epoch ms). */
export type EachResult =
	| UpsertResult
	| { readonly kind: 'put-off'; readonly retryAt: number; readonly mayHaveHappened: boolean };

/** Server trouble with so many contacts in a row is Brevo's own. */
const STORM = 3;

/**
 * Tells an outage from a contact that Brevo itself stumbles over each time: that one must not hold up
 * the others. A refusal for the rate always concerns all.
 */
export class Weather {
	#inARow = 0;
	#latest: BrevoUnavailableError | undefined;

	darkens(error: BrevoUnavailableError): void {
		this.#latest = error;
		this.#inARow += error.reason === 'rate-limited' ? STORM : 1;
	}

	clears(): void {
		if (!this.storm) this.#inARow = 0;
	}

	/** Why nobody should ask for now. */
	get storm(): BrevoUnavailableError | undefined {
		return this.#inARow >= STORM ? this.#latest : undefined;
	}
}

/**
 * Upserts contacts one by one, a few at a time; the results stand in the order of `writes`.
 * In a storm all that have not begun are put off, so it is met with one wait and not with thousands;
 * `weather` is shared by calls that follow each other. Throws BrevoAuthError, BrevoConfigError or the signal's
 * reason after the requests under way have ended; `onResult` has told what was done until then.
 */
export async function upsertEach(
	client: BrevoClient,
	writes: readonly ContactWrite[],
	onResult?: (index: number, result: EachResult) => void | Promise<void>,
	weather = new Weather(),
): Promise<EachResult[]> {
	const results: EachResult[] = [];
	let failure: { readonly error: unknown } | undefined;
	const queue = writes.entries();

	const writeOne = async (index: number, write: ContactWrite) => {
		let result: EachResult;
		try {
			if (weather.storm) {
				result = { kind: 'put-off', retryAt: weather.storm.retryAt, mayHaveHappened: false };
			} else {
				result = await upsertContact(client, write.contact, write);
				weather.clears();
			}
		} catch (error) {
			if (!(error instanceof BrevoUnavailableError)) throw error;
			weather.darkens(error);
			const { retryAt, mayHaveHappened } = error;
			result = { kind: 'put-off', retryAt, mayHaveHappened };
		}
		results[index] = result;
		await onResult?.(index, result);
	};
	const worker = async () => {
		for (const [index, write] of queue) {
			if (failure !== undefined) return;
			try {
				await writeOne(index, write);
			} catch (error) {
				failure ??= { error };
			}
		}
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, worker));
	if (failure !== undefined) throw failure.error;
	return results;
}
