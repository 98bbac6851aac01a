import { type Answer, isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';
import { BrevoRefusedError, UnknownListError } from './errors.ts';

/** Brevo OpenAPI: 1 to 150 ids a request. */
const IDS_PER_REQUEST = 150;

type Direction = 'add' | 'remove';

/** Ids that Brevo moved, and ids for which it had nothing to do or knows no contact. */
interface Moved {
	readonly success: string[];
	readonly failure: string[];
}

/**
 * Takes contacts out of a list by ext_id, in chunks of 150. Safe to repeat: one that is already out,
 * or deleted in Brevo, counts as `alreadyOut`. Throws BrevoConfigError when the list is gone.
 */
export async function removeFromList(
	client: BrevoClient,
	listId: number,
	extIds: readonly string[],
): Promise<{ readonly removed: readonly string[]; readonly alreadyOut: readonly string[] }> {
	const { success, failure } = await move(client, 'remove', listId, extIds);
	return { removed: success, alreadyOut: failure };
}

/**
 * Puts existing contacts into a list by ext_id, in chunks of 150. Brevo does not tell "already in"
 * from "no such contact": both are `notAdded`. Throws BrevoConfigError when the list is gone.
 */
export async function addToList(
	client: BrevoClient,
	listId: number,
	extIds: readonly string[],
): Promise<{ readonly added: readonly string[]; readonly notAdded: readonly string[] }> {
	const { success, failure } = await move(client, 'add', listId, extIds);
	return { added: success, notAdded: failure };
}

async function move(
	client: BrevoClient,
	direction: Direction,
	listId: number,
	extIds: readonly string[],
): Promise<Moved> {
	const all: Moved = { success: [], failure: [] };
	const ids = [...new Set(extIds)];
	for (let start = 0; start < ids.length; start += IDS_PER_REQUEST) {
		const moved = await moveChunk(
			client,
			direction,
			listId,
			ids.slice(start, start + IDS_PER_REQUEST),
		);
		all.success.push(...moved.success);
		all.failure.push(...moved.failure);
	}
	return all;
}

async function moveChunk(
	client: BrevoClient,
	direction: Direction,
	listId: number,
	extIds: readonly string[],
): Promise<Moved> {
	try {
		const answer = await client.request(`POST /contacts/lists/{listId}/contacts/${direction}`, {
			params: { listId },
			body: { extIds },
		});
		const failed = failedIds(answer);
		return {
			success: extIds.filter((id) => !failed.has(id)),
			failure: extIds.filter((id) => failed.has(id)),
		};
	} catch (error) {
		if (!(error instanceof BrevoRefusedError)) throw error;
		if (error.status === 404) throw new UnknownListError([listId], error);
		// A chunk in which nothing can be moved is refused as a whole (seen: "Contact is already present
		// in the selected list or contact does not exist in account").
		if (error.alreadySo || extIds.length === 1) return { success: [], failure: [...extIds] };
		const half = Math.ceil(extIds.length / 2);
		const first = await moveChunk(client, direction, listId, extIds.slice(0, half));
		const second = await moveChunk(client, direction, listId, extIds.slice(half));
		return {
			success: [...first.success, ...second.success],
			failure: [...first.failure, ...second.failure],
		};
	}
}

/** Brevo OpenAPI: `{contacts: {success, failure}}`; its examples leave the wrapper out. */
function failedIds({ json = {} }: Answer): ReadonlySet<string> {
	const report = isObject(json.contacts) ? json.contacts : json;
	return new Set(Array.isArray(report.failure) ? report.failure.map(String) : []);
}
