import type { SalesforceObject } from '../changes/change.ts';
import { type SalesforceConnection, speaking } from './connection.ts';
import { errorOfBody, SalesforceError, salesforceError } from './errors.ts';
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
 * Updates records, each on its own; results in order. Safe to repeat. Rejects with SalesforceError
 * when the login, a setting or the daily limit is in the way of all of them.
 */
export async function updateRecords(
	connection: SalesforceConnection,
	object: SalesforceObject,
	updates: readonly RecordUpdate[],
): Promise<RecordResult[]> {
	const { jsforce } = connection;
	return await inRequests(connection, updates, async (some) => {
		const records = some.map(({ id, fields }) => ({ attributes: { type: object }, id, ...fields }));
		const body = JSON.stringify({ allOrNone: false, records });
		const headers = { 'content-type': 'application/json' };
		return await jsforce.request(
			{ method: 'PATCH', url: '/composite/sobjects', body, headers },
			REPEATABLE,
		);
	});
}

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

type Send<T> = (some: readonly T[]) => Promise<unknown>;

async function inRequests<T extends { readonly id: string }>(
	connection: SalesforceConnection,
	entries: readonly T[],
	send: Send<T>,
): Promise<RecordResult[]> {
	const results: RecordResult[] = [];
	for (const indexes of requests(entries)) {
		let open = indexes;
		for (let tries = 1; open.length > 0; tries += 1) {
			const some = open.flatMap((index) => entries[index] ?? []);
			const answered = await sendOnce(connection, some, send);
			open.forEach((index, position) => {
				const result = answered[position];
				if (result) results[index] = result;
			});
			open = open.filter((index) => isWorthTrying(results[index]));
			if (tries >= MAX_TRIES || open.length === 0) break;
			await wait(connection, tries);
		}
	}
	return results;
}

/** Up to 200 a request, and no record twice in one: Salesforce would refuse the second. */
function requests(entries: ReadonlyArray<{ readonly id: string }>): number[][] {
	const all: number[][] = [];
	let current: number[] = [];
	let ids = new Set<string>();
	for (const [index, { id }] of entries.entries()) {
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
	result?.kind === 'put-off' && !result.mayHaveHappened;

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
		const passes = error instanceof SalesforceError && PASSING.has(error.action);
		if (!passes) throw error;
		const { retryInMs } = error;
		return some.map(() => ({ kind: 'put-off', error, retryInMs, mayHaveHappened: true }));
	}
}

const PASSING: ReadonlySet<string> = new Set(['retry', 'back-off']);

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
	const [first = {}] = errors;
	const error = errorOfBody(first, 200);
	const aboutField = error.fields.some((field) => field !== 'Id');
	if (GONE.has(error.code) && !aboutField) return { kind: 'gone' };
	if (PASSING.has(error.action)) {
		return { kind: 'put-off', error, retryInMs: error.retryInMs, mayHaveHappened: false };
	}
	const said = errors
		.map(({ message }) => (typeof message === 'string' ? message : ''))
		.filter((message) => message !== '')
		.join(' ');
	return { kind: 'refused', error, said };
}
