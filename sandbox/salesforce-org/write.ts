import { notFound, Refused } from './answers.ts';
import { DEFAULTS } from './fields.ts';
import { eighteen, isObjectName, looksLikeId, type ObjectName } from './ids.ts';
import type { Organization } from './organization.ts';
import type { Row, Values } from './store.ts';
import { checkedValue } from './values.ts';

/** Writes records as the REST API does, with its own refusals (reference: salesforce 3.2). */
export class Writer {
	readonly #organization: Organization;

	constructor(organization: Organization) {
		this.#organization = organization;
	}

	/** `input` is what came as JSON, whatever it is. */
	create(object: ObjectName, input: unknown): Row {
		const values = this.#checked(object, input, 'createable');
		this.#requireFields(object, values);
		const number = object === 'Case' ? { CaseNumber: this.#organization.newCaseNumber() } : {};
		return this.#organization.insert(object, { ...DEFAULTS[object], ...values, ...number });
	}

	update(object: ObjectName, id: string, input: unknown): Row {
		const row = this.live(object, id);
		if (row.values['IsConverted'] === true) {
			throw new Refused(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
		}
		const values = { ...row.values, ...this.#checked(object, input, 'updateable') };
		this.#requireFields(object, values);
		return this.#organization.change(row, { values });
	}

	/** Into the recycle bin. A Contact with Cases stays (restricted delete). */
	remove(object: ObjectName, id: string): void {
		const row = this.live(object, id);
		if (object === 'Contact') this.#refuseWithCases(row);
		this.#organization.change(row, { deleted: true });
	}

	/** A record that is there and not deleted. */
	live(object: ObjectName, id: string): Row {
		if (!looksLikeId(id)) {
			const message = `${object} ID: id value of incorrect type: ${id}`;
			throw new Refused(400, 'MALFORMED_ID', message, ['Id']);
		}
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

	/** Required is what a describe shows as such (reference: salesforce 4). */
	#requireFields(object: ObjectName, values: Values): void {
		const missing = this.#organization.schema
			.visible(object)
			.filter(
				({ createable, nillable, defaultedOnCreate }) =>
					createable && !nillable && !defaultedOnCreate,
			)
			.map(({ name }) => name)
			.filter((name) => values[name] === undefined || values[name] === null);
		if (missing.length === 0) return;
		const message = `Required fields are missing: [${missing.join(', ')}]`;
		throw new Refused(400, 'REQUIRED_FIELD_MISSING', message, missing);
	}

	#checked(
		object: ObjectName,
		input: unknown,
		right: 'createable' | 'updateable',
	): Record<string, unknown> {
		if (!isObject(input)) {
			throw new Refused(
				400,
				'JSON_PARSER_ERROR',
				'No content to map to Object due to end of input',
			);
		}
		const values: Record<string, unknown> = {};
		const readOnly: string[] = [];
		for (const [name, given] of Object.entries(input)) {
			if (name === 'attributes' || name.toLowerCase() === 'id') continue;
			const field = this.#organization.schema.field(object, name);
			if (!field) throw noSuchColumn(object, name);
			if (!field[right]) readOnly.push(field.name);
			else values[field.name] = this.#linked(checkedValue(field, given), field.referenceTo);
		}
		if (readOnly.length > 0) throw notWriteable(readOnly);
		return values;
	}

	/** A reference must lead to a record that is there. */
	#linked(value: unknown, referenceTo: readonly string[]): unknown {
		const objects = referenceTo.filter(isObjectName);
		if (typeof value !== 'string' || objects.length === 0) return value;
		const rows = objects.map((object) => this.#organization.find(object, value));
		if (rows.some((row) => row && !row.deleted)) return value;
		throw new Refused(400, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
	}
}

const noSuchColumn = (object: string, name: string): Refused =>
	new Refused(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object}`);

const notWriteable = (names: readonly string[]): Refused =>
	new Refused(
		400,
		'INVALID_FIELD_FOR_INSERT_UPDATE',
		`Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
		names,
	);

const isObject = (input: unknown): input is Values =>
	typeof input === 'object' && input !== null && !Array.isArray(input);
