import type { Host } from '../../sync/host.ts';

/** Several rings shortly after each other are one, milliseconds. */
const TOGETHER_MS = 200;

/** Ends a wait early. A ring while nobody waits ends the next wait. */
export class Wake {
	#isRung = false;
	#stop: (() => void) | undefined;

	ring(): void {
		this.#isRung = true;
		this.#stop?.();
	}

	/** Resolves after `milliseconds` or, when it is rung, a moment later; rejects when the host's signal
	 *  aborts. */
	async wait(host: Host & { readonly signal: AbortSignal }, milliseconds: number): Promise<void> {
		if (!this.#isRung) {
			const rung = new AbortController();
			this.#stop = () => rung.abort();
			await host
				.sleep(milliseconds, AbortSignal.any([host.signal, rung.signal]))
				.catch(() => host.signal.throwIfAborted())
				.finally(() => (this.#stop = undefined));
			if (!rung.signal.aborted) return;
		}
		await host.sleep(TOGETHER_MS, host.signal);
		this.#isRung = false;
	}
}
