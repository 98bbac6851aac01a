import { DateTime } from 'luxon';
import type { SalesforceObject } from '../changes/change.ts';
import { failed, passed } from '../limits/checks/checked.ts';
import type { Checked } from '../limits/checks/checked.ts';
import { checkDate } from '../limits/checks/date.ts';
import { checkLength } from '../limits/checks/length.ts';
import { checkNumber } from '../limits/checks/number.ts';
import { shapeOf } from '../limits/checks/shape.ts';
import { AS_BREVO_DOCUMENTS } from '../limits/table.ts';
import type { MappingOptions } from './convert.ts';
import type { FieldFamily } from './family.ts';
import { findAttribute } from './field.ts';
import type { AttributeKind, BrevoAttribute, SalesforceField } from './field.ts';
import { categoryOption, isSyntheticAddress, keptValue } from './field-values.ts';
import type { KeptValue } from './field-values.ts';
import { familyOf, pair } from './pairing.ts';
import type { Mapping, MappingRow } from './pairs.ts';
import type { Refusal } from './refusal.ts';
import { cleanText } from './text.ts';

/** Salesforce empties a field with null. */
export type FieldValue = string | number | boolean | null;

export type ConvertedBack =
	/** `undefined`: nothing is written to this field, on purpose. */
	| { readonly ok: true; readonly value: FieldValue | undefined }
	| ({ readonly ok: false } & Refusal);

/**
 * What the attribute of a row holds if its changes can go back into the field; undefined if they
 * cannot: formulas, fields that the user may not edit, fields of a parent record, pairs that are
 * not mapped, and moments, whose time of day a Brevo date has lost.
 */
function kindCarriedBack(
	field: SalesforceField,
	attribute: BrevoAttribute,
	options: MappingOptions = {},
): AttributeKind | undefined {
	const { name, updateable, calculated } = field;
	if (name.includes('.') || updateable === false || calculated === true) return undefined;
	const pairing = pair(field, attribute, options.lifts ?? AS_BREVO_DOCUMENTS);
	if (!pairing.ok) return undefined;
	return familyOf(field) === 'moment' && pairing.kind === 'date' ? undefined : pairing.kind;
}

/**
 * The rows whose changes in Brevo can go back. Where several name one field, the first of them:
 * two attributes cannot both fill it.
 */
export function carriedBack(mapping: {
	readonly rows: Mapping;
	readonly fields: readonly SalesforceField[];
	readonly attributes: readonly BrevoAttribute[];
	readonly options: MappingOptions;
}): MappingRow[] {
	const taken = new Set<string>();
	return mapping.rows.filter((row) => {
		const field = mapping.fields.find(({ name }) => name === row.field);
		const attribute = findAttribute(row.attribute, mapping.attributes);
		if (field === undefined || attribute === undefined || taken.has(row.field)) return false;
		const isCarried = kindCarriedBack(field, attribute, mapping.options) !== undefined;
		if (isCarried) taken.add(row.field);
		return isCarried;
	});
}

type Scalar = string | number | boolean;
type Read = Scalar | readonly string[];

const isScalar = (value: unknown): value is Scalar =>
	typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Text as it stands in Brevo; the canonical form would also fold case. */
const readText = (value: unknown): Checked<string> =>
	isScalar(value) ? passed(cleanText(String(value))) : failed('value-type', shapeOf(value));

/** What the value says, in Salesforce's terms; refused when it does not fit its own attribute. */
function read(
	value: unknown,
	kept: KeptValue,
	kind: AttributeKind,
	attribute: BrevoAttribute,
): Checked<Read> {
	switch (kind) {
		case 'phone':
			return typeof kept === 'string' && /^\d+$/.test(kept)
				? passed(`+${kept}`)
				: failed('phone-digits', shapeOf(value));
		case 'date':
			return checkDate(kept);
		case 'number':
			return checkNumber(kept);
		case 'boolean':
			return typeof kept === 'boolean' ? passed(kept) : failed('value-type', shapeOf(value));
		case 'category': {
			const option = categoryOption(value, attribute);
			return option === undefined
				? failed('category-option', shapeOf(value))
				: passed(option.label);
		}
		case 'choices':
			return typeof kept === 'object' ? passed(kept) : failed('value-type', shapeOf(value));
		case 'email':
		case 'text':
			return readText(value);
	}
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/;

/** Limit `date-format` for a text that stands for a moment: a date, a time and its offset. */
function toMoment(value: Read): Checked<string> {
	const text = typeof value === 'string' ? value : '';
	return MOMENT.test(text) && DateTime.fromISO(text).isValid
		? passed(text)
		: failed('date-format', shapeOf(value));
}

/** Salesforce refuses decimals in an integer; rounding here would come back as a change. */
function toNumber(value: Read, { type }: SalesforceField): Checked<number> {
	const number = checkNumber(value);
	const whole = type === 'int' || type === 'long';
	return number.ok && whole && !Number.isInteger(number.value)
		? failed('value-type', shapeOf(value))
		: number;
}

/** The way there writes a checkbox as true or false, into text attributes as well. */
function toBoolean(value: Read): Checked<boolean> {
	if (value === true || value === 'true') return passed(true);
	return value === false || value === 'false'
		? passed(false)
		: failed('value-type', shapeOf(value));
}

/** The picklist's own spelling, since the way there found the option without regard to case. */
function spelled(text: string, { picklistValues = [] }: SalesforceField): string {
	const known = picklistValues.map(({ value }) => value);
	const sameText = (value: string): boolean => value.toLowerCase() === text.toLowerCase();
	return known.find((value) => value === text) ?? known.find(sameText) ?? text;
}

function toChoice(value: Read, field: SalesforceField): Checked<string> {
	const [only, ...more] = typeof value === 'object' ? value : [String(value)];
	return only === undefined || more.length > 0
		? failed('value-type', shapeOf(value))
		: passed(spelled(only, field));
}

/** Salesforce reference: a multi-select picklist reads "a;b"; no choice of it holds a semicolon. */
function toChoices(value: Read, field: SalesforceField): Checked<string> {
	const choices = typeof value === 'object' ? value : String(value).split(';').map(cleanText);
	return typeof value === 'object' && choices.some((choice) => choice.includes(';'))
		? failed('category-option', shapeOf(value))
		: passed(choices.map((choice) => spelled(choice, field)).join(';'));
}

type Writer = (value: Read, field: SalesforceField) => Checked<Scalar>;

const INTO: Readonly<Record<FieldFamily, Writer>> = {
	text: readText,
	email: readText,
	phone: readText,
	date: checkDate,
	moment: toMoment,
	number: toNumber,
	boolean: toBoolean,
	choice: toChoice,
	choices: toChoices,
	// Never paired (see CONVERTERS).
	compound: readText,
	opaque: readText,
};

/**
 * One value of a Brevo contact as Salesforce takes it, or the limit that forbids it. Never throws
 * for a value that came as JSON, and no result holds the value of a refused field.
 */
export function convertBack(
	value: unknown,
	field: SalesforceField,
	attribute: BrevoAttribute,
	object: SalesforceObject,
	options: MappingOptions = {},
): ConvertedBack {
	const kind = kindCarriedBack(field, attribute, options);
	const family = familyOf(field);
	if (kind === undefined || family === undefined) return { ok: true, value: undefined };
	if (kind === 'email' && isSyntheticAddress(value)) return { ok: true, value: undefined };
	const kept = keptValue(attribute, value);
	// A checkbox cannot be null, and an unset yes/no attribute says neither. A contact whose address was
	// taken away in Brevo still has its phone there; emptied in Salesforce it would be frozen.
	const staysAsIs = family === 'boolean' || kind === 'email';
	if (kept === undefined) return { ok: true, value: staysAsIs ? undefined : null };
	const written = write(read(value, kept, kind, attribute), field, family, object);
	if (written.ok) return written;
	const { limit, shape } = written;
	return { ok: false, limit, shape, field: field.name, attribute: attribute.name };
}

function write(
	value: Checked<Read>,
	field: SalesforceField,
	family: FieldFamily,
	object: SalesforceObject,
): Checked<Scalar> {
	const written = value.ok ? INTO[family](value.value, field) : value;
	return written.ok && typeof written.value === 'string'
		? checkLength(written.value, field, object)
		: written;
}
