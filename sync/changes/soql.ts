import type { SalesforceObject, Watermark } from './change.ts';

/** Salesforce: SOQL statements up to 100,000 characters. */
const LONGEST_QUERY = 100_000;

/** Read with every record: where it stands in the stream, and what became of it. */
const SYSTEM_FIELDS: Readonly<Record<SalesforceObject, readonly string[]>> = {
	Contact: [
		'Id',
		'SystemModstamp',
		'CreatedDate',
		'LastModifiedById',
		'IsDeleted',
		'MasterRecordId',
	],
	Lead: [
		'Id',
		'SystemModstamp',
		'CreatedDate',
		'LastModifiedById',
		'IsDeleted',
		'MasterRecordId',
		'IsConverted',
		'ConvertedContactId',
	],
};

/** A query that cannot be asked; `remedy` says what to change. */
export class QueryError extends Error {
	override readonly name = 'QueryError';
	readonly remedy: string;

	constructor(message: string, remedy: string) {
		super(message);
		this.remedy = remedy;
	}
}

/**
 * A time as Salesforce or JavaScript writes it, as `YYYY-MM-DDTHH:mm:ssZ`: the form that SOQL takes
 * unquoted and that sorts as text. Throws QueryError for anything else.
 */
export function normaliseStamp(stamp: string): string {
	const at = STAMP.test(stamp) ? Date.parse(stamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : NaN;
	if (Number.isFinite(at)) return stampOfMs(at);
	throw new QueryError('Salesforce gave a time in an unknown form', 'Please report this.');
}

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;

/** The same for milliseconds since the epoch; cuts to whole seconds, as SystemModstamp does. */
export const stampOfMs = (milliseconds: number): string =>
	new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

export interface Selection {
	readonly object: SalesforceObject;
	/** API names; system fields are added. A parent's field as a path ("Account.Name"). */
	readonly fields: readonly string[];
	/** A condition made by `compileFilter`. */
	readonly filter?: string | undefined;
}

export interface KeysetQuery extends Selection {
	/** Everything up to here was read. */
	readonly after?: Watermark | undefined;
	/** Nothing before here is wanted. */
	readonly floor?: Watermark | undefined;
	readonly limit: number;
}

/**
 * The next page of changes: by (SystemModstamp, Id), because a bulk load gives thousands of rows
 * one stamp. To be asked with queryAll. The filter applies to deleted records as well: in the
 * recycle bin they keep the fields they had. A record that stops fitting leaves the stream; what
 * was written of it stays.
 */
export function keysetQuery({ after, floor, limit, filter, ...selection }: KeysetQuery): string {
	const start = later(after, floor);
	const conditions = [start && position(start), filter && `(${filter})`].filter(Boolean);
	const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
	return checked(
		`${select(selection)}${where} ORDER BY SystemModstamp ASC, Id ASC LIMIT ${count(limit)}`,
	);
}

/** The plain range stands outside the brackets, so that Salesforce can use its index. */
function position({ systemModstamp, id }: Watermark): string {
	const stamp = normaliseStamp(systemModstamp);
	const from = `SystemModstamp >= ${stamp}`;
	return id === '' ? from : `${from} AND (SystemModstamp > ${stamp} OR Id > '${recordId(id)}')`;
}

function later(a: Watermark | undefined, b: Watermark | undefined): Watermark | undefined {
	if (!a || !b) return a ?? b;
	const [stampA, stampB] = [normaliseStamp(a.systemModstamp), normaliseStamp(b.systemModstamp)];
	if (stampA !== stampB) return stampA > stampB ? a : b;
	return a.id >= b.id ? a : b;
}

/** Every record there is, in no order: Bulk API 2.0 takes no ORDER BY. Deleted ones are left out. */
export function everyQuery({ filter, ...selection }: Selection): string {
	return checked(`${select(selection)}${filter ? ` WHERE (${filter})` : ''}`);
}

/** A stretch of records in the order of their ids. */
export interface IdRange {
	/** Ids behind this one; '' for all. */
	readonly after: string;
	/** Ids up to this one, itself included; absent for all. */
	readonly upTo?: string | undefined;
}

const inRange = ({ after, upTo }: IdRange): string[] => [
	...(after === '' ? [] : [`Id > '${recordId(after)}'`]),
	...(upTo === undefined ? [] : [`Id <= '${recordId(upTo)}'`]),
];

/** The same a page at a time, by Id, for where there is no Bulk API. */
export function everyPageQuery({
	filter,
	after,
	upTo,
	limit,
	...selection
}: Selection & IdRange & { readonly limit: number }): string {
	const conditions = [...inRange({ after, upTo }), filter && `(${filter})`].filter(Boolean);
	const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
	return checked(`${select(selection)}${where} ORDER BY Id ASC LIMIT ${count(limit)}`);
}

/** These records, wherever they are in the stream. */
export function byIdsQuery({
	ids,
	filter,
	...selection
}: Selection & { readonly ids: readonly string[] }): string {
	const list = ids.map((id) => `'${recordId(id)}'`).join(',');
	return checked(`${select(selection)} WHERE Id IN (${list})${filter ? ` AND (${filter})` : ''}`);
}

/** The records that changed last. */
export function newestQuery({
	filter,
	limit,
	...selection
}: Selection & { readonly limit: number }): string {
	const where = filter ? ` WHERE (${filter})` : '';
	return checked(
		`${select(selection)}${where} ORDER BY SystemModstamp DESC, Id DESC LIMIT ${count(limit)}`,
	);
}

/** How many records there are, in this stretch, or how many of them a person could be reached by. */
export function countQuery({
	object,
	filter,
	reachable,
	range = { after: '' },
}: Pick<Selection, 'object' | 'filter'> & {
	readonly reachable: boolean;
	readonly range?: IdRange;
}): string {
	const conditions = [
		...inRange(range),
		filter && `(${filter})`,
		reachable && '(Email != null OR MobilePhone != null)',
	].filter(Boolean);
	const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
	return checked(`SELECT COUNT() FROM ${object}${where}`);
}

const FIELD_PATH = /^[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}$/;

/** SOQL names know no case and may stand in the list only once. */
function select({ object, fields }: Omit<Selection, 'filter'>): string {
	const names = new Map(SYSTEM_FIELDS[object].map((name) => [name.toLowerCase(), name]));
	for (const field of fields) {
		if (!FIELD_PATH.test(field)) {
			throw new QueryError(
				'A field name is not one that Salesforce can have',
				'Choose the fields of the node from the list.',
			);
		}
		if (!names.has(field.toLowerCase())) names.set(field.toLowerCase(), field);
	}
	return `SELECT ${[...names.values()].join(', ')} FROM ${object}`;
}

function recordId(id: string): string {
	if (/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(id)) return id;
	throw new QueryError(
		'An id is not a Salesforce id',
		'Salesforce ids have 15 or 18 letters and digits.',
	);
}

/** Salesforce: LIMIT up to 50,000 in one query; pages here are far smaller. */
function count(limit: number): number {
	if (Number.isInteger(limit) && limit >= 1 && limit <= 50_000) return limit;
	throw new QueryError(
		'The page size is no whole number from 1 to 50,000',
		'Correct the page size.',
	);
}

function checked(soql: string): string {
	if (soql.length <= LONGEST_QUERY) return soql;
	throw new QueryError(
		'The query is longer than the 100,000 characters that Salesforce takes',
		'Choose fewer fields or shorten the filter.',
	);
}
