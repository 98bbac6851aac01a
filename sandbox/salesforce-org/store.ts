import type { ObjectName } from './ids.ts';

export type Values = Readonly<Record<string, unknown>>;

/**
 * A record at one moment: its values beside what Salesforce keeps of every record. A change makes
 * another Row of the same id, so whoever holds this one holds a snapshot.
 */
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

/** How to take back what was done, latest last. */
export type Journal = Array<() => void>;

/** Ids compare by code unit, as Salesforce's database compares them (reference: salesforce 2.2). */
const isBefore = (row: Row, stamp: number, id: string): boolean =>
	row.modifiedAt < stamp || (row.modifiedAt === stamp && row.id < id);

/** All records of one object, by id and in the order of (SystemModstamp, Id). */
export class Table {
	/** While a transaction is open: takes the steps that undo it. */
	journal: Journal | undefined;
	readonly #rows = new Map<string, Row>();
	/** Sorted; what is not the present state of its record is stale and skipped. */
	#entries: Row[] = [];
	#deleted = 0;
	/** By field and lower-case value: ids that have or had it; made when it is first asked for. */
	readonly #lookups = new Map<string, Map<string, string | Set<string>>>();

	get(id: string): Row | undefined {
		return this.#rows.get(id);
	}

	get size(): number {
		return this.#rows.size;
	}

	/** How many are in the recycle bin. */
	get deleted(): number {
		return this.#deleted;
	}

	/** In order of creation, which is nearly that of the ids. */
	all(): IterableIterator<Row> {
		return this.#rows.values();
	}

	put(row: Row): void {
		this.#hold(row);
		this.journal?.push(() => this.purge(row));
	}

	/** Gives a record these values and this stamp; undefined when it is not there. */
	change({ id }: Row, changes: Changes, stamp: number): Row | undefined {
		const before = this.#rows.get(id);
		if (!before) return undefined;
		const row = { ...before, ...changes, modifiedAt: stamp };
		this.#hold(row);
		this.#compact();
		this.journal?.push(() => this.#hold(before));
		return row;
	}

	/** Gone for good, from the recycle bin too. */
	purge({ id }: Row): void {
		const row = this.#rows.get(id);
		if (!row) return;
		this.#rows.delete(id);
		if (row.deleted) this.#deleted -= 1;
		this.#compact();
	}

	/** Records with this text in a field, without regard to case. */
	having(name: string, text: string): Row[] {
		const wanted = text.toLowerCase();
		const ids = this.#lookup(name).get(wanted) ?? [];
		return [...(typeof ids === 'string' ? [ids] : ids)].flatMap((id) => {
			const row = this.#rows.get(id);
			return row && folded(row, name) === wanted ? row : [];
		});
	}

	#lookup(name: string): Map<string, string | Set<string>> {
		const known = this.#lookups.get(name);
		if (known) return known;
		const lookup = new Map<string, string | Set<string>>();
		this.#lookups.set(name, lookup);
		for (const row of this.#rows.values()) note(lookup, name, row);
		return lookup;
	}

	/** Records after (stamp, id) or at it, in order. */
	*since(stamp: number, id = ''): Generator<Row> {
		for (let at = this.#position(stamp, id); at < this.#entries.length; at += 1) {
			const row = this.#entries[at];
			if (row && this.#isCurrent(row)) yield row;
		}
	}

	/** All records, the latest first. */
	*latestFirst(): Generator<Row> {
		for (let at = this.#entries.length - 1; at >= 0; at -= 1) {
			const row = this.#entries[at];
			if (row && this.#isCurrent(row)) yield row;
		}
	}

	#isCurrent(row: Row): boolean {
		return this.#rows.get(row.id) === row;
	}

	#hold(row: Row): void {
		const before = this.#rows.get(row.id);
		this.#deleted += Number(row.deleted) - Number(before?.deleted ?? false);
		this.#rows.set(row.id, row);
		for (const [name, lookup] of this.#lookups) note(lookup, name, row);
		const last = this.#entries.at(-1);
		if (!last || isBefore(last, row.modifiedAt, row.id)) {
			this.#entries.push(row);
			return;
		}
		const at = this.#position(row.modifiedAt, row.id);
		const there = this.#entries[at];
		// An earlier state of the same record with the same stamp gives up its place.
		const isSame = there?.id === row.id && there.modifiedAt === row.modifiedAt;
		this.#entries.splice(at, isSame ? 1 : 0, row);
	}

	#position(stamp: number, id: string): number {
		let low = 0;
		let high = this.#entries.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			const row = this.#entries[middle];
			if (row && isBefore(row, stamp, id)) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** When stale entries are the greater part; each has cost one edit, so this is cheap. */
	#compact(): void {
		if (this.#entries.length < 1000 + 2 * this.#rows.size) return;
		this.#entries = this.#entries.filter((row) => this.#isCurrent(row));
	}
}

function folded({ values }: Row, name: string): string | undefined {
	const value = values[name];
	return typeof value === 'string' ? value.toLowerCase() : undefined;
}

/** A value is mostly one record's; a Set each would be most of the memory. */
function note(lookup: Map<string, string | Set<string>>, name: string, row: Row): void {
	const text = folded(row, name);
	if (text === undefined) return;
	const ids = lookup.get(text);
	if (ids === undefined) lookup.set(text, row.id);
	else if (typeof ids !== 'string') ids.add(row.id);
	else if (ids !== row.id) lookup.set(text, new Set([ids, row.id]));
}
