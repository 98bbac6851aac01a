import type { FilterFamily } from './filter-operators.ts';
import { stampOfMs } from './soql.ts';

/** A value that its field cannot be compared with. Holds no value. */
export class LiteralError extends Error {
	override readonly name = 'LiteralError';
	readonly remedy: string;

	/** `message` continues “the value for … ”. */
	constructor(message: string, remedy: string) {
		super(message);
		this.remedy = remedy;
	}
}

/** Salesforce: strings in a condition up to 4,000 characters. */
const LONGEST_TEXT = 4_000;

/** SOQL reference: quoted string escape sequences. */
const ESCAPES: Readonly<Record<string, string>> = {
	'\\': '\\\\',
	"'": "\\'",
	'\n': '\\n',
	'\r': '\\r',
	'\t': '\\t',
	// Line ends too, for some parsers; SOQL takes any character as \uXXXX.
	'\u2028': '\\u2028',
	'\u2029': '\\u2029',
};

const LITERALS: Readonly<Record<FilterFamily, (text: string) => string>> = {
	text: quoted,
	multipicklist: quoted,
	id: (text) => {
		if (/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(text)) return quoted(text);
		throw new LiteralError(
			'is not a Salesforce id',
			'Enter the 15 or 18 letters and digits of the record’s id.',
		);
	},
	boolean: (text) => {
		const word = text.toLowerCase();
		if (word === 'true' || word === 'false') return word;
		throw new LiteralError('is neither true nor false', 'Enter true or false.');
	},
	number: (text) => {
		if (/^[+-]?\d{1,18}(\.\d{1,18})?$/.test(text))
			return text.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1');
		throw new LiteralError('is not a number', 'Write it like 1234.5, without spaces or units.');
	},
	date: (text) => {
		if (RELATIVE_DATE.test(text)) return text.toUpperCase();
		if (isDay(text)) return text;
		throw new LiteralError('is not a date', `Write it as YYYY-MM-DD. ${RELATIVE_HINT}`);
	},
	datetime: (text) => {
		if (RELATIVE_DATE.test(text)) return text.toUpperCase();
		const stamp = isDay(text) ? `${text}T00:00:00Z` : text;
		const at = isDay(stamp.slice(0, 10)) && STAMP.test(stamp) ? Date.parse(stamp) : NaN;
		if (Number.isFinite(at)) return stampOfMs(at);
		throw new LiteralError(
			'is not a time',
			`Write it as YYYY-MM-DDTHH:MM:SSZ, or as YYYY-MM-DD for midnight UTC. ${RELATIVE_HINT}`,
		);
	},
};

const RELATIVE_DATE =
	/^(YESTERDAY|TODAY|TOMORROW|(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)|(LAST|NEXT)_90_DAYS|(LAST|NEXT)_N_(DAYS|WEEKS|MONTHS|YEARS):\d{1,4})$/i;
const RELATIVE_HINT = 'TODAY, LAST_MONTH or LAST_N_DAYS:30 work too.';
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A day of the calendar; JavaScript would turn 30 February into 1 March. */
function isDay(text: string): boolean {
	if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
	const at = Date.parse(`${text}T00:00:00Z`);
	return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}

/** The value as SOQL writes it for this kind of field. Throws LiteralError. */
export function literal(family: FilterFamily, value: unknown): string {
	const exact = textOf(value);
	return LITERALS[family](family === 'text' || family === 'multipicklist' ? exact : exact.trim());
}

/** A LIKE pattern around the value, whose own % and _ stand for themselves. */
export function pattern(value: unknown, before: string, after: string): string {
	const inner = quoted(textOf(value)).slice(1, -1).replace(/[%_]/g, '\\$&');
	return `'${before}${inner}${after}'`;
}

function textOf(value: unknown): string {
	if (value instanceof Date && Number.isFinite(value.getTime())) return value.toISOString();
	const plain = ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
	if (!plain) throw new LiteralError('is missing', 'Enter a value, or choose “Is Empty”.');
	const text = String(value);
	if (text === '') throw new LiteralError('is empty', 'Enter a value, or choose “Is Empty”.');
	return text;
}

function quoted(text: string): string {
	if (text.length > LONGEST_TEXT) {
		throw new LiteralError(
			'is longer than the 4,000 characters that Salesforce takes',
			'Shorten it.',
		);
	}
	// Half a surrogate pair cannot be sent; other control characters stand in no field.
	if (/\p{Surrogate}|(?![\n\r\t])\p{Cc}/u.test(text)) {
		throw new LiteralError('holds characters that are no text', 'Type it in again.');
	}
	return `'${text.replace(/[\\'\n\r\t\u2028\u2029]/g, (character) => ESCAPES[character] ?? character)}'`;
}
