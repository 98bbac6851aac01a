import type { SalesforceRecord } from '../changes/change.ts';
import { attributeKind, findAttribute } from './field.ts';
import type { BrevoAttribute } from './field.ts';
import { valueAt } from './map-record.ts';
import type { Refusal } from './refusal.ts';
import { cleanText } from './text.ts';

/** Attribute name to the choices that it lacks. */
export type MissingChoices = ReadonlyMap<string, ReadonlySet<string>>;

/** The choices that would have let these records through: those of limit category-option. */
export function missingChoices(
	rejected: ReadonlyArray<{
		readonly record: SalesforceRecord;
		readonly reasons: readonly Refusal[];
	}>,
	attributes: readonly BrevoAttribute[],
): MissingChoices {
	const missing = new Map<string, Set<string>>();
	for (const { record, reasons } of rejected) {
		for (const { limit, field, attribute: name } of reasons) {
			if (limit !== 'category-option' || field === undefined || name === undefined) continue;
			const attribute = findAttribute(name, attributes);
			const value = valueAt(record, field);
			if (attribute === undefined || typeof value !== 'string') continue;
			// Salesforce reference: a multi-select picklist reads "a;b".
			const texts = attributeKind(attribute) === 'choices' ? value.split(';') : [value];
			const choices = missing.get(attribute.name) ?? new Set<string>();
			for (const text of texts.map(cleanText)) {
				if (isChoice(text) && !has(attribute, text)) choices.add(text);
			}
			if (choices.size > 0) missing.set(attribute.name, choices);
		}
	}
	return missing;
}

/** Brevo OpenAPI, updateAttribute: options up to 200 characters. */
const isChoice = (text: string): boolean => text !== '' && text.length <= 200;

/** Compared as the conversion does, without regard to case. */
export function has(attribute: BrevoAttribute, choice: string): boolean {
	const known = [
		...(attribute.enumeration ?? []).map(({ label }) => label),
		...(attribute.multiCategoryOptions ?? []),
	];
	return known.some((option) => option.toLowerCase() === choice.toLowerCase());
}
