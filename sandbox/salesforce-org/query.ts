import { Refused } from './answers.ts';
import { candidates, type Order } from './candidates.ts';
import { testOf } from './compare.ts';
import { type Comparison, type Condition, conditionOf, malformed } from './conditions.ts';
import type { Field } from './fields.ts';
import { isObjectName, type ObjectName, PREFIXES } from './ids.ts';
import { type Organization, ORGANIZATION_ID } from './organization.ts';
import { attributes } from './show.ts';
import { position, type Selected, type Statement, statementOf } from './statement.ts';
import type { Row } from './store.ts';

export interface QueryResult {
	/** The records as JSON, with `attributes`. */
	readonly records: readonly object[];
	/** With COUNT(): the number; there are no records then. */
	readonly count?: number;
}

interface Column {
	readonly field: Field;
	/** With a parent's field: the relationship ("Account"). */
	readonly relationship?: string;
}

/** Runs one SOQL statement; `all` shows the recycle bin too (queryAll). */
export function runQuery(
	organization: Organization,
	soql: string,
	all: boolean,
	version: string,
): QueryResult {
	const statement = statementOf(soql);
	if (statement.sObject.toLowerCase() === 'organization') return organizationRecord(version);
	return new Query(organization, statement, all).run(version);
}

function organizationRecord(version: string): QueryResult {
	const url = `/services/data/v${version}/sobjects/Organization/${ORGANIZATION_ID}`;
	const record = {
		attributes: { type: 'Organization', url },
		Id: ORGANIZATION_ID,
		Name: 'Sandbox',
	};
	return { records: [record] };
}

/** "If you are attempting …", as Salesforce ends its messages about names. */
const hint = (kind: string): string =>
	`If you are attempting to use a custom ${kind}, be sure to append the '__c' after the ${kind === 'object' ? 'entity' : 'custom field'} name. Please reference your WSDL or the describe call for the appropriate names.`;

class Query {
	readonly #organization: Organization;
	readonly #statement: Statement;
	readonly #all: boolean;
	readonly #object: ObjectName;

	constructor(organization: Organization, statement: Statement, all: boolean) {
		this.#organization = organization;
		this.#statement = statement;
		this.#all = all;
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
		this.#object = object;
	}

	run(version: string): QueryResult {
		const { fields, where, orders, limit } = this.#statement;
		const condition = conditionOf(where);
		const test = condition ? this.#test(condition) : () => true;
		for (const { field } of orders) this.#column(field);
		const counted = countOf(fields);
		const columns = counted ? [] : fields.map((selected) => this.#selected(selected));
		const rows = this.#rows(condition, test, counted ? undefined : limit);
		if (counted === 'COUNT()') return { records: [], count: rows.length };
		if (counted)
			return { records: [{ attributes: { type: 'AggregateResult' }, expr0: rows.length }] };
		return { records: rows.map((row) => this.#show(row, columns, version)) };
	}

	#rows(
		condition: Condition | undefined,
		test: (row: Row) => boolean,
		limit: number | undefined,
	): Row[] {
		const { orders, offset } = this.#statement;
		const table = this.#organization.table(this.#object);
		const { rows, ordered } = candidates(table, condition, orders);
		const end = limit === undefined ? Number.POSITIVE_INFINITY : offset + limit;
		const enough = ordered ? end : Number.POSITIVE_INFINITY;
		const found: Row[] = [];
		for (const row of rows) {
			if (found.length >= enough) break;
			if (!this.#organization.isVisible(row) || (row.deleted && !this.#all)) continue;
			if (test(row)) found.push(row);
		}
		if (!ordered) found.sort(this.#sorter(orders));
		return found.slice(offset, end);
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
		const column = this.#column(comparison.field);
		if (!column.field.filterable) {
			const message = `field '${column.field.name}' can not be filtered in a query call`;
			throw this.#refusal('INVALID_FIELD', comparison.field, message);
		}
		const test = testOf(column.field, comparison, this.#organization.clock.now());
		return (row) => test(this.#read(row, column, true));
	}

	#read(row: Row, { field, relationship }: Column, raw: boolean): unknown {
		if (relationship === undefined) return this.#organization.value(row, field, raw);
		const parent = this.#organization.parent(row, relationship)?.row;
		return parent ? this.#organization.value(parent, field, raw) : null;
	}

	/** Text is sorted without regard to case, ids by code unit; empty comes first. */
	#sorter(orders: readonly Order[]): (a: Row, b: Row) => number {
		const columns = orders.map((order) => ({ ...order, column: this.#column(order.field) }));
		const key = (row: Row, column: Column): string | number | null => {
			const value = this.#read(row, column, true) as string | number | null;
			const isText = typeof value === 'string' && !/^(id|reference)$/.test(column.field.type);
			return isText ? value.toLowerCase() : value;
		};
		return (a, b) => {
			for (const { column, order = 'ASC', nulls = 'FIRST' } of columns) {
				const [left, right] = [key(a, column), key(b, column)];
				if (left === right) continue;
				if (left === null || right === null)
					return (left === null) === (nulls === 'FIRST') ? -1 : 1;
				return left < right === (order === 'ASC') ? -1 : 1;
			}
			return 0;
		};
	}

	#selected({ type, field, rawValue }: Selected): Column {
		if (type === 'FieldFunctionExpression' || type === 'FieldSubquery') {
			throw malformed('This form of SELECT is not supported by the sandbox');
		}
		return this.#column(rawValue ?? field ?? '');
	}

	/** A field by its path; a hidden or unknown one is refused with the words of the real one. */
	#column(path: string): Column {
		const [first = '', second, third] = path.split('.');
		const { schema } = this.#organization;
		if (second === undefined) {
			const field = schema.field(this.#object, first);
			if (field) return { field };
			throw this.#noSuchColumn(path, first, this.#object);
		}
		const reference = schema.field(this.#object, `${first}Id`);
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

	#show(row: Row, columns: readonly Column[], version: string): object {
		const record: Record<string, unknown> = { attributes: attributes(row, version) };
		for (const column of columns) {
			const { relationship, field } = column;
			if (relationship === undefined) {
				record[field.name] = this.#read(row, column, false);
				continue;
			}
			const parent = this.#organization.parent(row, relationship)?.row;
			const shown = record[relationship] ?? (parent && { attributes: attributes(parent, version) });
			record[relationship] = shown
				? { ...shown, [field.name]: this.#read(row, column, false) }
				: null;
		}
		return record;
	}
}

/** "COUNT()" or "COUNT(field)" when that is what is selected. */
function countOf([first]: readonly Selected[]): 'COUNT()' | 'COUNT(field)' | undefined {
	if (first?.functionName?.toUpperCase() !== 'COUNT') return undefined;
	return first.parameters?.length ? 'COUNT(field)' : 'COUNT()';
}
