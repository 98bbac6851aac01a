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
 * All contacts, or those modified since (ISO 8601), oldest first. The list has no cursor (brevo.md
 * 2.6): contacts that leave it meanwhile move the others up. So each page begins with the last
 * contact of the page before; when it does not, the walk steps back. Some may come twice, none is
 * missed. Throws BrevoUnavailableError rather than end before everything was seen.
 */
export async function* allContacts(
	client: BrevoClient,
	{ modifiedSince }: { readonly modifiedSince?: string } = {},
): AsyncGenerator<ContactPage> {
	let seen: ReadonlySet<number> = new Set();
	let reached = 0;
	let count = 0;
	let pagesLeft: number | undefined;
	for (let back = 1; ;) {
		// A list that grows as fast as it is read, or jumbles its pages, has no end.
		if (pagesLeft === 0) throw unfinished(client);
		const offset = Math.max(0, reached - back);
		const page = await contactsPage(client, {
			offset,
			...(modifiedSince !== undefined && { modifiedSince }),
		});
		const left = Math.max(0, count - page.count);
		({ count } = page);
		pagesLeft = (pagesLeft ?? mostPages(count)) - 1;
		const [first] = page.contacts;
		if (offset > 0 && !(first && seen.has(first.id))) {
			// The count alone does not tell: a new contact may have taken the place of one that left.
			back = 2 * back + left;
			continue;
		}
		const fresh = page.contacts.filter(({ id }) => !seen.has(id));
		yield { ...page, contacts: fresh };
		reached = offset + page.contacts.length;
		if (reached >= count) return;
		if (fresh.length === 0) throw unfinished(client);
		seen = new Set(page.contacts.map(({ id }) => id));
		back = 1;
	}
}

/** Many more than a list of so many contacts takes, steps back included. */
const mostPages = (count: number): number => 4 * Math.ceil(count / PER_PAGE) + 100;

/** One page, oldest first. Throws BrevoUnavailableError when it cannot be what Brevo has. */
export async function contactsPage(
	client: BrevoClient,
	{
		modifiedSince,
		offset,
		limit = PER_PAGE,
	}: { readonly modifiedSince?: string; readonly offset: number; readonly limit?: number },
): Promise<ContactPage> {
	const { json, serverTime } = await client.request('GET /contacts', {
		query: {
			limit,
			offset,
			sort: 'asc',
			...(modifiedSince !== undefined && {
				modifiedSince: new Date(modifiedSince).toISOString(),
			}),
		},
	});
	const { contacts, count } = json ?? {};
	if (!Array.isArray(contacts) || !contacts.every(isContact) || typeof count !== 'number') {
		throw unfinished(client);
	}
	if (contacts.length === 0 && offset < count) throw unfinished(client);
	return { contacts: contacts.map(storedContact), count, serverTime };
}

const isContact = (value: unknown): value is Readonly<Record<string, unknown>> =>
	isObject(value) && typeof value['id'] === 'number';

const unfinished = ({ host }: BrevoClient): BrevoUnavailableError =>
	new BrevoUnavailableError('GET /contacts', {
		reason: 'unreadable',
		status: 200,
		mayHaveHappened: false,
		retryAt: host.clock.now() + COME_BACK_MS,
	});
