import type { Comparison, Condition } from './conditions.ts';
import { eighteen } from './ids.ts';
import type { Row, Table } from './store.ts';

/** The part of ORDER BY that matters here. */
export interface Order {
	readonly field: string;
	readonly order?: 'ASC' | 'DESC';
	readonly nulls?: 'FIRST' | 'LAST';
}

/** Records among which the answer is, from whatever index helps. */
export interface Candidates {
	readonly rows: Iterable<Row>;
	/** They come in the order that was asked for, so reading may stop at the limit. */
	readonly ordered: boolean;
}

/** By id or address where some are listed, else along (SystemModstamp, Id) from the lower bound on. */
export function candidates(
	table: Table,
	condition: Condition | undefined,
	orders: readonly Order[],
): Candidates {
	const parts = condition?.kind === 'and' ? condition.parts : condition ? [condition] : [];
	const comparisons = parts.filter(isComparison);
	const listing = comparisons.filter(({ operator }) => operator === 'IN' || operator === '=');
	const listed = listing.find((part) => isField(part, 'id'));
	if (listed) return { rows: byIds(table, listed), ordered: false };
	const addressed = listing.find((part) => isField(part, 'email') && isPlain(part));
	if (addressed) return { rows: byAddresses(table, addressed), ordered: false };
	if (isStampOrder(orders, 'DESC')) return { rows: table.latestFirst(), ordered: true };
	const bounds = comparisons.flatMap((part) =>
		isStamp(part) && /^(>|>=|=)$/.test(part.operator) ? timeOf(part) : [],
	);
	const stamp = Math.max(0, ...bounds);
	const rows = table.since(stamp, keysetId(parts, stamp));
	return { rows, ordered: orders.length === 0 || isStampOrder(orders, 'ASC') };
}

const isComparison = (part: Condition): part is Comparison => part.kind === 'comparison';

const isField = (part: Comparison, name: string): boolean => part.field.toLowerCase() === name;

/** A change is always a user's here, so both times are the same. */
const isStamp = (part: Comparison): boolean =>
	isField(part, 'systemmodstamp') || isField(part, 'lastmodifieddate');

const textsOf = ({ value }: Comparison): readonly string[] =>
	typeof value === 'string' ? [value] : value;

/** Texts without escapes; null is no text. */
const isPlain = (part: Comparison): boolean =>
	textsOf(part).every((text) => text.startsWith("'") && !text.includes('\\'));

function* byAddresses(table: Table, part: Comparison): Generator<Row> {
	const wanted = new Set(textsOf(part).map((text) => text.slice(1, -1).toLowerCase()));
	for (const text of wanted) yield* table.having('Email', text);
}

function* byIds(table: Table, part: Comparison): Generator<Row> {
	for (const id of new Set(textsOf(part).map((text) => eighteen(text.slice(1, -1))))) {
		const row = table.get(id);
		if (row) yield row;
	}
}

function isStampOrder(orders: readonly Order[], direction: 'ASC' | 'DESC'): boolean {
	const [first, second, third] = orders.map(({ field }) => field.toLowerCase());
	return (
		(first === 'systemmodstamp' || first === 'lastmodifieddate') &&
		(second === undefined || second === 'id') &&
		third === undefined &&
		orders.every(({ order = 'ASC' }) => order === direction)
	);
}

/** A date literal such as TODAY is no bound: the test itself leaves out what does not fit. */
function timeOf({ value }: Comparison): number[] {
	const ms = Date.parse(String(value));
	return Number.isNaN(ms) ? [] : [ms];
}

/** The id of `(SystemModstamp > t OR Id > 'x')` beside `SystemModstamp >= t`; '' without one. */
function keysetId(parts: readonly Condition[], stamp: number): string {
	for (const part of parts) {
		if (part.kind !== 'or' || part.parts.length !== 2) continue;
		const sides = part.parts.filter(isComparison).filter(({ operator }) => operator === '>');
		const id = sides.find((side) => isField(side, 'id'));
		const time = sides.find(isStamp);
		if (id && time && timeOf(time)[0] === stamp) return eighteen(String(id.value).slice(1, -1));
	}
	return '';
}
