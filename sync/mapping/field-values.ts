import { checkDate } from '../limits/checks/date.ts';
import { checkEmail } from '../limits/checks/email.ts';
import { checkNumber } from '../limits/checks/number.ts';
import { byText, canonicalText, phoneDigits } from './canonical.ts';
import { isEmpty } from './convert.ts';
import { attributeKind } from './field.ts';
import type { AttributeKind, BrevoAttribute } from './field.ts';
import { cleanText } from './text.ts';

/** A value of an attribute in the one form that all its spellings share. */
export type KeptValue = string | number | boolean | readonly string[];

/** Brevo OpenAPI, GET /contacts: the address that Brevo makes up for a contact that has none. */
const SYNTHETIC_ADDRESS = /@mailin-sms\.com\s*$/i;

/** True for the made-up address of a contact that Brevo knows by its phone only. */
export const isSyntheticAddress = (value: unknown): boolean =>
	typeof value === 'string' && SYNTHETIC_ADDRESS.test(value);

/** Values come out of JSON: what is no text is written as JSON would. */
const textOf = (value: unknown): string =>
	cleanText(typeof value === 'string' ? value : JSON.stringify(value));

function keptEmail(value: unknown): string {
	const address = checkEmail(value);
	return address.ok ? address.value : textOf(value).toLowerCase();
}

/** A Brevo date has no time: should an answer bring one, the day counts as it is written. */
function keptDay(value: unknown): string {
	const text = textOf(value);
	const day = checkDate(/^(\d{4}-\d{2}-\d{2})[T ]/.exec(text)?.[1] ?? text);
	return day.ok ? day.value : text;
}

function keptNumber(value: unknown): number | string {
	const number = checkNumber(value);
	return number.ok ? number.value : textOf(value);
}

/** A CSV import writes true and false as texts. */
function keptBoolean(value: unknown): boolean | string {
	if (typeof value === 'boolean') return value;
	const text = textOf(value);
	const lower = text.toLowerCase();
	return lower === 'true' || lower === 'false' ? lower === 'true' : text;
}

type CategoryOption = NonNullable<BrevoAttribute['enumeration']>[number];

/** As it is sent. Brevo changelog 2026-05-01: `value` is 0 for options whose value is no number. */
const sentValue = ({ value, valueStr }: CategoryOption): string | number =>
	value === 0 ? (valueStr ?? 0) : value;

/** The option that a category value means: by its value, as it is sent, else by its label. */
export function categoryOption(
	value: unknown,
	{ enumeration = [] }: BrevoAttribute,
): CategoryOption | undefined {
	const text = textOf(value);
	return (
		enumeration.find((option) => String(sentValue(option)) === text) ??
		enumeration.find(({ valueStr }) => valueStr === text) ??
		enumeration.find(({ label }) => label === text) ??
		enumeration.find(({ label }) => label.toLowerCase() === text.toLowerCase())
	);
}

function keptOption(value: unknown, attribute: BrevoAttribute): string | number {
	const option = categoryOption(value, attribute);
	return option === undefined ? textOf(value) : sentValue(option);
}

/** Options of a multiple choice are a set. */
function keptChoices(
	value: unknown,
	{ multiCategoryOptions = [] }: BrevoAttribute,
): readonly string[] | undefined {
	const texts = (Array.isArray(value) ? (value as unknown[]) : [value])
		.filter((choice) => !isEmpty(choice))
		.map(textOf)
		.map(
			(text) =>
				multiCategoryOptions.find((option) => option === text) ??
				multiCategoryOptions.find((option) => option.toLowerCase() === text.toLowerCase()) ??
				text,
		);
	return texts.length === 0 ? undefined : [...new Set(texts)].sort(byText);
}

const KEPT: Readonly<
	Record<AttributeKind, (value: unknown, attribute: BrevoAttribute) => KeptValue | undefined>
> = {
	email: (value) => (isSyntheticAddress(value) ? undefined : keptEmail(value)),
	phone: (value) => phoneDigits(textOf(value)) || textOf(value),
	text: textOf,
	date: keptDay,
	number: keptNumber,
	boolean: keptBoolean,
	category: keptOption,
	choices: keptChoices,
};

/**
 * What Brevo answers and what the forward conversion sends, in one form; undefined for what is
 * empty. A value that does not fit its attribute stays as its text.
 */
export function keptValue(attribute: BrevoAttribute, value: unknown): KeptValue | undefined {
	const unsendable = typeof value === 'number' && !Number.isFinite(value);
	if (isEmpty(value) || unsendable || (Array.isArray(value) && value.length === 0))
		return undefined;
	return KEPT[attributeKind(attribute) ?? 'text'](value, attribute);
}

/**
 * One text for a value as Brevo keeps it, the same for all spellings that leave Brevo in the same
 * state and the same as `canonicalText` of what is sent. '' for absent, null, an empty list and an
 * empty text, and for a made-up address.
 */
export const canonicalValue = (attribute: BrevoAttribute, value: unknown): string =>
	canonicalText(attribute.name, keptValue(attribute, value));
