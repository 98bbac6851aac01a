import type { SalesforceFieldType } from './field.ts';

/** Salesforce field types that behave alike in a mapping. */
export type FieldFamily =
	| 'text'
	| 'email'
	| 'phone'
	| 'date'
	| 'moment'
	| 'number'
	| 'boolean'
	| 'choice'
	| 'choices'
	/** An object in REST, absent from Bulk 2.0; its parts are fields of their own. */
	| 'compound'
	/** No value that a contact attribute could hold. */
	| 'opaque';

export const FAMILIES = {
	string: 'text',
	textarea: 'text',
	url: 'text',
	id: 'text',
	reference: 'text',
	encryptedstring: 'text',
	time: 'text',
	email: 'email',
	phone: 'phone',
	date: 'date',
	datetime: 'moment',
	int: 'number',
	long: 'number',
	double: 'number',
	currency: 'number',
	percent: 'number',
	boolean: 'boolean',
	picklist: 'choice',
	combobox: 'choice',
	multipicklist: 'choices',
	address: 'compound',
	location: 'compound',
	base64: 'opaque',
	anyType: 'opaque',
	complexvalue: 'opaque',
	json: 'opaque',
} as const satisfies Record<SalesforceFieldType, FieldFamily>;
