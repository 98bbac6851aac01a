import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
	/** Goes on after "Gave up waiting for …". */
	readonly what: string;
	readonly timeoutMs: number;
	readonly everyMs?: number;
}

/**
 * Looks again and again until there is something to see.
 * @throws Error when there is not within the time; nothing in the benchmark waits for ever
 */
export async function waitFor<Seen>(
	look: () => Promise<Seen | undefined>,
	{ what, timeoutMs, everyMs = 200 }: Patience,
): Promise<Seen> {
	const giveUpAt = Date.now() + timeoutMs;
	for (;;) {
		const seen = await look();
		if (seen !== undefined) return seen;
		if (Date.now() > giveUpAt)
			throw new Error(`Gave up waiting for ${what} after ${Math.round(timeoutMs / 1000)} s`);
		await sleep(everyMs);
	}
}

/** A condition for `waitFor`. */
export const whether = (condition: boolean): true | undefined => (condition ? true : undefined);
