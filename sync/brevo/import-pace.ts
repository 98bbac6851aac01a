/** A look at an import is worth nothing before this, milliseconds. */
const SHORTEST_MS = 150;
/** A look that finds an import done tells only that it took no longer. */
const HOPE = 0.5;

/** How long Brevo takes for an import: learnt from the one before, so that few looks are in vain. */
export class ImportPace {
	#last: { readonly rows: number; readonly ms: number } | undefined;

	/** Milliseconds until an import of so many rows may have ended; undefined before the first. A
	 *  larger one than the last is not waited for longer: most of the time may be a queue. */
	expectedMs(rows: number): number | undefined {
		if (!this.#last) return undefined;
		return Math.max(SHORTEST_MS, this.#last.ms * HOPE * Math.min(1, rows / this.#last.rows));
	}

	/** An import of so many rows was seen to have ended after `ms`. */
	took(rows: number, ms: number): void {
		if (rows > 0) this.#last = { rows, ms };
	}
}
