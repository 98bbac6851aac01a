import type { SandboxClock } from '../service.ts';
import { restTime } from './answers.ts';
import { type Field, Schema } from './fields.ts';
import { idSequence, type ObjectName, PREFIXES } from './ids.ts';
import { type Row, Table } from './store.ts';

export const ORGANIZATION_ID = '00DSB000000SandEAO';
export const USER_ID = '005SB000000IntgQAC';

/** The organisation: schema, records, clock. */
export class Organization {
	readonly schema = new Schema();
	readonly clock: SandboxClock;
	readonly #tables: Record<ObjectName, Table>;
	readonly #ids: Record<ObjectName, () => string>;

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

	/** The record with this 15- or 18-character id that is visible now. */
	find(object: ObjectName, id: string): Row | undefined {
		const row = this.#tables[object].get(id);
		return row && this.isVisible(row) ? row : undefined;
	}

	isVisible(row: Row): boolean {
		return row.visibleAt === undefined || row.visibleAt <= this.clock.now();
	}

	/** A field of a record as the API shows it; times as milliseconds with `raw`. */
	value(row: Row, field: Field, raw = false): unknown {
		const time = (ms: number): unknown => (raw ? ms : restTime(ms));
		switch (field.name) {
			case 'Id':
				return row.id;
			case 'IsDeleted':
				return row.deleted;
			case 'MasterRecordId':
				return row.masterId ?? null;
			case 'SystemModstamp':
			case 'LastModifiedDate':
				return time(row.modifiedAt);
			case 'CreatedDate':
				return time(row.createdAt);
			case 'CreatedById':
			case 'LastModifiedById':
			case 'OwnerId':
				return row.values[field.name] ?? USER_ID;
			case 'Name':
				return row.values['Name'] ?? fullName(row.values);
			default:
				return field.calculated ? this.#formula(row) : this.#stored(row, field);
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
		return { object, row: this.#tables[object].get(String(row.values[reference.name] ?? '')) };
	}

	#stored(row: Row, field: Field): unknown {
		const value = row.values[field.name];
		if (value !== undefined) return value;
		// Booleans are never null (reference: salesforce 4).
		return field.type === 'boolean' ? false : null;
	}

	/** Full_Title__c: follows the account's name without a new stamp on the contact. */
	#formula(row: Row): string {
		const account = this.parent(row, 'Account')?.row?.values['Name'];
		return `${String(row.values['Title'] ?? '')} (${String(account ?? '')})`;
	}
}

const fullName = (values: Readonly<Record<string, unknown>>): string =>
	[values['FirstName'], values['LastName']].filter(Boolean).join(' ');
