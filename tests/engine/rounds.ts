import timers from 'node:timers/promises';
import type { Scene } from './scene.ts';
import { eventually } from './scene.ts';

/** The shortest wait of a loop: its first after a failure. What is shorter passes as it is. */
const SHORTEST_MS = 5_000;

/**
 * Holds a published trigger between its rounds, so that a test sees what one round costs. Takes the
 * place of all waits that long; make it before the workflow is published.
 */
export class Rounds {
	readonly #scene: Scene;
	/** Waits of a loop that ask for this long, milliseconds, in the order in which they began. */
	readonly waits: number[] = [];
	#next: (() => void) | undefined;
	#laterMs = 0;

	constructor(scene: Scene) {
		this.#scene = scene;
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + this.#laterMs);
		const real = timers.setTimeout;
		jest.spyOn(timers, 'setTimeout').mockImplementation(async (ms, value, options) => {
			if (!ms || ms < SHORTEST_MS || !options?.signal) return await real(ms, value, options);
			this.waits.push(ms);
			return await this.#hold(value, options.signal);
		});
	}

	async #hold<T>(value: T | undefined, signal: AbortSignal): Promise<T> {
		await new Promise<void>((resolve, reject) => {
			const stop = (): void => {
				this.#next = undefined;
				reject(new Error('Switched off'));
			};
			this.#next = resolve;
			signal.addEventListener('abort', stop);
			if (signal.aborted) stop();
		});
		return value as T;
	}

	/** So many minutes pass. */
	later(minutes: number): void {
		this.#laterMs += minutes * 60_000;
	}

	/** Waits until the round under way has ended. */
	async rested(): Promise<void> {
		await eventually(() => this.#next !== undefined);
	}

	/** What was asked until now, by route; ids read `:id`. */
	calls(): Readonly<Record<string, number>> {
		const calls: Record<string, number> = {};
		for (const [route, count] of Object.entries(this.#scene.sandbox.log.routes()))
			calls[route.replace(/ \/(services\/data\/v\d+\.0|v3)\//, ' ')] = count;
		return calls;
	}

	/** One more round, which sees all edits until now; its calls. */
	async one(): Promise<Readonly<Record<string, number>>> {
		await this.rested();
		const next = this.#next;
		this.#next = undefined;
		// What changed in the second of a read is left for the next one.
		this.#scene.sandbox.clock.advance(2_000);
		this.#scene.sandbox.log.reset();
		next?.();
		await this.rested();
		return this.calls();
	}
}
