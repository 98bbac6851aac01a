import type { SandboxClock } from '../service.ts';
import { withChecksum } from './ids.ts';
import { OBJECT_NAMES, type ObjectName, OBJECTS } from './objects.ts';
import type { Row } from './row.ts';
import { Schema } from './schema.ts';
import { Table } from './table.ts';

export const ORGANIZATION_ID = withChecksum('00DdM000001Sync');
export const USER_ID = withChecksum('005dM00000aYf0q');

/** One Salesforce organisation: its records, its fields and its clock. */
export class Org {
	readonly clock: SandboxClock;
	readonly schema = new Schema();
	/** Stamps of writes that began but are not visible yet, seconds. */
	readonly pending = new Set<{ readonly since: number }>();
	readonly #tables: ReadonlyMap<ObjectName, Table>;
	#journal: Array<() => void> | undefined;

	constructor(clock: SandboxClock) {
		this.clock = clock;
		this.#tables = new Map(
			OBJECT_NAMES.map((name) => [
				name,
				new Table(OBJECTS[name].keyPrefix, (undo) => this.#journal?.push(undo)),
			]),
		);
	}

	/** Whole seconds since the epoch: the resolution of SystemModstamp. */
	now(): number {
		return Math.floor(this.clock.now() / 1000);
	}

	table(object: ObjectName): Table {
		// The map was made of all object names.
		return this.#tables.get(object) as Table;
	}

	/** The object that an id belongs to, by its first three characters. */
	objectOf(id: string): ObjectName | undefined {
		return OBJECT_NAMES.find((name) => OBJECTS[name].keyPrefix === id.slice(0, 3));
	}

	/** A row that a lookup points to, deleted or not. */
	rowOf(id: string): Row | undefined {
		const object = this.objectOf(id);
		return object && this.table(object).get(id);
	}

	/** Runs `work`; undoes all that it wrote when it asks for that or throws. */
	transaction<T>(work: (rollBack: () => void) => T): T {
		// Within another transaction the outer one undoes.
		const outer = this.#journal;
		const journal: Array<() => void> = [];
		this.#journal = journal;
		let undone = false;
		try {
			return work(() => (undone = true));
		} catch (error) {
			undone = true;
			throw error;
		} finally {
			this.#journal = undefined;
			if (undone) while (journal.length > 0) journal.pop()?.();
			this.#journal = outer;
			outer?.push(...journal);
		}
	}
}
