import type { Lifts } from '../limits/table.ts';
import { attributeKind, withBuiltIns } from './field.ts';
import type { BrevoAttribute, SalesforceField } from './field.ts';
import { familyOf, limitsOfField, limitsOfKind } from './pairing.ts';

/** One entry of a dropdown. */
export interface Option {
	readonly name: string;
	readonly value: string;
}

/** "Birthdate (Birthdate, date)": label, API name, type. */
export const fieldLabel = ({ label, name, type }: SalesforceField): string =>
	`${label} (${name}, ${type})`;

/** Types of attributes in the words of Brevo's own screens. */
const KIND_WORDS = {
	email: 'e-mail',
	phone: 'phone',
	text: 'text',
	date: 'date',
	number: 'number',
	boolean: 'yes/no',
	category: 'category',
	choices: 'multiple choice',
} as const;

/** "BIRTHDAY (date)". */
export function attributeLabel(attribute: BrevoAttribute): string {
	const kind = attributeKind(attribute);
	return `${attribute.name} (${kind === undefined ? 'read-only' : KIND_WORDS[kind]})`;
}

const byName = (left: Option, right: Option): number => left.name.localeCompare(right.name, 'en');

/** The fields that a mapping may name, by label. Formula, yes/no and picklist fields when lifted. */
export function fieldOptions(fields: readonly SalesforceField[], lifts: Lifts): Option[] {
	return fields
		.filter((field) => {
			const family = familyOf(field);
			const mappable = family !== undefined && family !== 'compound' && family !== 'opaque';
			return mappable && limitsOfField(field).every((limit) => lifts.has(limit));
		})
		.map((field) => ({ name: fieldLabel(field), value: field.name }))
		.sort(byName);
}

/** The attributes that can be written, EMAIL and SMS first, the rest by name. */
export function attributeOptions(attributes: readonly BrevoAttribute[], lifts: Lifts): Option[] {
	const writable = withBuiltIns(attributes).filter((attribute) => {
		const kind = attributeKind(attribute);
		return kind !== undefined && limitsOfKind(kind).every((limit) => lifts.has(limit));
	});
	const isFirst = ({ value }: Option): boolean => value === 'EMAIL' || value === 'SMS';
	const options = writable
		.map((attribute) => ({ name: attributeLabel(attribute), value: attribute.name }))
		.sort(byName);
	return [...options.filter(isFirst), ...options.filter((option) => !isFirst(option))];
}
