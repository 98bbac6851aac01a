import type { SalesforceFieldType } from '../mapping/field.ts';

/** Operator to its name in the node. */
export const OPERATORS = {
	contains: 'Contains',
	equals: 'Equals',
	greaterThan: 'Greater Than',
	in: 'Is One Of',
	isEmpty: 'Is Empty',
	isNotEmpty: 'Is Not Empty',
	lessThan: 'Less Than',
	notEquals: 'Not Equals',
	startsWith: 'Starts With',
} as const;

/** Types that SOQL compares in the same way. */
export type FilterFamily =
	'text' | 'id' | 'boolean' | 'number' | 'date' | 'datetime' | 'multipicklist';

const EMPTINESS = ['isEmpty', 'isNotEmpty'] as const;
const EQUALITY = ['equals', 'notEquals'] as const;
const ORDER = ['greaterThan', 'lessThan'] as const;

/** SOQL reference: comparison operators by data type. A boolean is never empty. */
export const OPERATORS_OF = {
	text: ['contains', 'startsWith', ...EQUALITY, 'in', ...EMPTINESS],
	id: [...EQUALITY, 'in', ...EMPTINESS],
	boolean: EQUALITY,
	number: [...EQUALITY, ...ORDER, 'in', ...EMPTINESS],
	date: [...EQUALITY, ...ORDER, 'in', ...EMPTINESS],
	datetime: [...EQUALITY, ...ORDER, 'in', ...EMPTINESS],
	multipicklist: ['contains', ...EQUALITY, 'in', ...EMPTINESS],
} as const satisfies Record<FilterFamily, ReadonlyArray<keyof typeof OPERATORS>>;

const FAMILIES = {
	string: 'text',
	textarea: 'text',
	email: 'text',
	url: 'text',
	phone: 'text',
	picklist: 'text',
	combobox: 'text',
	id: 'id',
	reference: 'id',
	boolean: 'boolean',
	int: 'number',
	long: 'number',
	double: 'number',
	currency: 'number',
	percent: 'number',
	date: 'date',
	datetime: 'datetime',
	multipicklist: 'multipicklist',
	// Not filterable, or not by anything that a row can hold.
	time: undefined,
	encryptedstring: undefined,
	address: undefined,
	location: undefined,
	base64: undefined,
	anyType: undefined,
	complexvalue: undefined,
	json: undefined,
} as const satisfies Record<SalesforceFieldType, FilterFamily | undefined>;

/** Field type to family; undefined when rows cannot filter by it. */
export const FAMILY_BY_TYPE: Readonly<Record<string, FilterFamily | undefined>> = FAMILIES;
