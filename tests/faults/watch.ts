import { setImmediate } from 'node:timers/promises';
import { runLoop } from '../../nodes/context/loop.ts';
import { FAILED_RUN_BACKOFF_MS, type RoundResult } from '../../sync/changes/pump.ts';
import type { Call, Interference } from '../both-ways/interference.ts';
import type { World } from '../both-ways/world.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

interface Watch {
	/** Milliseconds between two looks; default a minute. */
	readonly intervalMs?: number;
	readonly round?: (probe: boolean) => Promise<RoundResult>;
}

/** Lets the trigger's own loop run for so long, by the world's clock. Gives what troubled it. */
export async function runFor(
	world: World,
	milliseconds: number,
	{ intervalMs = MINUTE, round = async (probe) => await world.there(probe) }: Watch = {},
): Promise<string[]> {
	const stop = new AbortController();
	const endsAt = world.clock.now() + milliseconds;
	const troubles: string[] = [];
	const quiet = (): void => undefined;
	await runLoop({
		integration: world.integration,
		ledger: world.ledger,
		host: {
			clock: { now: () => world.clock.now() + world.skewMs },
			logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
			signal: stop.signal,
			sleep: async (wait, signal) => {
				world.clock.advance(wait);
				await setImmediate();
				if (world.clock.now() >= endsAt) stop.abort();
				signal?.throwIfAborted();
			},
		},
		intervalMs,
		backoffMs: FAILED_RUN_BACKOFF_MS,
		round,
		onTrouble: (error) => troubles.push((error as Error).message),
	});
	return troubles;
}

/** Calls by whom they were made to, and by what they were. */
export class Counter {
	#calls: Call[] = [];

	/** Counts what passes and lets `then` meet it. */
	meeting(then: Interference = async (_, serve) => await serve()): Interference {
		return async (call, serve) => {
			this.#calls.push(call);
			return await then(call, serve);
		};
	}

	/** Since the last time. */
	take(): {
		readonly salesforce: number;
		readonly brevo: number;
		readonly ledger: number;
		readonly by: Readonly<Record<string, number>>;
	} {
		const calls = this.#calls;
		this.#calls = [];
		const to = (name: string): number => calls.filter((call) => call.to === name).length;
		const [salesforce, brevo] = [to('salesforce'), to('brevo')];
		const by: Record<string, number> = {};
		for (const { to: whom, what } of calls)
			if (whom === 'salesforce' || whom === 'brevo') by[what] = (by[what] ?? 0) + 1;
		return { salesforce, brevo, ledger: calls.length - salesforce - brevo, by };
	}
}
