import { Refused } from './answers.ts';
import type { Field } from './fields.ts';
import { eighteen, looksLikeId } from './ids.ts';

type Kind = 'text' | 'id' | 'boolean' | 'date' | 'datetime' | 'number';

/** Which literals of the parser library a kind of field takes. */
const LITERALS: Record<Kind, readonly string[]> = {
	text: ['STRING'],
	id: ['STRING'],
	boolean: ['BOOLEAN'],
	date: ['DATE'],
	datetime: ['DATETIME'],
	number: ['INTEGER', 'DECIMAL'],
};

const KINDS: Readonly<Record<string, Kind>> = {
	id: 'id',
	reference: 'id',
	boolean: 'boolean',
	date: 'date',
	datetime: 'datetime',
	double: 'number',
	currency: 'number',
	percent: 'number',
	int: 'number',
};

/** A literal as the field's value would be; refuses a literal of another kind. */
export function literal(field: Field, text: string, literalType: string): unknown {
	if (text.toUpperCase() === 'NULL') return null;
	const kind = KINDS[field.type] ?? 'text';
	if (!LITERALS[kind].includes(literalType)) throw wrongKind(field, kind);
	const content = text.slice(1, -1);
	const readings: Record<Kind, () => unknown> = {
		text: () => unescape(content),
		id: () => idOf(content),
		boolean: () => text.toUpperCase() === 'TRUE',
		date: () => text,
		datetime: () => Date.parse(text),
		number: () => Number(text),
	};
	return readings[kind]();
}

function idOf(text: string): string | null {
	if (text === '') return null;
	if (looksLikeId(text)) return eighteen(text);
	throw new Refused(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
}

function wrongKind(field: Field, kind: Kind): Refused {
	const quotes = kind === 'text' || kind === 'id' ? 'should be' : 'should not be';
	const type = field.type === 'datetime' ? 'dateTime' : field.type;
	return new Refused(
		400,
		'INVALID_FIELD',
		`value of filter criterion for field '${field.name}' must be of type ${type} and ${quotes} enclosed in quotes`,
	);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** In LIKE a backslash also shields % and _, so those keep it. */
const unescape = (text: string): string =>
	text.replace(/\\(?:u([\dA-Fa-f]{4})|(.))/g, (whole, code?: string, char: string = '') => {
		if (code) return String.fromCharCode(parseInt(code, 16));
		return char === '%' || char === '_' ? whole : (ESCAPES[char] ?? char);
	});
