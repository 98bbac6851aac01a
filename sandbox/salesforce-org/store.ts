import type { ObjectName } from './ids.ts';

export type Values = Readonly<Record<string, unknown>>;

/** A record: its values beside what Salesforce keeps of every record. Only a Table changes it. */
export interface Row {
	readonly id: string;
	readonly object: ObjectName;
	readonly values: Values;
	/** Milliseconds, whole seconds. */
	readonly createdAt: number;
	readonly modifiedAt: number;
	readonly deleted: boolean;
	/** The winner of a merge. */
	readonly masterId: string | undefined;
	/** A long transaction: not visible before then, although its stamp is older. */
	readonly visibleAt: number | undefined;
}

export type Changes = Partial<Pick<Row, 'values' | 'deleted' | 'masterId'>>;

/** A Row inside its Table. */
type Mutable = { -readonly [Key in keyof Row]: Row[Key] };

interface Entry {
	readonly stamp: number;
	readonly row: Row;
}

/** How to take back what was done, latest last. */
export type Journal = Array<() => void>;

/** Ids compare by code unit, as Salesforce's database compares them (reference: salesforce 2.2). */
const before = (a: Entry, stamp: number, id: string): boolean =>
	a.stamp < stamp || (a.stamp === stamp && a.row.id < id);

/** All records of one object, by id and in the order of (SystemModstamp, Id). */
export class Table {
	/** While a transaction is open: takes the steps that undo it. */
	journal: Journal | undefined;
	readonly #rows = new Map<string, Mutable>();
	/** Sorted; an entry whose stamp is not its row's any more is stale and skipped. */
	#entries: Entry[] = [];

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
		this.journal?.push(() => this.purge(row));
	}

	/** Changes a record and gives it this stamp. */
	change({ id }: Row, changes: Changes, stamp: number): void {
		const row = this.#rows.get(id);
		if (!row) return;
		const { values, deleted, masterId, modifiedAt } = row;
		this.journal?.push(() => this.#set(row, { values, deleted, masterId }, modifiedAt));
		this.#set(row, changes, stamp);
	}

	/** Gone for good, from the recycle bin too. */
	purge({ id }: Row): void {
		const row = this.#rows.get(id);
		if (!row) return;
		this.#rows.delete(id);
		this.#compact();
	}

	/** Records after (stamp, id) or at it, in order. */
	*since(stamp: number, id = ''): Generator<Row> {
		for (let at = this.#position(stamp, id); at < this.#entries.length; at += 1) {
			const entry = this.#entries[at];
			if (entry && this.#isCurrent(entry)) yield entry.row;
		}
	}

	/** All records, the latest first. */
	*latestFirst(): Generator<Row> {
		for (let at = this.#entries.length - 1; at >= 0; at -= 1) {
			const entry = this.#entries[at];
			if (entry && this.#isCurrent(entry)) yield entry.row;
		}
	}

	#set(row: Mutable, changes: Changes, stamp: number): void {
		Object.assign(row, changes);
		if (row.modifiedAt === stamp) return;
		row.modifiedAt = stamp;
		this.#index(row);
		this.#compact();
	}

	#isCurrent({ row, stamp }: Entry): boolean {
		return row.modifiedAt === stamp && this.#rows.get(row.id) === row;
	}

	#index(row: Row): void {
		const entry = { stamp: row.modifiedAt, row };
		const last = this.#entries.at(-1);
		if (!last || before(last, row.modifiedAt, row.id)) {
			this.#entries.push(entry);
			return;
		}
		const at = this.#position(row.modifiedAt, row.id);
		const there = this.#entries[at];
		// A record that came back to a stamp that it had before finds its old entry.
		if (there?.row === row && there.stamp === row.modifiedAt) return;
		this.#entries.splice(at, 0, entry);
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

	/** When stale entries are the greater part; each has cost one edit, so this is cheap. */
	#compact(): void {
		if (this.#entries.length < 1000 + 2 * this.#rows.size) return;
		this.#entries = this.#entries.filter((entry) => this.#isCurrent(entry));
	}
}
