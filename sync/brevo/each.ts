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

/**
 * Upserts contacts one by one, a few at a time; the results stand in the order of `writes`.
 * The first contact that Brevo is unavailable for puts off all that have not begun, so a storm is
 * met with one wait and not with thousands. Throws BrevoAuthError, BrevoConfigError or the signal's
 * reason after the requests under way have ended; `onResult` has told what was done until then.
 */
export async function upsertEach(
	client: BrevoClient,
	writes: readonly ContactWrite[],
	onResult?: (index: number, result: EachResult) => void | Promise<void>,
): Promise<EachResult[]> {
	const results: EachResult[] = [];
	let unavailable: BrevoUnavailableError | undefined;
	let failure: { readonly error: unknown } | undefined;
	const queue = writes.entries();

	const writeOne = async (index: number, write: ContactWrite) => {
		let result: EachResult;
		try {
			if (unavailable !== undefined) {
				result = { kind: 'put-off', retryAt: unavailable.retryAt, mayHaveHappened: false };
			} else {
				result = await upsertContact(client, write.contact, write);
			}
		} catch (error) {
			if (!(error instanceof BrevoUnavailableError)) throw error;
			unavailable = error;
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
