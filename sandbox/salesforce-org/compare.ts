import { malformed, type Comparison } from './conditions.ts';
import { Refused } from './answers.ts';
import type { Field } from './fields.ts';
import { literal } from './literals.ts';

export type Test = (value: unknown) => boolean;

const DAY_MS = 86_400_000;

/** Turns one comparison into a test of a value; refuses what Salesforce refuses. */
export function testOf(field: Field, comparison: Comparison, now: number): Test {
	const { operator, literalType } = comparison;
	if (literalType.startsWith('DATE_LITERAL') || literalType.startsWith('DATE_N'))
		return dateTest(field, comparison, now);
	const values = listOf(comparison.value).map((text) => literal(field, text, literalType));
	const [value] = values;
	switch (operator) {
		case '=':
			return (found) => equal(found, value);
		case '!=':
			return (found) => !equal(found, value);
		case '<':
		case '<=':
		case '>':
		case '>=':
			return ordered(field, operator, value);
		case 'IN':
			return oneOf(values);
		case 'NOT IN': {
			const isOne = oneOf(values);
			return (found) => !isOne(found);
		}
		case 'LIKE':
			return like(field, String(value));
		case 'INCLUDES':
		case 'EXCLUDES':
			return includes(field, values.map(String), operator === 'INCLUDES');
		default:
			throw malformed(`unexpected token: ${operator}`);
	}
}

const listOf = (value: string | readonly string[]): readonly string[] =>
	typeof value === 'string' ? [value] : value;

/** SOQL compares text without regard to case, but ids with it. */
const fold = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

function equal(found: unknown, wanted: unknown): boolean {
	if (wanted === null) return found === null || found === undefined || found === '';
	if (found === null || found === undefined) return false;
	return fold(found) === fold(wanted);
}

function oneOf(values: readonly unknown[]): Test {
	const folded = new Set(values.map(fold));
	const hasNull = folded.has(null);
	return (found) => folded.has(fold(found)) || (hasNull && equal(found, null));
}

function ordered(field: Field, operator: '<' | '<=' | '>' | '>=', wanted: unknown): Test {
	const text = (value: unknown): unknown =>
		field.type === 'id' || field.type === 'reference' ? value : fold(value);
	const b = text(wanted) as string | number;
	const tests: Record<typeof operator, (a: string | number) => boolean> = {
		'<': (a) => a < b,
		'<=': (a) => a <= b,
		'>': (a) => a > b,
		'>=': (a) => a >= b,
	};
	return (found) =>
		found !== null && found !== undefined && tests[operator](text(found) as string | number);
}

function like(field: Field, wanted: string): Test {
	if (!['string', 'textarea', 'email', 'phone', 'url', 'picklist'].includes(field.type)) {
		throw new Refused(
			400,
			'INVALID_QUERY_FILTER_OPERATOR',
			`invalid operator on ${field.type} field`,
		);
	}
	const source = [...wanted.matchAll(/\\(.)|%|_|[^]/g)]
		.map(([part, escaped]) =>
			escaped ? quoted(escaped) : part === '%' ? '[^]*' : part === '_' ? '[^]' : quoted(part),
		)
		.join('');
	const pattern = new RegExp(`^${source}$`, 'i');
	return (found) => typeof found === 'string' && pattern.test(found);
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function includes(field: Field, wanted: readonly string[], positive: boolean): Test {
	if (field.type !== 'multipicklist') {
		throw new Refused(
			400,
			'INVALID_QUERY_FILTER_OPERATOR',
			`invalid operator on ${field.type} field`,
		);
	}
	return (found) => {
		const options = new Set((typeof found === 'string' ? found : '').split(';'));
		const fits = wanted.some((text) => text.split(';').every((option) => options.has(option)));
		return fits === positive;
	};
}

/** TODAY, YESTERDAY, THIS_MONTH, LAST_N_DAYS:n, in UTC. */
function dateTest(field: Field, { operator, value }: Comparison, now: number): Test {
	const [from, to] = span(String(value).toUpperCase(), now);
	const at = (found: unknown): number =>
		typeof found === 'number' ? found : Date.parse(String(found));
	const tests: Readonly<Record<string, Test>> = {
		'=': (found) => at(found) >= from && at(found) < to,
		'!=': (found) => !(at(found) >= from && at(found) < to),
		'>': (found) => at(found) >= to,
		'>=': (found) => at(found) >= from,
		'<': (found) => at(found) < from,
		'<=': (found) => at(found) < to,
	};
	const test = tests[operator];
	if (!test) throw malformed(`unexpected token: ${operator}`);
	if (field.type !== 'date' && field.type !== 'datetime')
		throw malformed(`invalid date literal for ${field.name}`);
	return test;
}

function span(text: string, now: number): [number, number] {
	const today = Math.floor(now / DAY_MS) * DAY_MS;
	const days = /^LAST_N_DAYS:(\d+)$/.exec(text)?.[1];
	if (days !== undefined) return [today - Number(days) * DAY_MS, today + DAY_MS];
	if (text === 'TODAY') return [today, today + DAY_MS];
	if (text === 'YESTERDAY') return [today - DAY_MS, today];
	if (text === 'THIS_MONTH') {
		const date = new Date(now);
		const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
		return [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
	}
	throw malformed(`unexpected token: ${text}`);
}
