import { notFound, Refused } from './answers.ts';
import type { Field } from './fields.ts';
import { eighteen, looksLikeId, type ObjectName } from './ids.ts';
import type { Organization } from './organization.ts';
import type { Row } from './store.ts';

type Values = Readonly<Record<string, unknown>>;

/** Loose on purpose: 'b.levy@expressl&t.net' is in Salesforce's own sample data. */
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;

/** Writes records as the REST API does, with its own refusals (reference: salesforce 3.2). */
export class Writer {
	readonly #organization: Organization;

	constructor(organization: Organization) {
		this.#organization = organization;
	}

	create(object: ObjectName, input: Values): Row {
		const values = this.#checked(object, input, 'createable');
		this.#requireFields(object, values);
		const now = this.#organization.stamp();
		const row: Row = {
			id: this.#organization.newId(object),
			object,
			values,
			createdAt: now,
			modifiedAt: now,
			deleted: false,
		};
		this.#organization.table(object).put(row);
		return row;
	}

	update(object: ObjectName, id: string, input: Values): Row {
		const row = this.live(object, id);
		const values = this.#checked(object, input, 'updateable');
		this.#requireFields(object, { ...row.values, ...values });
		row.values = { ...row.values, ...values };
		this.#organization.table(object).touch(row, this.#organization.stamp());
		return row;
	}

	/** Into the recycle bin. A Contact with Cases stays (restricted delete). */
	remove(object: ObjectName, id: string): void {
		const row = this.live(object, id);
		if (object === 'Contact') this.#refuseWithCases(row);
		row.deleted = true;
		this.#organization.table(object).touch(row, this.#organization.stamp());
	}

	/** A record that is there and not deleted. */
	live(object: ObjectName, id: string): Row {
		if (!looksLikeId(id))
			throw new Refused(400, 'MALFORMED_ID', `${object} ID: id value of incorrect type: ${id}`, [
				'Id',
			]);
		const row = this.#organization.find(object, eighteen(id));
		if (!row) throw notFound();
		if (row.deleted) throw new Refused(404, 'ENTITY_IS_DELETED', 'entity is deleted', []);
		return row;
	}

	#refuseWithCases(contact: Row): void {
		const cases = [...this.#organization.table('Case').all()].filter(
			({ values, deleted }) => !deleted && values['ContactId'] === contact.id,
		);
		if (cases.length === 0) return;
		const { Salutation: salutation, FirstName: first, LastName: last } = contact.values;
		const name = [salutation, first, last].filter(Boolean).join(' ');
		const numbers = cases.map(({ values }) => String(values['CaseNumber'])).join(', ');
		throw new Refused(
			400,
			'DELETE_FAILED',
			`Your attempt to delete ${name} could not be completed because it is associated with the following cases.: ${numbers}\n`,
			[],
		);
	}

	#requireFields(object: ObjectName, values: Values): void {
		const missing = this.#organization.schema
			.visible(object)
			.filter(
				({ createable, nillable, defaultedOnCreate, type }) =>
					createable && !nillable && !defaultedOnCreate && type !== 'boolean',
			)
			.filter(({ name }) => values[name] === undefined || values[name] === null)
			.map(({ name }) => name);
		if (missing.length > 0) {
			throw new Refused(
				400,
				'REQUIRED_FIELD_MISSING',
				`Required fields are missing: [${missing.join(', ')}]`,
				missing,
			);
		}
	}

	#checked(
		object: ObjectName,
		input: Values,
		right: 'createable' | 'updateable',
	): Record<string, unknown> {
		const values: Record<string, unknown> = {};
		for (const [name, given] of Object.entries(input)) {
			if (name === 'attributes' || name === 'Id' || name === 'id') continue;
			const field = this.#organization.schema.field(object, name);
			if (!field)
				throw new Refused(
					400,
					'INVALID_FIELD',
					`No such column '${name}' on sobject of type ${object}`,
				);
			if (!field[right]) {
				throw new Refused(
					400,
					'INVALID_FIELD_FOR_INSERT_UPDATE',
					`Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
					[field.name],
				);
			}
			values[field.name] = checkedValue(field, given);
		}
		return values;
	}
}

/** A value as it is stored; '' is null. Throws what Salesforce answers. */
export function checkedValue(field: Field, given: unknown): unknown {
	if (given === null || given === undefined || given === '') {
		if (field.type === 'boolean') throw typeError(field, given);
		return null;
	}
	if (field.type === 'boolean') {
		if (typeof given !== 'boolean') throw typeError(field, given);
		return given;
	}
	if (['double', 'currency', 'percent', 'int'].includes(field.type)) {
		const value = Number(given);
		if (Number.isNaN(value)) throw typeError(field, given);
		return value;
	}
	const text = String(given);
	if (field.length > 0 && [...text].length > field.length) {
		throw new Refused(
			400,
			'STRING_TOO_LONG',
			`${field.label}: data value too large: ${text} (max length=${field.length})`,
			[field.name],
		);
	}
	if (field.type === 'email' && !EMAIL.test(text)) {
		throw new Refused(
			400,
			'INVALID_EMAIL_ADDRESS',
			`${field.label}: invalid email address: ${text}`,
			[field.name],
		);
	}
	if (field.restrictedPicklist && !field.picklist.includes(text)) {
		throw new Refused(
			400,
			'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
			`${field.label}: bad value for restricted picklist field: ${text}`,
			[field.name],
		);
	}
	if (field.type === 'date' && !isDate(text)) throw typeError(field, given);
	return text;
}

const typeError = (field: Field, given: unknown): Refused =>
	new Refused(
		400,
		'JSON_PARSER_ERROR',
		`Cannot deserialize instance of ${field.type} from ${typeof given === 'string' ? 'VALUE_STRING' : 'VALUE_NULL'} value ${String(given)}`,
	);

function isDate(text: string): boolean {
	return (
		/^\d{4}-\d{2}-\d{2}$/.test(text) &&
		!Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
		new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
	);
}
