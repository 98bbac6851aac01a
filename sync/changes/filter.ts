import { entryOf } from '../entry-of.ts';
import type { SalesforceField } from '../mapping/field.ts';
import { FAMILY_BY_TYPE, type FilterFamily, OPERATORS, OPERATORS_OF } from './filter-operators.ts';
import { LiteralError, literal, pattern } from './filter-literals.ts';
import { QueryError } from './soql.ts';

export type FilterOperator = keyof typeof OPERATORS;

export interface FilterRow {
	/** API name of a field of the object. */
	readonly field: string;
	readonly operator: FilterOperator;
	/** Ignored by isEmpty and isNotEmpty. `in` takes a list, or a text separated by commas. */
	readonly value?: unknown;
}

export interface Filter {
	readonly rows: readonly FilterRow[];
	/** Default: all. */
	readonly combine?: 'all' | 'any' | undefined;
}

/**
 * A condition for SOQL's WHERE, or undefined without rows. Values are quoted by the type of their
 * field, so that none can change the query. Throws QueryError (row and remedy, never the value) for
 * a row that Salesforce would refuse or misread.
 */
export function compileFilter(
	{ rows, combine = 'all' }: Filter,
	fields: readonly SalesforceField[],
): string | undefined {
	if (rows.length === 0) return undefined;
	const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
	return rows
		.map((row, index) => condition(row, byName.get(row.field.trim().toLowerCase()), index + 1))
		.join(combine === 'any' ? ' OR ' : ' AND ');
}

function condition(row: FilterRow, field: SalesforceField | undefined, number: number): string {
	const refuse = (message: string, remedy: string) =>
		new QueryError(`Filter ${number}: ${message}`, remedy);
	if (!field) {
		const name = row.field.trim();
		if (name === '') throw refuse('no field is chosen', 'Choose one, or remove the filter.');
		// What is no name may be a value that slipped into the field.
		const shown = /^\w{1,80}$/.test(name) ? ` ${name}` : ' of that name';
		throw refuse(
			`there is no field${shown}, or the Salesforce user may not see it`,
			'Choose a field from the list, or give the user access to it in Salesforce.',
		);
	}
	const named = `“${field.label}” (${field.name})`;
	const family = entryOf(FAMILY_BY_TYPE, field.type);
	if (field.filterable === false || !family) {
		throw refuse(
			`Salesforce cannot filter by ${named}`,
			'Long texts, addresses and encrypted fields cannot be filtered by. Choose another field, or add a Filter node behind the trigger.',
		);
	}
	// Salesforce object reference, Contact: the year of Birthdate is ignored in filters.
	const allowed =
		field.name === 'Birthdate' ? (['isEmpty', 'isNotEmpty'] as const) : OPERATORS_OF[family];
	const operators: readonly string[] = allowed;
	if (!operators.includes(row.operator)) {
		throw refuse(
			`“${operatorName(row.operator)}” does not fit ${named}`,
			`Choose one of: ${allowed.map((operator) => OPERATORS[operator]).join(', ')}.`,
		);
	}
	try {
		return compiled(field.name, family, row);
	} catch (error) {
		if (!(error instanceof LiteralError)) throw error;
		throw refuse(`the value for ${named} ${error.message}`, error.remedy);
	}
}

/** The node's operators are checked, an expression's are not. */
const operatorName = (operator: string): string =>
	entryOf<string>(OPERATORS, operator) ?? 'This operator';

function compiled(name: string, family: FilterFamily, { operator, value }: FilterRow): string {
	const one = () => literal(family, value);
	const many = () =>
		`(${[...new Set(list(value).map((entry) => literal(family, entry)))].join(', ')})`;
	// A multi-select picklist holds several values in one text, "A;B".
	const several = family === 'multipicklist';
	switch (operator) {
		case 'equals':
			return `${name} = ${one()}`;
		case 'notEquals':
			return `${name} != ${one()}`;
		case 'greaterThan':
			return `${name} > ${one()}`;
		case 'lessThan':
			return `${name} < ${one()}`;
		case 'contains':
			return several ? `${name} INCLUDES (${one()})` : `${name} LIKE ${pattern(value, '%', '%')}`;
		case 'startsWith':
			return `${name} LIKE ${pattern(value, '', '%')}`;
		case 'in':
			return `${name} ${several ? 'INCLUDES' : 'IN'} ${many()}`;
		case 'isEmpty':
			return `${name} = null`;
		case 'isNotEmpty':
			return `${name} != null`;
		default:
			return operator satisfies never;
	}
}

function list(value: unknown): unknown[] {
	const entries: unknown[] =
		typeof value === 'string'
			? value
					.split(',')
					.map((entry) => entry.trim())
					.filter((entry) => entry !== '')
			: [value ?? []].flat();
	if (entries.length > 0) return entries;
	throw new LiteralError('is empty', 'Enter one or more values, separated by commas.');
}
