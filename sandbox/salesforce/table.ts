import { IdSequence } from './ids.ts';
import { byId, byStamp, type Row } from './row.ts';
import { SortedRows } from './sorted-rows.ts';

export interface Deletion {
	readonly id: string;
	/** Seconds since the epoch. */
	readonly at: number;
}

/** All rows of one object, deleted ones in the recycle bin included. */
export class Table {
	readonly ids: IdSequence;
	readonly stamped = new SortedRows(byStamp);
	readonly ordered = new SortedRows(byId);
	/** What getDeleted tells: also what has left the recycle bin. */
	readonly deletions: Deletion[] = [];
	readonly #rows = new Map<string, Row>();
	readonly #journal: (undo: () => void) => void;
	/** Made when first asked for; lower-case values. */
	readonly #lookups = new Map<string, Map<string, Set<string>>>();
	#deleted = 0;

	constructor(keyPrefix: string, journal: (undo: () => void) => void) {
		this.ids = new IdSequence(keyPrefix);
		this.#journal = journal;
	}

	/** Rows that are not deleted. */
	get live(): number {
		return this.#rows.size - this.#deleted;
	}

	get deleted(): number {
		return this.#deleted;
	}

	get(id: string): Row | undefined {
		return this.#rows.get(id);
	}

	/** Adds the row, or puts it in the place of the one with its id. */
	put(row: Row): void {
		const old = this.#rows.get(row.Id);
		this.#replace(old, row);
		this.#journal(() => this.#replace(row, old));
	}

	/** Removes the row for good. */
	purge(id: string): void {
		const old = this.#rows.get(id);
		if (!old) return;
		this.#replace(old, undefined);
		this.#journal(() => this.#replace(undefined, old));
	}

	noteDeletion(deletion: Deletion): void {
		this.deletions.push(deletion);
		this.#journal(() => this.deletions.splice(this.deletions.indexOf(deletion), 1));
	}

	forgetDeletion(id: string): void {
		const at = this.deletions.findIndex((deletion) => deletion.id === id);
		if (at < 0) return;
		const [deletion] = this.deletions.splice(at, 1);
		if (deletion) this.#journal(() => this.deletions.push(deletion));
	}

	/** Ids of the rows whose field has this value, without regard to case. */
	idsBy(field: string, value: string): readonly string[] {
		const lookup = this.#lookups.get(field) ?? this.#index(field);
		return [...(lookup.get(value.toLowerCase()) ?? [])];
	}

	#index(field: string): Map<string, Set<string>> {
		const lookup = new Map<string, Set<string>>();
		for (const row of this.#rows.values()) note(lookup, row[field], row.Id);
		this.#lookups.set(field, lookup);
		return lookup;
	}

	#replace(old: Row | undefined, row: Row | undefined): void {
		if (old) {
			this.stamped.remove(old);
			this.ordered.remove(old);
			if (old.IsDeleted) this.#deleted -= 1;
			if (!row) this.#rows.delete(old.Id);
		}
		if (row) {
			this.#rows.set(row.Id, row);
			this.stamped.add(row);
			this.ordered.add(row);
			if (row.IsDeleted) this.#deleted += 1;
		}
		for (const [field, lookup] of this.#lookups) {
			if (old?.[field] === row?.[field]) continue;
			if (old) forget(lookup, old[field], old.Id);
			if (row) note(lookup, row[field], row.Id);
		}
	}
}

function note(lookup: Map<string, Set<string>>, value: unknown, id: string): void {
	if (typeof value !== 'string') return;
	const key = value.toLowerCase();
	const ids = lookup.get(key);
	if (ids) ids.add(id);
	else lookup.set(key, new Set([id]));
}

function forget(lookup: Map<string, Set<string>>, value: unknown, id: string): void {
	if (typeof value !== 'string') return;
	const ids = lookup.get(value.toLowerCase());
	ids?.delete(id);
	if (ids?.size === 0) lookup.delete(value.toLowerCase());
}
