import { Refused } from './answers.ts';
import { eighteen, type ObjectName } from './ids.ts';
import type { Organization } from './organization.ts';
import type { Row, Values } from './store.ts';
import type { Writer } from './write.ts';

/** Records found by a lookup field: the id or, as in a real organisation, Contact.Email. */
export class Upserter {
	readonly #organization: Organization;
	readonly #writer: Writer;

	constructor(organization: Organization, writer: Writer) {
		this.#organization = organization;
		this.#writer = writer;
	}

	/** All records that are not deleted and have this value there. */
	find(object: ObjectName, name: string, value: string): Row[] {
		const field = this.#field(object, name);
		const table = this.#organization.table(object);
		if (field.type === 'id') return [table.get(eighteen(value))].filter((row) => row !== undefined);
		return table.having(field.name, value).filter(({ deleted }) => !deleted);
	}

	/** Throws with status 300 when several records have the value. */
	upsert(
		object: ObjectName,
		name: string,
		value: string,
		values: Values,
	): { readonly id: string; readonly created: boolean } {
		const field = this.#field(object, name);
		const rest = Object.fromEntries(
			Object.entries(values).filter(([key]) => key.toLowerCase() !== field.name.toLowerCase()),
		);
		const [row, another] = this.find(object, name, value);
		if (another) {
			throw new Refused(300, 'DUPLICATE_VALUE', `${field.name}: more than one record found`, [
				field.name,
			]);
		}
		if (row) return { id: this.#writer.update(object, row.id, rest).id, created: false };
		if (field.type === 'id') {
			throw new Refused(404, 'NOT_FOUND', 'The requested resource does not exist');
		}
		const created = this.#writer.create(object, { ...rest, [field.name]: value });
		return { id: created.id, created: true };
	}

	/** The same with the value inside the record, as in collections. */
	ofRecord(
		object: ObjectName,
		name: string,
		record: Values,
	): { readonly id: string; readonly created: boolean } {
		const key = Object.keys(record).find(
			(candidate) => candidate.toLowerCase() === name.toLowerCase(),
		);
		const value = key === undefined ? undefined : record[key];
		if ((typeof value !== 'string' && typeof value !== 'number') || value === '') {
			throw new Refused(400, 'MISSING_ARGUMENT', `${name} not specified`, []);
		}
		return this.upsert(object, name, String(value), record);
	}

	#field(object: ObjectName, name: string) {
		const field = this.#organization.schema.field(object, name);
		if (field?.idLookup) return field;
		throw new Refused(
			404,
			'NOT_FOUND',
			`Provided external ID field does not exist or is not accessible: ${name}`,
		);
	}
}
