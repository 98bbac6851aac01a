import { failed, passed } from '../limits/checks/checked.ts';
import type { Checked } from '../limits/checks/checked.ts';
import { checkDate, checkMoment } from '../limits/checks/date.ts';
import { checkEmail } from '../limits/checks/email.ts';
import { checkNumber } from '../limits/checks/number.ts';
import { checkPhone } from '../limits/checks/phone.ts';
import type { CountryCode } from '../limits/checks/phone.ts';
import { shapeOf } from '../limits/checks/shape.ts';
import type { FieldFamily } from './family.ts';
import type { AttributeKind, BrevoAttribute } from './field.ts';
import { cleanText } from './text.ts';

/** Brevo reference: an attribute is a number, a string, a boolean or a list of strings. */
export type AttributeValue = string | number | boolean | readonly string[];

export interface ConversionContext {
	/** Country of phone numbers that are written without a country code. */
	readonly defaultCountry?: CountryCode | undefined;
	/** IANA zone in which a moment becomes a day. */
	readonly zone: string;
	readonly attribute: BrevoAttribute;
}

/** Takes a value that is not empty. Never throws. */
export type Converter = (value: unknown, context: ConversionContext) => Checked<AttributeValue>;

const toText: Converter = (value) => {
	if (typeof value === 'string') return passed(cleanText(value));
	const simple =
		typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
	return simple ? passed(String(value)) : failed('value-type', shapeOf(value));
};

const toBoolean: Converter = (value) =>
	typeof value === 'boolean' ? passed(value) : failed('value-type', shapeOf(value));

const toEmail: Converter = (value) => checkEmail(value);
const toPhone: Converter = (value, { defaultCountry }) => checkPhone(value, defaultCountry);
const toDate: Converter = (value) => checkDate(value);
const toDay: Converter = (value, { zone }) => checkMoment(value, zone);
const toNumber: Converter = (value) => checkNumber(value);

const sameOption = (left: string, right: string): boolean =>
	left.toLowerCase() === right.toLowerCase();

/**
 * The option whose label is the text. Brevo takes the option's value, not its label (a label is
 * silently ignored: sendinblue/APIv3-python-library#65).
 */
const toCategory: Converter = (value, { attribute }) => {
	const text = typeof value === 'string' ? cleanText(value) : '';
	const options = attribute.enumeration ?? [];
	const option =
		options.find(({ label }) => label === text) ??
		options.find(({ label }) => sameOption(label, text));
	if (option === undefined) return failed('category-option', shapeOf(value));
	return passed(option.value === 0 ? (option.valueStr ?? 0) : option.value);
};

/** Salesforce reference: a multi-select picklist reads "a;b". */
const toChoices: Converter = (value, { attribute }) => {
	if (typeof value !== 'string') return failed('value-type', shapeOf(value));
	const options = attribute.multiCategoryOptions ?? [];
	const texts = value
		.split(';')
		.map(cleanText)
		.filter((text) => text !== '');
	const chosen = texts.map(
		(text) => options.find((option) => option === text) ?? options.find((o) => sameOption(o, text)),
	);
	const known = chosen.filter((option) => option !== undefined);
	return known.length === chosen.length
		? passed([...new Set(known)])
		: failed('category-option', shapeOf(value));
};

/**
 * From each family of Salesforce types to each kind of Brevo attribute. What is missing here is
 * not offered, because Brevo ignores a value of the wrong type without a word. Pairs with boolean,
 * choice, choices or category only come into play when their limit is lifted.
 */
export const CONVERTERS: Readonly<
	Record<FieldFamily, Readonly<Partial<Record<AttributeKind, Converter>>>>
> = {
	text: {
		email: toEmail,
		phone: toPhone,
		text: toText,
		date: toDate,
		number: toNumber,
		category: toCategory,
	},
	email: { email: toEmail, text: toText },
	phone: { phone: toPhone, text: toText },
	date: { date: toDate, text: toText },
	moment: { date: toDay, text: toText },
	number: { number: toNumber, text: toText },
	boolean: { boolean: toBoolean, text: toText },
	choice: { text: toText, category: toCategory, choices: toChoices },
	choices: { text: toText, choices: toChoices },
	compound: {},
	opaque: {},
};
