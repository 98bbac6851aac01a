import type { Row } from './row.ts';

/** Longest run of rows; inserting moves at most this many. */
const LONGEST = 1024;

/** Where a row stands: negative before, positive after. */
export type Place = (row: Row) => number;

/**
 * Rows in an order, in runs of bounded length: finding takes two binary searches, inserting and
 * removing move one run. Holds a million rows.
 */
export class SortedRows {
	readonly #compare: (a: Row, b: Row) => number;
	readonly #runs: Row[][] = [];
	#size = 0;

	constructor(compare: (a: Row, b: Row) => number) {
		this.#compare = compare;
	}

	get size(): number {
		return this.#size;
	}

	add(row: Row): void {
		this.#size += 1;
		const last = this.#runs.at(-1);
		const end = last?.at(-1);
		if (!last || !end) {
			this.#runs.push([row]);
			return;
		}
		if (this.#compare(end, row) < 0) {
			if (last.length < LONGEST) last.push(row);
			else this.#runs.push([row]);
			return;
		}
		const index = this.#runOf(row);
		const run = this.#runs[index] ?? last;
		run.splice(
			firstAtLeast(run, (other) => this.#compare(other, row)),
			0,
			row,
		);
		if (run.length > LONGEST) this.#runs.splice(index + 1, 0, run.splice(LONGEST / 2));
	}

	remove(row: Row): void {
		const index = this.#runOf(row);
		const run = this.#runs[index];
		if (!run) return;
		const at = firstAtLeast(run, (other) => this.#compare(other, row));
		const found = run[at];
		if (!found || this.#compare(found, row) !== 0) return;
		run.splice(at, 1);
		this.#size -= 1;
		if (run.length === 0) this.#runs.splice(index, 1);
	}

	/** From the first row whose place is not negative, onwards. */
	*from(place: Place): Generator<Row> {
		const start = firstAtLeast(this.#runs, (run) => place(run.at(-1) as Row));
		for (let index = start; index < this.#runs.length; index += 1) {
			const run = this.#runs[index] ?? [];
			const at = index === start ? firstAtLeast(run, place) : 0;
			for (let offset = at; offset < run.length; offset += 1) yield run[offset] as Row;
		}
	}

	/** The run that holds the row, or in which it belongs. */
	#runOf(row: Row): number {
		// A run is never empty, so it has a last row.
		return firstAtLeast(this.#runs, (run) => this.#compare(run.at(-1) as Row, row));
	}
}

/** Index of the first element whose place is not negative. */
function firstAtLeast<T>(elements: readonly T[], place: (element: T) => number): number {
	let low = 0;
	let high = elements.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (place(elements[middle] as T) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
}
