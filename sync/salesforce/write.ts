import type { SalesforceObject } from '../changes/change.ts';
import { type SalesforceConnection, speaking } from './connection.ts';
import { errorOfBody, SalesforceError, salesforceError } from './errors.ts';
import { fetchByIds } from './read.ts';
import type { RequestOptions } from './transport.ts';

/** Salesforce: sObject collections take 200 records a request. */
export const RECORDS_PER_REQUEST = 200;
/** How often a record that was locked, or the like, is tried in all. */
const MAX_TRIES = 4;
const FIRST_WAIT_MS = 1_000;

export interface RecordUpdate {
	readonly id: string;
	/** API name to value; null empties. Without the id. */
	readonly fields: Readonly<Record<string, unknown>>;
}

export type RecordResult =
	| { readonly kind: 'written' }
	/** Deleted, or never there. */
	| { readonly kind: 'gone' }
	/**
	 * As it is, Salesforce will never take it. `said`: its own words (of a validation rule, a duplicate
	 * rule), for the item that people read alone: they may quote values.
	 */
	| { readonly kind: 'refused'; readonly error: SalesforceError; readonly said: string }
	/** It passes, but not within this call. */
	| {
			readonly kind: 'put-off';
			readonly error: SalesforceError;
			readonly retryInMs: number;
			readonly mayHaveHappened: boolean;
	  };

/**
 * Updates records, each on its own; results in order. Safe to repeat. Once the daily limit is reached
 * the rest is put off unsent. Rejects with SalesforceError when the login or a setting is in the way
 * of all of them; give no more than RECORDS_PER_REQUEST at a time where the results of earlier
 * requests must not be lost with it.
 */
export async function updateRecords(
	connection: SalesforceConnection,
	object: SalesforceObject,
	updates: readonly RecordUpdate[],
): Promise<RecordResult[]> {
	const { jsforce } = connection;
	const results = await inRequests(connection, updates, async (some) => {
		// Last: no field can pass for the record itself.
		const records = some.map(({ id, fields }) => ({
			...withoutIdentity(fields),
			attributes: { type: object },
			id,
		}));
		const body = JSON.stringify({ allOrNone: false, records });
		const headers = { 'content-type': 'application/json' };
		return await jsforce.request(
			{ method: 'PATCH', url: '/composite/sobjects', body, headers },
			REPEATABLE,
		);
	});
	return await withoutFalseFarewells(connection, object, updates, results);
}

const withoutIdentity = (fields: RecordUpdate['fields']): RecordUpdate['fields'] =>
	Object.fromEntries(
		Object.entries(fields).filter(([name]) => !/^(id|attributes)$/i.test(name.trim())),
	);

/** Moves records to the recycle bin, each on its own; results in order. Safe to repeat. */
export async function deleteRecords(
	connection: SalesforceConnection,
	ids: readonly string[],
): Promise<RecordResult[]> {
	const entries = ids.map((id) => ({ id }));
	return await inRequests(connection, entries, async (some) => {
		const list = some.map(({ id }) => id).join(',');
		const url = `/composite/sobjects?ids=${list}&allOrNone=false`;
		return await connection.jsforce.request({ method: 'DELETE', url }, REPEATABLE);
	});
}

/** The same update twice ends in the same state, and a deleted record only says that it is gone. */
const REPEATABLE: RequestOptions = { repeatable: true };

type PutOff = Extract<RecordResult, { kind: 'put-off' }>;

const isExhausted = (result: RecordResult): result is PutOff =>
	result.kind === 'put-off' && result.error.action === 'daily-limit';

interface Entry {
	readonly id: string;
}

type Send<T> = (some: readonly T[]) => Promise<unknown>;

async function inRequests<T extends Entry>(
	connection: SalesforceConnection,
	entries: readonly T[],
	send: Send<T>,
): Promise<RecordResult[]> {
	const results: RecordResult[] = [];
	/** What waits: a later change of the same record may not overtake it. */
	const waiting = new Map<string, PutOff>();
	let exhausted: PutOff | undefined;
	for (const indexes of requests(entries)) {
		const open = new Map<number, T>();
		for (const index of indexes) {
			const entry = entries[index];
			const earlier = exhausted ?? (entry && waiting.get(sameId(entry)));
			if (entry && !isId(entry.id)) results[index] = noId();
			else if (earlier) results[index] = { ...earlier, mayHaveHappened: false };
			else if (entry) open.set(index, entry);
		}
		for (const [index, result] of await persistently(connection, open, send)) {
			results[index] = result;
			const entry = open.get(index);
			if (entry && result.kind === 'put-off') waiting.set(sameId(entry), result);
			if (isExhausted(result)) exhausted = result;
		}
	}
	return results;
}

/** One request, and again for the records that another change held. */
async function persistently<T>(
	connection: SalesforceConnection,
	entries: ReadonlyMap<number, T>,
	send: Send<T>,
): Promise<Map<number, RecordResult>> {
	const results = new Map<number, RecordResult>();
	let open = [...entries];
	for (let tries = 1; open.length > 0; tries += 1) {
		const answered = await sendOnce(
			connection,
			open.map(([, entry]) => entry),
			send,
		);
		open.forEach(([index], position) => {
			const result = answered[position];
			if (result) results.set(index, result);
		});
		open = open.filter(([index]) => isWorthTrying(results.get(index)));
		if (tries >= MAX_TRIES || open.length === 0) break;
		await wait(connection, tries);
	}
	return results;
}

/** It would stand in an address. */
const noId = (): RecordResult => ({
	kind: 'refused',
	error: salesforceError('MALFORMED_ID'),
	said: '',
});

/** The first 15 characters identify a record; the other three are a checksum. */
const sameId = ({ id }: Entry): string => id.slice(0, 15);

/**
 * Up to 200 a request, and no record twice in one: which of them wins is not said, and Salesforce
 * refuses the request from a dozen repeats on (Salesforce Help 000386990).
 */
function requests(entries: readonly Entry[]): number[][] {
	const all: number[][] = [];
	let current: number[] = [];
	let ids = new Set<string>();
	for (const [index, entry] of entries.entries()) {
		const id = sameId(entry);
		if (current.length >= RECORDS_PER_REQUEST || ids.has(id)) {
			all.push(current);
			[current, ids] = [[], new Set()];
		}
		current.push(index);
		ids.add(id);
	}
	return current.length > 0 ? [...all, current] : all;
}

/** A record that another change holds, in an answer that came. */
const isWorthTrying = (result: RecordResult | undefined): boolean =>
	result?.kind === 'put-off' && !result.mayHaveHappened && PASSING.has(result.error.action);

/** Doubling, half fixed and half random: never all clients together. */
async function wait({ host }: SalesforceConnection, tries: number): Promise<void> {
	const longest = FIRST_WAIT_MS * 2 ** (tries - 1);
	await host.sleep(Math.round(longest * (0.5 + Math.random() / 2)), host.signal);
}

async function sendOnce<T>(
	connection: SalesforceConnection,
	some: readonly T[],
	send: Send<T>,
): Promise<RecordResult[]> {
	try {
		const answer = await speaking(connection, async () => await send(some));
		if (!Array.isArray(answer) || answer.length !== some.length) {
			throw salesforceError('UNREADABLE_ANSWER');
		}
		return answer.map((part) => resultOf((part ?? {}) as Part));
	} catch (error) {
		if (!(error instanceof SalesforceError)) throw error;
		if (PASSING.has(error.action)) return some.map(() => putOff(error, true));
		// Refused before anything was done.
		if (error.action === 'daily-limit') return some.map(() => putOff(error, false));
		if (!isOfOneRecord(error)) throw error;
		if (some.length === 1) return [{ kind: 'refused', error, said: '' }];
		// One record spoils the request for the others, and Salesforce does not say which.
		const half = Math.ceil(some.length / 2);
		return [
			...(await sendOnce(connection, some.slice(0, half), send)),
			...(await sendOnce(connection, some.slice(half), send)),
		];
	}
}

/** Salesforce reads the whole body first: one date of a wrong form refuses 200 records. */
const isOfOneRecord = ({ action, status }: SalesforceError): boolean =>
	action === 'reject' && status === 400;

const PASSING: ReadonlySet<string> = new Set(['retry', 'back-off']);
/** In the answer of one record these two pass as well, though not within this call. */
const LATER: ReadonlySet<string> = new Set([...PASSING, 'daily-limit', 'fail-auth']);

interface Part {
	readonly success?: boolean;
	readonly errors?: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

/** What a record that is not there is answered with; an unknown id is an invalid cross reference. */
const GONE: ReadonlySet<string> = new Set([
	'ENTITY_IS_DELETED',
	'INVALID_CROSS_REFERENCE_KEY',
	'NOT_FOUND',
]);

function resultOf({ success, errors = [] }: Part): RecordResult {
	if (success === true) return { kind: 'written' };
	const [first] = errors;
	if (!first) return putOff(salesforceError('UNREADABLE_ANSWER'), true);
	// Collections give records no status of their own; alone, such a record would be answered 400.
	const error = errorOfBody(first, 400);
	const aboutField = error.fields.some((field) => field !== 'Id');
	if (GONE.has(error.code) && !aboutField) return { kind: 'gone' };
	if (LATER.has(error.action)) return putOff(error, false);
	const said = errors
		.map(({ message }) => (typeof message === 'string' ? message.trim() : ''))
		.filter((message) => message !== '')
		.join(' ');
	return { kind: 'refused', error, said };
}

const putOff = (error: SalesforceError, mayHaveHappened: boolean): PutOff => ({
	kind: 'put-off',
	error,
	retryInMs: error.retryInMs,
	mayHaveHappened,
});

/**
 * Salesforce answers the same whether the record is gone or one that a field of it links to, so a
 * record that was to be linked is looked for.
 */
async function withoutFalseFarewells(
	connection: SalesforceConnection,
	object: SalesforceObject,
	updates: readonly RecordUpdate[],
	results: readonly RecordResult[],
): Promise<RecordResult[]> {
	const unclear = updates.filter(
		({ fields }, index) => results[index]?.kind === 'gone' && Object.values(fields).some(isId),
	);
	if (unclear.length === 0) return [...results];
	const found = await fetchByIds(
		connection,
		object,
		['Id'],
		unclear.map(({ id }) => id),
	);
	const there = new Set(found.map(({ Id: id }) => sameId({ id: String(id) })));
	return results.map((result, index) => {
		const update = updates[index];
		if (result.kind !== 'gone' || !update || !there.has(sameId(update))) return result;
		return { kind: 'refused', error: salesforceError('INVALID_CROSS_REFERENCE_KEY'), said: '' };
	});
}

const isId = (value: unknown): boolean =>
	typeof value === 'string' && /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(value);
