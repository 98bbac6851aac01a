import type { Picklist } from './picklists.ts';

export type FieldType =
	| 'id'
	| 'reference'
	| 'string'
	| 'textarea'
	| 'picklist'
	| 'email'
	| 'phone'
	| 'url'
	| 'boolean'
	| 'date'
	| 'datetime'
	| 'double'
	| 'currency'
	| 'int'
	| 'address';

export interface FieldExtra {
	readonly referenceTo?: readonly string[];
	readonly relationship?: string;
	readonly compound?: string;
	readonly extraType?: string;
	/** Whole number: digits; otherwise precision and scale. */
	readonly digits?: readonly [number, number];
	readonly picklist?: Picklist;
	/** The picklist value that a new record gets. */
	readonly standard?: string;
	readonly restricted?: boolean;
	readonly autoNumber?: boolean;
	readonly nameField?: boolean;
	/** Where it is not three times the length. */
	readonly bytes?: number;
	/** Describe says null although a boolean is never null. */
	readonly noDefault?: boolean;
	/** Which formula of formulas.ts computes it. */
	readonly formula?: string;
}

/**
 * Name, label, type, length, flags. Flags: a aggregatable, c createable, u updateable, n nillable,
 * f filterable, g groupable, s sortable, i idLookup, d defaultedOnCreate, p permissionable,
 * x searchPrefilterable.
 */
export type FieldRow = readonly [
	name: string,
	label: string,
	type: FieldType,
	length: number,
	flags: string,
	extra?: FieldExtra,
];

export interface Field extends FieldExtra {
	readonly name: string;
	readonly label: string;
	readonly type: FieldType;
	/** Characters; 0 for types without a length. */
	readonly length: number;
	readonly flags: string;
	readonly createable: boolean;
	readonly updateable: boolean;
	readonly nillable: boolean;
	readonly filterable: boolean;
	readonly sortable: boolean;
	readonly idLookup: boolean;
	readonly defaultedOnCreate: boolean;
	readonly custom: boolean;
}

export function fieldOf([name, label, type, length, flags, extra = {}]: FieldRow): Field {
	const has = (flag: string): boolean => flags.includes(flag);
	return {
		...extra,
		name,
		label,
		type,
		length,
		flags,
		createable: has('c'),
		updateable: has('u'),
		nillable: has('n'),
		filterable: has('f'),
		sortable: has('s'),
		idLookup: has('i'),
		defaultedOnCreate: has('d'),
		custom: name.endsWith('__c'),
	};
}
