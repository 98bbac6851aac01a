import type { SandboxClock } from '../service.ts';
import { restTime } from './answers.ts';
import type { ChangeFeed } from './changeFeed.ts';
import { type Field, Schema } from './fields.ts';
import { idSequence, type ObjectName, PREFIXES } from './ids.ts';
import { type Changes, type Journal, type Row, Table, type Values } from './store.ts';

export const ORGANIZATION_ID = '00DSB000000SandEAO';
export const USER_ID = '005SB000000IntgQAC';

interface Purged {
	readonly object: ObjectName;
	readonly id: string;
	/** Milliseconds, whole seconds. */
	readonly at: number;
}

/** The organisation: schema, records, clock. */
export class Organization {
	readonly schema = new Schema();
	readonly clock: SandboxClock;
	/** Told of every change; absent while the sample is seeded. */
	feed: ChangeFeed | undefined;
	readonly #tables: Record<ObjectName, Table>;
	readonly #ids: Record<ObjectName, () => string>;
	readonly #late = new Set<Row>();
	/** Records that the integration's user may not see. */
	readonly #unshared = new Set<string>();
	/** What was deleted for good, as getDeleted tells it. */
	readonly #purged: Purged[] = [];
	#caseNumber = 1026;

	constructor(clock: SandboxClock) {
		this.clock = clock;
		const names = Object.keys(PREFIXES) as ObjectName[];
		this.#tables = Object.fromEntries(names.map((name) => [name, new Table()])) as Record<
			ObjectName,
			Table
		>;
		this.#ids = Object.fromEntries(names.map((name) => [name, idSequence(name)])) as Record<
			ObjectName,
			() => string
		>;
	}

	/** SystemModstamp has whole seconds. */
	stamp(): number {
		return Math.floor(this.clock.now() / 1000) * 1000;
	}

	table(object: ObjectName): Table {
		return this.#tables[object];
	}

	newId(object: ObjectName): string {
		return this.#ids[object]();
	}

	/** Case numbers go on where those of the sample organisation end. */
	newCaseNumber(): string {
		return String(this.#caseNumber++).padStart(8, '0');
	}

	/** A new record as it is, without the API's checks; visible at once or from `visibleAt` on. */
	insert(
		object: ObjectName,
		values: Values,
		{ id, at: since, visibleAt }: { id?: string; at?: number; visibleAt?: number } = {},
	): Row {
		const at = since ?? this.stamp();
		const row: Row = {
			id: id ?? this.newId(object),
			object,
			values,
			createdAt: at,
			modifiedAt: at,
			deleted: false,
			masterId: undefined,
			visibleAt,
		};
		this.#tables[object].put(row);
		if (visibleAt !== undefined) this.#late.add(row);
		const tell = (): void => this.feed?.note({ row, changeType: 'CREATE', before: {} });
		// What is given an older stamp counts as having been there before.
		if (visibleAt !== undefined) this.clock.after(visibleAt - this.clock.now(), tell);
		else if (since === undefined) tell();
		return row;
	}

	/** Changes a record now and gives what it is then. */
	change(row: Row, changes: Changes): Row {
		const after = this.#tables[row.object].change(row, changes, this.stamp()) ?? row;
		const moved = after.deleted ? 'DELETE' : 'UNDELETE';
		const changeType = after.deleted === row.deleted ? 'UPDATE' : moved;
		this.feed?.note({ row: after, changeType, before: row.values });
		return after;
	}

	/** When the oldest transaction that is still open began; undefined when none is. */
	oldestOpenTransaction(): number | undefined {
		const now = this.clock.now();
		const open = [...this.#late].filter(({ visibleAt = 0 }) => visibleAt > now);
		return open.length > 0 ? Math.min(...open.map(({ createdAt }) => createdAt)) : undefined;
	}

	/** Does `work` and gives what it gives; on false or an error all of its writes are taken back. */
	transaction(work: () => boolean): boolean {
		const tables = Object.values(this.#tables);
		const outer = tables[0]?.journal;
		const journal: Journal = [];
		const use = (next: Journal | undefined): void => {
			for (const table of tables) table.journal = next;
		};
		use(journal);
		const noted = this.feed?.noted ?? 0;
		let done = false;
		try {
			done = work();
			return done;
		} finally {
			use(undefined);
			if (!done) for (const undo of journal.reverse()) undo();
			if (!done) this.feed?.forget(noted);
			use(outer);
			if (done) outer?.push(...journal);
		}
	}

	/** The record with this 15- or 18-character id that is visible now. */
	find(object: ObjectName, id: string): Row | undefined {
		const row = this.#tables[object].get(id);
		return row && this.isVisible(row) ? row : undefined;
	}

	isVisible(row: Row, now = this.clock.now()): boolean {
		const isCommitted = row.visibleAt === undefined || row.visibleAt <= now;
		return isCommitted && !this.#unshared.has(row.id);
	}

	/** Sharing rules change: nothing about the record itself does. */
	share(row: Row, shared: boolean): void {
		if (shared) this.#unshared.delete(row.id);
		else this.#unshared.add(row.id);
	}

	get sharesAll(): boolean {
		return this.#unshared.size === 0;
	}

	/** Deletes for good, from the recycle bin too; only the delete log tells of it. */
	purge(row: Row): void {
		this.#tables[row.object].purge(row);
		this.#purged.push({ object: row.object, id: row.id, at: this.stamp() });
	}

	/** Salesforce drops old rows of its delete log when it grows. */
	forgetPurged(): void {
		this.#purged.length = 0;
	}

	purged(object: ObjectName): readonly Purged[] {
		return this.#purged.filter((one) => one.object === object);
	}

	/** A field of a record as the API shows it. */
	value(row: Row, field: Field): unknown {
		return this.reader(field)(row);
	}

	/** Reads one field of records as the API shows it; times as milliseconds with `raw`. */
	reader(field: Field, raw = false): (row: Row) => unknown {
		const { name } = field;
		const time = (ms: number): unknown => (raw ? ms : restTime(ms));
		switch (name) {
			case 'Id':
				return (row) => row.id;
			case 'IsDeleted':
				return (row) => row.deleted;
			case 'MasterRecordId':
				return (row) => row.masterId ?? null;
			case 'SystemModstamp':
			case 'LastModifiedDate':
				return (row) => time(row.modifiedAt);
			case 'CreatedDate':
				return (row) => time(row.createdAt);
			case 'CreatedById':
			case 'LastModifiedById':
			case 'OwnerId':
				return (row) => row.values[name] ?? USER_ID;
			case 'Name':
				return (row) => row.values['Name'] ?? fullName(row.values);
			default:
				return this.#otherReader(field, raw);
		}
	}

	/** The parent that a relationship name ("Account") leads to. */
	parent(
		row: Row,
		relationship: string,
	): { readonly object: ObjectName; readonly row: Row | undefined } | undefined {
		const reference = this.schema.field(row.object, `${relationship}Id`);
		const object = reference?.referenceTo.find((name): name is ObjectName =>
			this.schema.isObject(name),
		);
		if (!reference || !object) return undefined;
		return { object, row: this.#tables[object].get(textOf(row.values[reference.name])) };
	}

	#otherReader({ name, type, calculated }: Field, raw: boolean): (row: Row) => unknown {
		if (calculated) return (row) => this.#formula(row);
		if (type === 'address') return (row) => this.#address(row, name);
		// Booleans are never null (reference: salesforce 4).
		const empty = type === 'boolean' ? false : null;
		if (!raw || type !== 'datetime') return (row) => row.values[name] ?? empty;
		return (row) => {
			const value = row.values[name];
			return typeof value === 'string' ? Date.parse(value) : (value ?? empty);
		};
	}

	/** A compound field: its parts as one object, null when all are empty. */
	#address(row: Row, name: string): object | null {
		const prefix = name.slice(0, -'Address'.length);
		const parts = ADDRESS_PARTS.map((part) => {
			const key = `${prefix}${part}`;
			return [part.charAt(0).toLowerCase() + part.slice(1), row.values[key] ?? null] as const;
		});
		return parts.every(([, value]) => value === null) ? null : Object.fromEntries(parts);
	}

	/** Full_Title__c: follows the account's name without a new stamp on the contact. */
	#formula(row: Row): string {
		const account = this.parent(row, 'Account')?.row?.values['Name'];
		return `${textOf(row.values['Title'])} (${textOf(account)})`;
	}
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const fullName = (values: Readonly<Record<string, unknown>>): string =>
	[values['FirstName'], values['LastName']].filter(Boolean).join(' ');

const ADDRESS_PARTS = [
	'City',
	'Country',
	'GeocodeAccuracy',
	'Latitude',
	'Longitude',
	'PostalCode',
	'State',
	'Street',
] as const;
