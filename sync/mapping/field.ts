import { entryOf } from '../entry-of.ts';

/** Both sides of a mapping row: what Salesforce and Brevo tell about their fields. */

/** Salesforce reference: field types of `describe`. */
export const SALESFORCE_FIELD_TYPES = [
	'string',
	'textarea',
	'email',
	'url',
	'phone',
	'id',
	'reference',
	'picklist',
	'combobox',
	'multipicklist',
	'boolean',
	'date',
	'datetime',
	'time',
	'int',
	'long',
	'double',
	'currency',
	'percent',
	'encryptedstring',
	'address',
	'location',
	'base64',
	'anyType',
	'complexvalue',
	'json',
] as const;
export type SalesforceFieldType = (typeof SALESFORCE_FIELD_TYPES)[number];

/** The part of a field's describe that a mapping needs. */
export interface SalesforceField {
	/** API name; a field of a parent record as a path ("Account.Name"). */
	readonly name: string;
	readonly label: string;
	/** One of SALESFORCE_FIELD_TYPES; a type that Salesforce adds later is not offered. */
	readonly type: string;
	/** Most characters of a text; 0 for other types. */
	readonly length?: number;
	readonly nillable?: boolean;
	readonly updateable?: boolean;
	readonly filterable?: boolean;
	/** True for formula and roll-up fields. */
	readonly calculated?: boolean;
	readonly compoundFieldName?: string | null;
	readonly picklistValues?: ReadonlyArray<{
		readonly value: string;
		readonly label?: string | null;
		readonly active?: boolean;
	}>;
}

export type BrevoAttributeCategory =
	'normal' | 'transactional' | 'category' | 'calculated' | 'global';

/** One entry of `GET /contacts/attributes`. */
export interface BrevoAttribute {
	/** In capitals. */
	readonly name: string;
	readonly category: BrevoAttributeCategory;
	/** text, date, float, id, boolean, category, multiple-choice, user; absent for some categories. */
	readonly type?: string;
	readonly enumeration?: ReadonlyArray<{
		readonly value: number;
		readonly label: string;
		/** Brevo changelog 2026-05-01: `value` is 0 for options whose value is no number. */
		readonly valueStr?: string;
	}>;
	readonly multiCategoryOptions?: readonly string[];
}

/** What an attribute holds, as far as writing to it goes. */
export type AttributeKind =
	'email' | 'phone' | 'text' | 'date' | 'number' | 'boolean' | 'category' | 'choices';

/** Identifiers that every account has although `GET /contacts/attributes` may not list them. */
const BUILT_IN: readonly BrevoAttribute[] = [
	{ name: 'EMAIL', category: 'normal', type: 'text' },
	{ name: 'SMS', category: 'normal', type: 'text' },
];

/** Attributes whose name decides what they hold; Brevo lists them as plain text. */
const KIND_BY_NAME: Readonly<Record<string, AttributeKind>> = {
	EMAIL: 'email',
	SMS: 'phone',
	WHATSAPP: 'phone',
	LANDLINE_NUMBER: 'phone',
};

const KIND_BY_TYPE: Readonly<Record<string, AttributeKind>> = {
	text: 'text',
	date: 'date',
	float: 'number',
	boolean: 'boolean',
	category: 'category',
	'multiple-choice': 'choices',
};

/** All attributes that rows may name: those of the account, EMAIL and SMS in any case. */
export function withBuiltIns(attributes: readonly BrevoAttribute[]): BrevoAttribute[] {
	const names = new Set(attributes.map(({ name }) => name));
	return [...BUILT_IN.filter(({ name }) => !names.has(name)), ...attributes];
}

/** The attribute of that name, built-in ones included. */
export function findAttribute(
	name: string,
	attributes: readonly BrevoAttribute[],
): BrevoAttribute | undefined {
	return (
		attributes.find((attribute) => attribute.name === name) ??
		BUILT_IN.find((attribute) => attribute.name === name)
	);
}

/** What the attribute holds, or undefined when nothing can be written to it. */
export function attributeKind(attribute: BrevoAttribute): AttributeKind | undefined {
	// The sync keeps the Salesforce id in EXT_ID (decision 9).
	if (attribute.name === 'EXT_ID') return undefined;
	const named = entryOf(KIND_BY_NAME, attribute.name);
	if (named !== undefined) return named;
	if (attribute.category === 'category') return 'category';
	if (attribute.category !== 'normal') return undefined;
	return entryOf(KIND_BY_TYPE, attribute.type ?? 'text');
}
