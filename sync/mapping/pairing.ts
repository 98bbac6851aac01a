import type { LiftableLimitId, LimitId, Lifts } from '../limits/table.ts';
import type { Converter } from './converters.ts';
import { CONVERTERS } from './converters.ts';
import { attributeKind } from './field.ts';
import type { AttributeKind, BrevoAttribute, SalesforceField } from './field.ts';
import { FAMILIES } from './family.ts';
import type { FieldFamily } from './family.ts';

/** Whether a field may go into an attribute, and how. `shape` says in words why not. */
export type Pairing =
	| { readonly ok: true; readonly kind: AttributeKind; readonly convert: Converter }
	| { readonly ok: false; readonly limit: LimitId; readonly shape: string };

const refused = (limit: LimitId, shape: string): Pairing => ({ ok: false, limit, shape });

/** Limits that stand on the Salesforce side alone: what a field dropdown leaves out. */
export function limitsOfField(field: SalesforceField): LiftableLimitId[] {
	const family = familyOf(field);
	const limits: LiftableLimitId[] = [];
	if (field.calculated === true) limits.push('formula-field');
	if (family === 'boolean') limits.push('boolean-field');
	if (family === 'choice' || family === 'choices') limits.push('picklist-field');
	return limits;
}

/** Limits that stand on the Brevo side alone: what an attribute dropdown leaves out. */
export function limitsOfKind(kind: AttributeKind): LiftableLimitId[] {
	if (kind === 'boolean') return ['boolean-field'];
	return kind === 'category' || kind === 'choices' ? ['picklist-field'] : [];
}

/** The family of a field's type; undefined for a type that this package does not know. */
export function familyOf(field: SalesforceField): FieldFamily | undefined {
	return Object.hasOwn(FAMILIES, field.type)
		? FAMILIES[field.type as keyof typeof FAMILIES]
		: undefined;
}

/** Looks a pair up in the table of converters, after the limits that are not lifted. */
export function pair(field: SalesforceField, attribute: BrevoAttribute, lifts: Lifts): Pairing {
	const kind = attributeKind(attribute);
	if (kind === undefined) {
		const what = attribute.name === 'EXT_ID' ? 'it holds the Salesforce id' : attribute.category;
		return refused('attribute-read-only', what);
	}
	const family = familyOf(field);
	if (family === 'compound') return refused('compound-field', field.type);
	const limit = [...limitsOfField(field), ...limitsOfKind(kind)].find((id) => !lifts.has(id));
	if (limit !== undefined) return refused(limit, field.type);
	const convert = family === undefined ? undefined : CONVERTERS[family][kind];
	return convert === undefined
		? refused('attribute-type', `${field.type} does not fit ${attribute.type ?? kind}`)
		: { ok: true, kind, convert };
}
