import { parseQuery } from '@jetstreamapp/soql-parser-js';
import { Refused } from './answers.ts';
import { testOf } from './compare.ts';
import {
	type Comparison,
	type Condition,
	conditionOf,
	malformed,
	type ParsedWhere,
} from './conditions.ts';
import type { Field } from './fields.ts';
import { eighteen, type ObjectName } from './ids.ts';
import { type Organization, ORGANIZATION_ID } from './organization.ts';
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

/** What the parser library gives, as far as it is understood here. */
interface Parsed {
	readonly sObject?: string;
	readonly fields?: ReadonlyArray<{
		readonly type: string;
		readonly field?: string;
		readonly rawValue?: string;
		readonly functionName?: string;
		readonly relationships?: readonly string[];
		readonly alias?: string;
	}>;
	readonly where?: ParsedWhere;
	readonly orderBy?: unknown;
	readonly groupBy?: unknown;
	readonly having?: unknown;
	readonly limit?: number;
	readonly offset?: number;
}
interface Order {
	readonly field: string;
	readonly order?: 'ASC' | 'DESC';
	readonly nulls?: 'FIRST' | 'LAST';
}

/** Runs one SOQL statement; `all` shows the recycle bin too (queryAll). */
export function runQuery(
	organization: Organization,
	soql: string,
	all: boolean,
	version: string,
): QueryResult {
	const parsed = parse(soql);
	if (parsed.sObject?.toLowerCase() === 'organization') {
		return {
			records: [{ attributes: { type: 'Organization' }, Id: ORGANIZATION_ID, Name: 'Sandbox' }],
		};
	}
	return new Query(organization, soql, parsed, all).run(version);
}

function parse(soql: string): Parsed {
	try {
		const parsed = parseQuery(soql) as unknown as Parsed;
		if (parsed.groupBy || parsed.having)
			throw malformed('GROUP BY is not supported by the sandbox');
		return parsed;
	} catch (error) {
		if (error instanceof Refused) throw error;
		throw malformed(`unexpected token: ${(error as Error).message.split('\n')[0]}`);
	}
}

class Query {
	readonly #organization: Organization;
	readonly #soql: string;
	readonly #parsed: Parsed;
	readonly #all: boolean;
	readonly #object: ObjectName;

	constructor(organization: Organization, soql: string, parsed: Parsed, all: boolean) {
		this.#organization = organization;
		this.#soql = soql;
		this.#parsed = parsed;
		this.#all = all;
		const name = parsed.sObject ?? '';
		const object = (['Contact', 'Lead', 'Account', 'Case'] as const).find(
			(known) => known.toLowerCase() === name.toLowerCase(),
		);
		if (!object) {
			throw new Refused(
				400,
				'INVALID_TYPE',
				`${this.#position(name)}sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
			);
		}
		this.#object = object;
	}

	run(version: string): QueryResult {
		const { fields = [], limit, offset = 0 } = this.#parsed;
		const condition = conditionOf(this.#parsed.where);
		const test = condition ? this.#test(condition) : () => true;
		const orders = this.#orders();
		const counts = fields.some(({ functionName }) => functionName?.toUpperCase() === 'COUNT');
		const columns = counts ? [] : fields.map((field) => this.#column(field));
		const rows = this.#rows(condition, test, orders, counts ? undefined : limit, offset);
		if (counts) return { records: [], count: rows.length };
		return { records: rows.map((row) => this.#show(row, columns, version)) };
	}

	#rows(
		condition: Condition | undefined,
		test: (row: Row) => boolean,
		orders: readonly Order[],
		limit: number | undefined,
		offset: number,
	): Row[] {
		const inStampOrder = orders.length === 0 || isKeyset(orders);
		const enough = inStampOrder && limit !== undefined ? offset + limit : Number.POSITIVE_INFINITY;
		const found: Row[] = [];
		for (const row of this.#candidates(condition)) {
			if (!this.#organization.isVisible(row) || (row.deleted && !this.#all) || !test(row)) continue;
			found.push(row);
			if (found.length >= enough) break;
		}
		if (!inStampOrder) found.sort(this.#sorter(orders));
		return found.slice(offset, limit === undefined ? undefined : offset + limit);
	}

	/** By id where ids are listed, else in the order of the stamps from the lower bound on. */
	*#candidates(condition: Condition | undefined): Generator<Row> {
		const table = this.#organization.table(this.#object);
		const parts = condition?.kind === 'and' ? condition.parts : condition ? [condition] : [];
		const comparisons = parts.filter((part): part is Comparison => part.kind === 'comparison');
		const ids = comparisons.find(
			({ field, operator }) =>
				field.toLowerCase() === 'id' && (operator === 'IN' || operator === '='),
		);
		if (ids) {
			const wanted = typeof ids.value === 'string' ? [ids.value] : ids.value;
			for (const text of new Set(wanted)) {
				const row = table.get(eighteen(text.slice(1, -1)));
				if (row) yield row;
			}
			return;
		}
		const bounds = comparisons
			.filter(
				({ field, operator }) =>
					field.toLowerCase() === 'systemmodstamp' && ['>', '>=', '='].includes(operator),
			)
			.map(({ value }) => Date.parse(String(value)))
			.filter((bound) => !Number.isNaN(bound));
		yield* table.since(Math.max(0, ...bounds));
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
		const column = this.#named(comparison.field);
		if (!column.field.filterable) {
			throw new Refused(
				400,
				'INVALID_FIELD',
				`${this.#position(comparison.field)}field '${column.field.name}' can not be filtered in a query call`,
			);
		}
		const test = testOf(column.field, comparison, this.#organization.clock.now());
		return (row) => test(this.#read(row, column, true));
	}

	#read(row: Row, { field, relationship }: Column, raw: boolean): unknown {
		if (relationship === undefined) return this.#organization.value(row, field, raw);
		const parent = this.#organization.parent(row, relationship)?.row;
		return parent ? this.#organization.value(parent, field, raw) : null;
	}

	#orders(): Order[] {
		const { orderBy } = this.#parsed;
		if (orderBy === undefined) return [];
		const orders = (Array.isArray(orderBy) ? orderBy : [orderBy]) as Order[];
		for (const { field } of orders) this.#named(field);
		return orders;
	}

	#sorter(orders: readonly Order[]): (a: Row, b: Row) => number {
		const columns = orders.map((order) => ({ ...order, column: this.#named(order.field) }));
		return (a, b) => {
			for (const { column, order = 'ASC', nulls = 'FIRST' } of columns) {
				const [left, right] = [this.#read(a, column, true), this.#read(b, column, true)] as [
					string | number | null,
					string | number | null,
				];
				if (left === right) continue;
				if (left === null) return nulls === 'FIRST' ? -1 : 1;
				if (right === null) return nulls === 'FIRST' ? 1 : -1;
				return (left < right ? -1 : 1) * (order === 'DESC' ? -1 : 1);
			}
			return 0;
		};
	}

	#column({ type, field, rawValue }: NonNullable<Parsed['fields']>[number]): Column {
		if (type === 'FieldFunctionExpression' || type === 'FieldSubquery')
			throw malformed('This form of SELECT is not supported by the sandbox');
		return this.#named(rawValue ?? field ?? '');
	}

	/** A field by its path; a hidden or unknown one is refused with the words of the real one. */
	#named(path: string): Column {
		const [first = '', second] = path.split('.');
		const { schema } = this.#organization;
		if (second === undefined) {
			const field = schema.field(this.#object, first);
			if (field) return { field };
		} else {
			const reference = schema.field(this.#object, `${first}Id`);
			const object = reference?.referenceTo.find((name): name is ObjectName =>
				schema.isObject(name),
			);
			const field = object && schema.field(object, second);
			if (field) return { field, relationship: first };
		}
		const entity = second === undefined ? this.#object : first;
		throw new Refused(
			400,
			'INVALID_FIELD',
			`${this.#position(path)}No such column '${second ?? first}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
		);
	}

	/** The query with a caret under the place, as Salesforce shows it. */
	#position(word: string): string {
		const at = Math.max(0, this.#soql.indexOf(word));
		const start = Math.max(0, at - 40);
		return `\n${this.#soql.slice(start, at + word.length + 20)}\n${' '.repeat(at - start)}^\nERROR at Row:1:Column:${at + 1}\n`;
	}

	#show(row: Row, columns: readonly Column[], version: string): object {
		const record: Record<string, unknown> = { attributes: attributes(row, version) };
		for (const column of columns) {
			const value = this.#read(row, column, false);
			const { relationship, field } = column;
			if (relationship === undefined) record[field.name] = value;
			else {
				const parent = this.#organization.parent(row, relationship)?.row;
				const shown = (record[relationship] ??
					(parent && { attributes: attributes(parent, version) })) as
					Record<string, unknown> | undefined;
				if (shown) shown[field.name] = value;
				record[relationship] = shown ?? null;
			}
		}
		return record;
	}
}

const isKeyset = (orders: readonly Order[]): boolean => {
	const [first, second] = orders;
	const ascending = orders.every(({ order = 'ASC' }) => order === 'ASC');
	return (
		ascending &&
		orders.length <= 2 &&
		first?.field === 'SystemModstamp' &&
		(second === undefined || second.field === 'Id')
	);
};

export const attributes = (
	{ object, id }: Pick<Row, 'object' | 'id'>,
	version: string,
): object => ({
	type: object,
	url: `/services/data/v${version}/sobjects/${object}/${id}`,
});
