import type { CountryCode } from '../limits/checks/phone.ts';
import { AS_BREVO_DOCUMENTS } from '../limits/table.ts';
import type { Lifts } from '../limits/table.ts';
import type { AttributeValue } from './converters.ts';
import type { AttributeKind, BrevoAttribute, SalesforceField } from './field.ts';
import { pair } from './pairing.ts';
import type { Refusal } from './refusal.ts';
import { cleanText } from './text.ts';

export interface MappingOptions {
	/** Country of phone numbers that are written without a country code. */
	readonly defaultCountry?: CountryCode | undefined;
	/** IANA zone in which a date and time becomes a day; UTC when absent. */
	readonly zone?: string | undefined;
	/** Limits that are switched off; none when absent. */
	readonly lifts?: Lifts | undefined;
}

export type Converted =
	| { readonly ok: true; readonly value: AttributeValue }
	/** Nothing is sent for this attribute, on purpose. */
	| { readonly ok: true; readonly value: undefined; readonly leftOut: Refusal }
	| ({ readonly ok: false } & Refusal);

/**
 * What an emptied field writes. "" clears a text (brevo.md 2.9: there is no null). For dates and
 * numbers Brevo's reference does not say; "" either clears them or is ignored like any value of
 * another type, so it is the one thing that cannot do harm. A phone is left as it is (R12).
 */
const CLEARED: Readonly<Record<AttributeKind, AttributeValue | undefined>> = {
	email: '',
	phone: undefined,
	text: '',
	date: '',
	number: '',
	boolean: '',
	category: '',
	choices: [],
};

/** True for what Salesforce shows as an empty field. */
export const isEmpty = (value: unknown): boolean =>
	value === null || value === undefined || (typeof value === 'string' && cleanText(value) === '');

/**
 * One value of a record as Brevo takes it, or the limit that forbids it. Never throws, and no
 * result holds the value of a refused field.
 */
export function convertValue(
	value: unknown,
	field: SalesforceField,
	attribute: BrevoAttribute,
	options: MappingOptions = {},
): Converted {
	const where = { field: field.name, attribute: attribute.name };
	const pairing = pair(field, attribute, options.lifts ?? AS_BREVO_DOCUMENTS);
	if (!pairing.ok) return { ok: false, limit: pairing.limit, shape: pairing.shape, ...where };
	if (isEmpty(value)) {
		const cleared = CLEARED[pairing.kind];
		return cleared === undefined
			? { ok: true, value: undefined, leftOut: { limit: 'phone-cleared', ...where } }
			: { ok: true, value: cleared };
	}
	const { defaultCountry, zone = 'utc' } = options;
	const converted = pairing.convert(value, { defaultCountry, zone, attribute });
	return converted.ok
		? converted
		: { ok: false, limit: converted.limit, shape: converted.shape, ...where };
}
