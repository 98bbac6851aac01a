import { isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';
import { BrevoUnavailableError } from './errors.ts';
import { storedContact, type StoredContact } from './stored-contact.ts';

export type ListedContact = StoredContact;

export interface ContactPage {
	readonly contacts: readonly ListedContact[];
	/** How many Brevo says there are in all. */
	readonly count: number;
	/** Brevo's clock when it answered, epoch milliseconds. */
	readonly serverTime: number | undefined;
}

/** Brevo OpenAPI: GET /contacts, at most 1,000. */
const PER_PAGE = 1_000;
/** Nothing that this asks for can be repaired within the call; the caller comes again. */
const COME_BACK_MS = 60_000;

/**
 * All contacts, or those modified since (ISO 8601), oldest first. Some may come twice: when contacts
 * leave the list while it is walked, the walk steps back, because nothing may be missed (brevo.md
 * 2.6). Throws BrevoUnavailableError rather than end before everything was seen.
 */
export async function* allContacts(
	client: BrevoClient,
	{ modifiedSince }: { readonly modifiedSince?: string } = {},
): AsyncGenerator<ContactPage> {
	let offset = 0;
	let known: number | undefined;
	for (;;) {
		const page = await contactsPage(client, offset, modifiedSince);
		const left = known === undefined ? 0 : Math.max(0, known - page.count);
		known = page.count;
		if (left > 0 && offset > 0) {
			// So many rows have moved up; look at them again before going on.
			offset = Math.max(0, offset - left);
			continue;
		}
		yield page;
		offset += page.contacts.length;
		if (offset >= page.count) return;
		if (page.contacts.length === 0) throw unfinished(client);
	}
}

async function contactsPage(
	client: BrevoClient,
	offset: number,
	modifiedSince: string | undefined,
): Promise<ContactPage> {
	const { json, serverTime } = await client.request('GET /contacts', {
		query: {
			limit: PER_PAGE,
			offset,
			sort: 'asc',
			...(modifiedSince !== undefined && {
				modifiedSince: new Date(modifiedSince).toISOString(),
			}),
		},
	});
	const { contacts, count } = json ?? {};
	if (!Array.isArray(contacts) || !contacts.every(isObject) || typeof count !== 'number') {
		throw unfinished(client);
	}
	return { contacts: contacts.map(storedContact), count, serverTime };
}

const unfinished = ({ host }: BrevoClient): BrevoUnavailableError =>
	new BrevoUnavailableError('GET /contacts', {
		reason: 'unreadable',
		status: 200,
		mayHaveHappened: false,
		retryAt: host.clock.now() + COME_BACK_MS,
	});
