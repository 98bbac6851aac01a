import type { Host } from '../host.ts';
import { SalesforceError } from './errors.ts';

/** Bounds of one read's stubbornness. Every try counts as an API request, so there are few. */
const MAX_ATTEMPTS = 4;
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 20_000;

/**
 * Runs a read until it succeeds, fails for good or has been tried four times; waits in between,
 * doubling, with jitter (`random`: 0 inclusive to 1 exclusive). Rejects with the last error, or
 * with the signal's reason.
 */
// p-retry would do the loop, but its delays are setTimeout's, not the host's.
export async function retried<T>(
	host: Host,
	attempt: () => Promise<T>,
	random: () => number = Math.random,
): Promise<T> {
	for (let attempts = 1; ; attempts += 1) {
		host.signal?.throwIfAborted();
		try {
			return await attempt();
		} catch (error) {
			const passes = error instanceof SalesforceError && error.action === 'retry';
			if (!passes || attempts >= MAX_ATTEMPTS) throw error;
			const longest = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (attempts - 1));
			// Half fixed, half random: never at once, never all clients together.
			const wait = Math.round(longest * (0.5 + random() / 2));
			host.logger.debug(`Salesforce: ${error.code}, try ${attempts + 1} in ${wait} ms`);
			await host.sleep(wait, host.signal);
		}
	}
}
