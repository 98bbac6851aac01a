import type { SalesforceRecord } from '../changes/change.ts';
import { convertValue } from './convert.ts';
import type { MappingOptions } from './convert.ts';
import type { AttributeValue } from './converters.ts';
import { findAttribute } from './field.ts';
import type { BrevoAttribute, SalesforceField } from './field.ts';
import type { Mapping } from './pairs.ts';
import type { Refusal } from './refusal.ts';

export interface MappedContact {
	/** Brevo keeps the address beside the attributes. */
	readonly email?: string;
	/** 18-character Salesforce id (decision 9); absent when the record brings none. */
	readonly ext_id?: string;
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	/** Only ever true: `false` would re-allow a person who opted out (decision 10). */
	readonly emailBlacklisted?: true;
}

interface EmailNote {
	/**
	 * EMAIL is mapped and empty. Who knows that the contact was once written with an address
	 * freezes it (limit email-emptied).
	 */
	readonly emailEmptied: boolean;
}

export type MappedRecord = EmailNote &
	(
		| {
				readonly kind: 'mapped';
				readonly contact: MappedContact;
				/** Values that are not sent on purpose (limit phone-cleared). */
				readonly leftOut: readonly Refusal[];
		  }
		/** Every reason, not only the first; the whole record is held back (R13). */
		| { readonly kind: 'rejected'; readonly reasons: readonly Refusal[] }
	);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null;

/**
 * The value of a field or path. `undefined` means that the record does not bring the field (it was
 * not selected), `null` that it is empty; a path through an empty parent is empty.
 */
export function valueAt(record: SalesforceRecord, path: string): unknown {
	if (Object.hasOwn(record, path)) return record[path];
	let value: unknown = record;
	for (const step of path.split('.')) {
		if (value === null) return null;
		if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
		value = value[step];
	}
	return value;
}

const extId = ({ Id: id }: SalesforceRecord): string | undefined =>
	typeof id === 'string' && /^[a-zA-Z0-9]{18}$/.test(id) ? id : undefined;

/**
 * A Salesforce record as a Brevo contact. Takes a mapping that `resolveAttributes` and `preflight`
 * have seen. One bad value rejects the record, of whatever type: Brevo would take the rest and
 * silently drop the value. A field that the record does not bring is not sent, so it stays as it
 * is in Brevo.
 */
export function mapRecord(
	record: SalesforceRecord,
	mapping: Mapping,
	fields: readonly SalesforceField[],
	attributes: readonly BrevoAttribute[],
	options: MappingOptions = {},
): MappedRecord {
	const values = new Map<string, AttributeValue>();
	const reasons: Refusal[] = [];
	const leftOut: Refusal[] = [];
	for (const { rule, ...row } of mapping) {
		const field = fields.find(({ name }) => name === row.field);
		const attribute = findAttribute(row.attribute, attributes);
		if (field === undefined || attribute === undefined) {
			reasons.push({ limit: field === undefined ? 'field-missing' : 'attribute-missing', ...row });
			continue;
		}
		const value = valueAt(record, row.field);
		if (value === undefined) continue;
		const converted = convertValue(value, field, attribute, options);
		if (!converted.ok) {
			const { limit, shape } = converted;
			reasons.push({ limit, ...row, ...(shape === undefined ? {} : { shape }) });
		} else if (converted.value === undefined) leftOut.push(converted.leftOut);
		else if (rule === 'neverBlank' && isBlank(converted.value)) continue;
		else values.set(attribute.name, converted.value);
	}
	return settle(record, Object.fromEntries(values), reasons, leftOut);
}

const isBlank = (value: AttributeValue): boolean =>
	value === '' || (Array.isArray(value) && value.length === 0);

function settle(
	record: SalesforceRecord,
	values: Readonly<Record<string, AttributeValue>>,
	reasons: readonly Refusal[],
	leftOut: readonly Refusal[],
): MappedRecord {
	const { EMAIL: address, ...attributes } = values;
	const emailEmptied = address === '';
	const email = typeof address === 'string' && address !== '' ? address : undefined;
	if (reasons.length > 0) return { kind: 'rejected', reasons, emailEmptied };
	if (email === undefined && attributes['SMS'] === undefined) {
		return { kind: 'rejected', reasons: [{ limit: 'email-or-sms-missing' }], emailEmptied };
	}
	const id = extId(record);
	const contact = {
		...(email === undefined ? {} : { email }),
		...(id === undefined ? {} : { ext_id: id }),
		attributes,
	};
	return { kind: 'mapped', contact, leftOut, emailEmptied };
}
