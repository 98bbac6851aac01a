import { LARGEST_ANSWER } from '../bounded-text.ts';
import type { SalesforceObject, SalesforceRecord } from '../changes/change.ts';
import { byIdsQuery, stampOfMs } from '../changes/soql.ts';
import { isShallow } from '../is-shallow.ts';
import { type SalesforceConnection, speaking } from './connection.ts';
import { errorOfBody, SalesforceError, salesforceError } from './errors.ts';
import type { ApiUsage, RequestOptions } from './transport.ts';

export interface QueryPage {
	/** Without `attributes`; a parent record stays an object under its relationship name. */
	readonly records: readonly SalesforceRecord[];
	/** Salesforce's clock when the read began or up to a second before, `YYYY-MM-DDTHH:mm:ssZ`: what
	 *  changed earlier is in the records, what changes later has this stamp or a later one. */
	readonly serverTime: string | undefined;
	readonly apiUsage: ApiUsage | undefined;
}

export interface QueryOptions {
	/** Deleted and archived records too (Salesforce: queryAll). */
	readonly all?: boolean;
}

/** A list of records with parents, of which SOQL allows five levels, and compound values in them. */
const DEEPEST = 12;
/** Salesforce: URI plus headers up to 16,384 bytes; a token alone can take 2,000. */
const LONGEST_URL = 12_000;
/** Characters of all pages of one read; they are held in memory until the last one has come. */
const LARGEST_READ = 4 * LARGEST_ANSWER;
/** Salesforce: cursors bring 200 records a page at least, and a query 50,000 at most. */
const MOST_PAGES = 1_000;
/** How often a read starts again when Salesforce forgets its cursor. */
const MAX_READS = 3;
/** 18 characters, quotes and comma each: stays under 4,000 characters of condition. */
const IDS_PER_QUERY = 180;

interface Answer {
	readonly done: boolean;
	readonly nextRecordsUrl?: string | undefined;
	readonly records: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

/**
 * All records of one query. The server cuts its answer as it likes; only its `done` says that
 * nothing is left, so ask with a LIMIT. Rejects with SalesforceError.
 */
export async function queryPage(
	connection: SalesforceConnection,
	soql: string,
	options: QueryOptions = {},
): Promise<QueryPage> {
	for (let reads = 1; ; reads += 1) {
		try {
			return await speaking(connection, () => readOnce(connection, soql, options));
		} catch (error) {
			const again = error instanceof SalesforceError && error.action === 'read-again';
			if (!again || reads >= MAX_READS) throw error;
		}
	}
}

/** The number that a COUNT() query gives; deleted records are not counted. */
export async function countRecords(
	connection: SalesforceConnection,
	soql: string,
): Promise<number> {
	const { totalSize } = await speaking(
		connection,
		async () => await connection.jsforce.query(soql, { autoFetch: false }),
	);
	if (!Number.isInteger(totalSize)) throw salesforceError('UNREADABLE_ANSWER');
	return totalSize;
}

async function readOnce(
	connection: SalesforceConnection,
	soql: string,
	{ all = false }: QueryOptions,
): Promise<QueryPage> {
	const records: SalesforceRecord[] = [];
	const { clock } = connection.host;
	const askedAt = clock.now();
	const { received } = connection;
	const cursors = new Set<string>();
	let answer = await ask(connection, soql, all);
	// The Date header is of the answer; the records are as they were some time since the question.
	const serverTime =
		connection.serverTime && connection.serverTime - Math.max(0, clock.now() - askedAt);
	for (let pages = 1; ; pages += 1) {
		for (const record of answer.records) records.push(withoutAttributes(record));
		if (answer.done) break;
		const cursor = answer.nextRecordsUrl;
		// One that leads back, or never ends, is not Salesforce's. After an empty page it may be the same.
		const leadsBack = cursor && cursors.has(cursor) && answer.records.length > 0;
		if (!cursor || leadsBack || pages >= MOST_PAGES) throw salesforceError('UNREADABLE_ANSWER');
		if (connection.received - received > LARGEST_READ) throw salesforceError('ANSWER_TOO_LARGE');
		cursors.add(cursor);
		connection.host.signal?.throwIfAborted();
		answer = checked(await connection.jsforce.queryMore(cursor));
	}
	return {
		records,
		serverTime: serverTime === undefined ? undefined : stampOfMs(serverTime),
		apiUsage: connection.apiUsage,
	};
}

async function ask(connection: SalesforceConnection, soql: string, all: boolean): Promise<Answer> {
	const url = `${connection.jsforce._baseUrl()}/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`;
	if (url.length > LONGEST_URL) return await askInBody(connection, new URL(url));
	return checked(await connection.jsforce.query(soql, { scanAll: all, autoFetch: false }));
}

interface CompositeAnswer {
	readonly compositeResponse?: ReadonlyArray<{
		readonly httpStatusCode: number;
		readonly body: unknown;
	}>;
}

/** A query too long for a URL travels as the only part of a composite request: one API call. */
async function askInBody(
	{ jsforce }: SalesforceConnection,
	{ pathname, search }: URL,
): Promise<Answer> {
	const options: RequestOptions = { repeatable: true };
	const { compositeResponse } = await jsforce.requestPost<CompositeAnswer>(
		'/composite',
		{
			compositeRequest: [{ method: 'GET', url: `${pathname}${search}`, referenceId: 'page' }],
		},
		options,
	);
	const [part] = compositeResponse ?? [];
	if (!part) throw salesforceError('UNREADABLE_ANSWER');
	if (part.httpStatusCode >= 200 && part.httpStatusCode < 300) return checked(part.body);
	const error: unknown = Array.isArray(part.body) ? part.body[0] : part.body;
	throw errorOfBody((error ?? {}) as Record<string, unknown>, part.httpStatusCode);
}

/** The answer to a query, whatever came; other JSON is no answer. */
function checked(body: unknown): Answer {
	const { records, done, nextRecordsUrl } = (body ?? {}) as Partial<Answer>;
	const isReadable =
		Array.isArray(records) && records.every(isObject) && isShallow(records, DEEPEST);
	if (!isReadable || typeof done !== 'boolean') throw salesforceError('UNREADABLE_ANSWER');
	return { records, done, nextRecordsUrl };
}

function withoutAttributes(record: Readonly<Record<string, unknown>>): SalesforceRecord {
	const fields = Object.entries(record).filter(([name]) => name !== 'attributes');
	return Object.fromEntries(
		fields.map(([name, value]) => [name, isParent(value) ? withoutAttributes(value) : value]),
	);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null;

const isParent = (value: unknown): value is Readonly<Record<string, unknown>> =>
	isObject(value) && 'attributes' in value;

export interface FetchOptions {
	readonly includeDeleted?: boolean;
}

/** The present state of these records in no order; unknown and purged ids are missing. */
export async function fetchByIds(
	connection: SalesforceConnection,
	object: SalesforceObject,
	fields: readonly string[],
	ids: readonly string[],
	{ includeDeleted = false }: FetchOptions = {},
): Promise<SalesforceRecord[]> {
	const found: SalesforceRecord[] = [];
	for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
		const soql = byIdsQuery({ object, fields, ids: ids.slice(start, start + IDS_PER_QUERY) });
		const { records } = await queryPage(connection, soql, { all: includeDeleted });
		for (const record of records) found.push(record);
	}
	return found;
}
