import type { SalesforceRecord } from '../changes/change.ts';
import { attributeKind, findAttribute } from './field.ts';
import type { BrevoAttribute, SalesforceField } from './field.ts';
import { valueAt } from './map-record.ts';
import { familyOf } from './pairing.ts';
import type { Refusal } from './refusal.ts';
import { cleanText } from './text.ts';

/** Attribute name to the choices that it lacks. */
export type MissingChoices = ReadonlyMap<string, ReadonlySet<string>>;

export interface RejectedRecord {
	readonly record: SalesforceRecord;
	readonly reasons: readonly Refusal[];
}

/**
 * The choices that would let these records through (limit category-option). Not those of a record
 * that is rejected for something else too, and not what stands in a free text: that could be
 * anything.
 */
export function missingChoices(
	rejected: readonly RejectedRecord[],
	fields: readonly SalesforceField[],
	attributes: readonly BrevoAttribute[],
): MissingChoices {
	// By the spelling without case: "Sport" and "sport" are one choice, as in the conversion.
	const missing = new Map<string, Map<string, string>>();
	for (const { record, reasons } of rejected) {
		if (reasons.some(({ limit }) => limit !== 'category-option')) continue;
		for (const { field = '', attribute: name = '' } of reasons) {
			const attribute = findAttribute(name, attributes);
			if (attribute === undefined || !isPicklist(field, fields)) continue;
			const choices = missing.get(attribute.name) ?? new Map<string, string>();
			for (const text of choicesOf(valueAt(record, field), attribute)) {
				const key = text.toLowerCase();
				if (!has(attribute, text) && !choices.has(key)) choices.set(key, text);
			}
			if (choices.size > 0) missing.set(attribute.name, choices);
		}
	}
	return new Map([...missing].map(([name, choices]) => [name, new Set(choices.values())]));
}

function isPicklist(name: string, fields: readonly SalesforceField[]): boolean {
	const field = fields.find((candidate) => candidate.name === name);
	const family = field && familyOf(field);
	return family === 'choice' || family === 'choices';
}

/** Brevo OpenAPI, updateAttribute: options have up to 200 characters. */
const LONGEST_CHOICE = 200;

/** Salesforce reference: a multi-select picklist reads "a;b". */
function choicesOf(value: unknown, attribute: BrevoAttribute): string[] {
	if (typeof value !== 'string') return [];
	const texts = attributeKind(attribute) === 'choices' ? value.split(';') : [value];
	return texts.map(cleanText).filter((text) => text !== '' && text.length <= LONGEST_CHOICE);
}

/** Compared as the conversion does, without regard to case. */
export function has(attribute: BrevoAttribute, choice: string): boolean {
	const known = [
		...(attribute.enumeration ?? []).map(({ label }) => label),
		...(attribute.multiCategoryOptions ?? []),
	];
	return known.some((option) => option.toLowerCase() === choice.toLowerCase());
}
