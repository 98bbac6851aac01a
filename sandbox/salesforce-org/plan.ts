import { Refused } from './answers.ts';
import type { Order } from './candidates.ts';
import { testOf } from './compare.ts';
import { type Comparison, type Condition, malformed } from './conditions.ts';
import type { Field } from './fields.ts';
import { isObjectName, type ObjectName, PREFIXES } from './ids.ts';
import type { Organization } from './organization.ts';
import { position, type Selected, type Statement } from './statement.ts';
import type { Row } from './store.ts';

export interface Column {
	readonly field: Field;
	/** With a parent's field: the relationship ("Account"). */
	readonly relationship?: string;
}

/** "If you are attempting …", as Salesforce ends its messages about names. */
const hint = (kind: string): string =>
	`If you are attempting to use a custom ${kind}, be sure to append the '__c' after the ${kind === 'object' ? 'entity' : 'custom field'} name. Please reference your WSDL or the describe call for the appropriate names.`;

/** One SOQL statement against the schema: its object, columns and tests. */
export class Plan {
	readonly object: ObjectName;
	readonly #organization: Organization;
	readonly #statement: Statement;

	constructor(organization: Organization, statement: Statement) {
		this.#organization = organization;
		this.#statement = statement;
		const { sObject } = statement;
		const object = (Object.keys(PREFIXES) as ObjectName[]).find(
			(known) => known.toLowerCase() === sObject.toLowerCase(),
		);
		if (!object) {
			throw this.#refusal(
				'INVALID_TYPE',
				sObject,
				`sObject type '${sObject}' is not supported. ${hint('object')}`,
			);
		}
		this.object = object;
	}

	/** What SELECT names. */
	columns(): Column[] {
		return this.#statement.fields.map((selected) => this.#selected(selected));
	}

	/** What WHERE says, seen at this moment; `all` shows the recycle bin too (queryAll). */
	filter(condition: Condition | undefined, all: boolean): (row: Row) => boolean {
		const now = this.#organization.clock.now();
		const test = condition && this.#test(condition);
		return (row) =>
			(all || !row.deleted) &&
			this.#organization.isVisible(row, now) &&
			(test === undefined || test(row));
	}

	#test(condition: Condition): (row: Row) => boolean {
		switch (condition.kind) {
			case 'not': {
				const inner = this.#test(condition.of);
				return (row) => !inner(row);
			}
			case 'and': {
				const tests = condition.parts.map((part) => this.#test(part));
				return (row) => tests.every((test) => test(row));
			}
			case 'or': {
				const tests = condition.parts.map((part) => this.#test(part));
				return (row) => tests.some((test) => test(row));
			}
			case 'comparison':
				return this.#comparison(condition);
		}
	}

	#comparison(comparison: Comparison): (row: Row) => boolean {
		const column = this.column(comparison.field);
		if (!column.field.filterable) {
			const message = `field '${column.field.name}' can not be filtered in a query call`;
			throw this.#refusal('INVALID_FIELD', comparison.field, message);
		}
		const test = testOf(column.field, comparison, this.#organization.clock.now());
		const read = this.reader(column, true);
		return (row) => test(read(row));
	}

	/** Reads a column of a record; times as milliseconds with `raw`. */
	reader({ field, relationship }: Column, raw = false): (row: Row) => unknown {
		const read = this.#organization.reader(field, raw);
		if (relationship === undefined) return read;
		return (row) => {
			const parent = this.#organization.parent(row, relationship)?.row;
			return parent ? read(parent) : null;
		};
	}

	/** Text is sorted without regard to case, ids by code unit; empty comes first. */
	sorter(orders: readonly Order[]): (a: Row, b: Row) => number {
		const columns = orders.map((order) => ({ ...order, key: this.#sortKey(order.field) }));
		return (a, b) => {
			for (const { key, order = 'ASC', nulls = 'FIRST' } of columns) {
				const [left, right] = [key(a), key(b)];
				if (left === right) continue;
				if (left === null || right === null)
					return (left === null) === (nulls === 'FIRST') ? -1 : 1;
				return left < right === (order === 'ASC') ? -1 : 1;
			}
			return 0;
		};
	}

	#sortKey(path: string): (row: Row) => string | number | null {
		const column = this.column(path);
		const read = this.reader(column, true) as (row: Row) => string | number | null;
		if (/^(id|reference)$/.test(column.field.type)) return read;
		return (row) => {
			const value = read(row);
			return typeof value === 'string' ? value.toLowerCase() : value;
		};
	}

	#selected({ type, field, rawValue }: Selected): Column {
		if (type === 'FieldFunctionExpression' || type === 'FieldSubquery') {
			throw malformed('This form of SELECT is not supported by the sandbox');
		}
		return this.column(rawValue ?? field ?? '');
	}

	/** A field by its path; a hidden or unknown one is refused with the words of the real one. */
	column(path: string): Column {
		const [first = '', second, third] = path.split('.');
		const { schema } = this.#organization;
		if (second === undefined) {
			const field = schema.field(this.object, first);
			if (field) return { field };
			throw this.#noSuchColumn(path, first, this.object);
		}
		const reference = schema.field(this.object, `${first}Id`);
		if (!reference) {
			const message = `Didn't understand relationship '${first}' in field path. ${hint('field')}`;
			throw this.#refusal('INVALID_FIELD', path, message);
		}
		if (third !== undefined) throw malformed('The sandbox knows one level of parents');
		const object = reference.referenceTo.find(isObjectName);
		const field = object && schema.field(object, second);
		if (field) return { field, relationship: reference.name.slice(0, -2) };
		throw this.#noSuchColumn(path, second, reference.referenceTo[0] ?? first);
	}

	#noSuchColumn(path: string, name: string, entity: string): Refused {
		const message = `No such column '${name}' on entity '${entity}'. ${hint('field')}`;
		return this.#refusal('INVALID_FIELD', path, message);
	}

	#refusal(errorCode: string, word: string, message: string): Refused {
		return new Refused(400, errorCode, `${position(this.#statement.soql, word)}${message}`);
	}
}
