import type { ObjectName } from './ids.ts';

/** A record: its values beside what Salesforce keeps of every record. */
export interface Row {
	readonly id: string;
	readonly object: ObjectName;
	values: Record<string, unknown>;
	/** Milliseconds, whole seconds. */
	readonly createdAt: number;
	modifiedAt: number;
	deleted: boolean;
	/** The winner of a merge. */
	masterId?: string;
	/** A long transaction: not visible before then, although its stamp is older. */
	visibleAt?: number;
}

interface Entry {
	readonly stamp: number;
	readonly row: Row;
}

const before = (a: Entry, stamp: number, id: string): boolean =>
	a.stamp < stamp || (a.stamp === stamp && a.row.id < id);

/** All records of one object, by id and in the order of (SystemModstamp, Id). */
export class Table {
	readonly #rows = new Map<string, Row>();
	/** Sorted; an entry whose stamp is not its row's any more is stale and skipped. */
	#entries: Entry[] = [];
	#stale = 0;

	get(id: string): Row | undefined {
		return this.#rows.get(id);
	}

	get size(): number {
		return this.#rows.size;
	}

	all(): IterableIterator<Row> {
		return this.#rows.values();
	}

	put(row: Row): void {
		this.#rows.set(row.id, row);
		this.#index(row);
	}

	/** Gives a record a new stamp. */
	touch(row: Row, stamp: number): void {
		if (row.modifiedAt === stamp) return;
		row.modifiedAt = stamp;
		this.#stale += 1;
		this.#index(row);
		if (this.#stale > 1000 && this.#stale > this.#entries.length / 2) this.#compact();
	}

	/** Gone for good, from the recycle bin too. */
	purge(row: Row): void {
		this.#rows.delete(row.id);
		this.#stale += 1;
	}

	/** Records from a stamp on, in order. */
	*since(stamp: number): Generator<Row> {
		for (let at = this.#position(stamp, ''); at < this.#entries.length; at += 1) {
			const entry = this.#entries[at];
			if (entry && this.#isCurrent(entry)) yield entry.row;
		}
	}

	#isCurrent({ row, stamp }: Entry): boolean {
		return row.modifiedAt === stamp && this.#rows.get(row.id) === row;
	}

	#index(row: Row): void {
		const entry = { stamp: row.modifiedAt, row };
		const last = this.#entries.at(-1);
		if (!last || before(last, row.modifiedAt, row.id)) this.#entries.push(entry);
		else this.#entries.splice(this.#position(row.modifiedAt, row.id), 0, entry);
	}

	#position(stamp: number, id: string): number {
		let low = 0;
		let high = this.#entries.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			const entry = this.#entries[middle];
			if (entry && before(entry, stamp, id)) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	#compact(): void {
		this.#entries = this.#entries.filter((entry) => this.#isCurrent(entry));
		this.#stale = 0;
	}
}
