import { entryOf } from '../entry-of.ts';
import type { SalesforceObject, SalesforceRecord } from '../changes/change.ts';
import { emptyRequiredRows } from '../limits/checks/required-in-brevo.ts';
import { carriedBack, convertBack } from './convert-back.ts';
import type { FieldValue } from './convert-back.ts';
import { convertValue } from './convert.ts';
import type { MappingOptions } from './convert.ts';
import { findAttribute } from './field.ts';
import type { BrevoAttribute, SalesforceField } from './field.ts';
import { canonicalValue } from './field-values.ts';
import { valueAt } from './map-record.ts';
import type { Mapping, MappingRow } from './pairs.ts';
import type { Refusal } from './refusal.ts';

/** The integration's mapping, which `resolveAttributes` and `preflight` have seen. */
export interface BackMapping {
	readonly rows: Mapping;
	readonly fields: readonly SalesforceField[];
	readonly attributes: readonly BrevoAttribute[];
	readonly object: SalesforceObject;
	readonly options: MappingOptions;
}

/** A contact as GET /contacts answers: the address beside the attributes, phones among them. */
export interface BrevoState {
	readonly email?: string;
	readonly attributes: Readonly<Record<string, unknown>>;
}

export type MappedBack =
	| {
			readonly kind: 'mapped';
			/** Salesforce API name to value; only rows that can be carried. */
			readonly fields: Readonly<Record<string, FieldValue>>;
			/** Attribute name to canonical value of every carried row, EMAIL included. */
			readonly canonical: Readonly<Record<string, string>>;
			/** The rows of `fields` and `canonical`. */
			readonly carried: readonly MappingRow[];
	  }
	/** Every reason, not only the first; nothing of the contact is written. */
	| { readonly kind: 'rejected'; readonly reasons: readonly Refusal[] };

const valueOf = ({ email, attributes }: BrevoState, name: string): unknown =>
	name === 'EMAIL' ? email : entryOf(attributes, name);

/**
 * A Brevo contact as fields of its Salesforce record. An attribute that the contact does not bring
 * is empty: Brevo leaves empty ones out. One bad value rejects the contact, as on the way there
 * (help page R13). Where two rows name one field, the first that can be carried fills it.
 */
export function mapBack(state: BrevoState, mapping: BackMapping): MappedBack {
	const fields = new Map<string, FieldValue>();
	const canonical = new Map<string, string>();
	const carried: MappingRow[] = [];
	const reasons = [...missing(mapping), ...emptyRequired(state, mapping)];
	for (const row of carriedBack(mapping)) {
		const { field, attribute } = sidesOf(row, mapping.fields, mapping.attributes);
		if (field === undefined || attribute === undefined) continue;
		const value = valueOf(state, attribute.name);
		const converted = convertBack(value, field, attribute, mapping.object, mapping.options);
		if (!converted.ok) {
			const { limit, shape } = converted;
			reasons.push({ limit, ...whereOf(row), ...(shape === undefined ? {} : { shape }) });
		} else if (converted.value !== undefined) {
			fields.set(field.name, converted.value);
			canonical.set(attribute.name, canonicalValue(attribute, value));
			carried.push(row);
		}
	}
	return reasons.length > 0
		? { kind: 'rejected', reasons }
		: {
				kind: 'mapped',
				fields: Object.fromEntries(fields),
				canonical: Object.fromEntries(canonical),
				carried,
			};
}

const whereOf = ({ field, attribute }: MappingRow): Omit<Refusal, 'limit'> => ({
	field,
	attribute,
});

interface Sides {
	readonly field: SalesforceField | undefined;
	readonly attribute: BrevoAttribute | undefined;
}

const sidesOf = (
	row: MappingRow,
	fields: readonly SalesforceField[],
	attributes: readonly BrevoAttribute[],
): Sides => ({
	field: fields.find(({ name }) => name === row.field),
	attribute: findAttribute(row.attribute, attributes),
});

/** Of an attribute that vanished nothing is known; it must not be taken for empty. */
function missing({ rows, fields, attributes }: BackMapping): Refusal[] {
	return rows
		.filter(({ field }) => !field.includes('.'))
		.flatMap((row): Refusal[] => {
			const sides = sidesOf(row, fields, attributes);
			const where = whereOf(row);
			if (sides.field === undefined) return [{ limit: 'field-missing', ...where }];
			return sides.attribute === undefined ? [{ limit: 'attribute-missing', ...where }] : [];
		});
}

/** Limit last-name-or-company-empty. What cleaning leaves nothing of is empty as well. */
function emptyRequired(state: BrevoState, { rows, attributes }: BackMapping): Refusal[] {
	const values = new Map<string, string>();
	const known = rows.filter(({ attribute: name }) => {
		const attribute = findAttribute(name, attributes);
		if (attribute !== undefined) values.set(name, canonicalValue(attribute, valueOf(state, name)));
		return attribute !== undefined;
	});
	return emptyRequiredRows(Object.fromEntries(values), known).map((row) => ({
		limit: 'last-name-or-company-empty',
		...whereOf(row),
	}));
}

/**
 * The same canonical values from the Salesforce side: what the way there would send for the field
 * of each row. `undefined` for a value that cannot be converted or that the record does not bring.
 */
export function canonicalOfRecord(
	record: SalesforceRecord,
	rows: Mapping,
	fields: readonly SalesforceField[],
	attributes: readonly BrevoAttribute[],
	options: MappingOptions = {},
): Readonly<Record<string, string | undefined>> {
	const entries = rows.map((row): [string, string | undefined] => {
		const { field, attribute } = sidesOf(row, fields, attributes);
		const value = valueAt(record, row.field);
		if (field === undefined || attribute === undefined || value === undefined) {
			return [row.attribute, undefined];
		}
		const converted = convertValue(value, field, attribute, options);
		// An emptied phone is not sent, yet it is empty in Salesforce (limit phone-cleared).
		return [row.attribute, converted.ok ? canonicalValue(attribute, converted.value) : undefined];
	});
	return Object.fromEntries(entries);
}
