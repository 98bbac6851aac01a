import timers from 'node:timers/promises';
import type { Scene } from './scene.ts';
import { eventually } from './scene.ts';

/** The shortest interval that the trigger takes, as the template of the tests has it. */
const INTERVAL_MS = 10_000;

/**
 * Holds a published trigger between its rounds, so that a test sees what one round costs. Takes the
 * place of the wait for the interval only; open it before the workflow is published.
 */
export class Rounds {
	readonly #scene: Scene;
	#next: (() => void) | undefined;

	constructor(scene: Scene) {
		this.#scene = scene;
		const real = timers.setTimeout;
		jest.spyOn(timers, 'setTimeout').mockImplementation(async (ms, value, options) =>
			ms === INTERVAL_MS && options?.signal
				? await this.#hold(value, options.signal)
				: await real(ms, value, options),
		);
	}

	async #hold<T>(value: T | undefined, signal: AbortSignal): Promise<T> {
		await new Promise<void>((resolve, reject) => {
			this.#next = resolve;
			signal.addEventListener('abort', () => reject(new Error('Switched off')));
		});
		return value as T;
	}

	/** Waits until the round under way has ended. */
	async rested(): Promise<void> {
		await eventually(() => this.#next !== undefined);
	}

	/** One more round, after all edits until now; requests by route, ids as `:id`. */
	async one(): Promise<Readonly<Record<string, number>>> {
		await this.rested();
		const next = this.#next;
		this.#next = undefined;
		// What changed in the second of a read is left for the next one.
		this.#scene.sandbox.clock.advance(2_000);
		this.#scene.sandbox.log.reset();
		next?.();
		await this.rested();
		return { ...this.#scene.sandbox.log.routes() };
	}
}
