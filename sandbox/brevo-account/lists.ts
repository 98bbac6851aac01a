import { count, created, invalid, missing, noContent, notFound, ok, refusal } from './answers.ts';
import { shown } from './contactRoutes.ts';
import type { Contact, Contacts } from './contacts.ts';
import type { Call, Route } from './routes.ts';
import type { SandboxReply } from '../service.ts';

interface Folder {
	readonly id: number;
	readonly name: string;
}
interface List extends Folder {
	readonly folderId: number;
	readonly createdAt: number;
}

export class Lists {
	readonly folders = new Map<number, Folder>([[1, { id: 1, name: 'Your first folder' }]]);
	readonly lists = new Map<number, List>();
	#nextId = 2;

	has(listId: number): boolean {
		return this.lists.has(listId);
	}

	addFolder(name: string): Folder {
		const folder = { id: this.#nextId++, name };
		this.folders.set(folder.id, folder);
		return folder;
	}

	addList(name: string, folderId: number, now: number): List {
		const list = { id: this.#nextId++, name, folderId, createdAt: now };
		this.lists.set(list.id, list);
		return list;
	}
}

const PAGE = 50;
const MEMBERS_PAGE = 500;
const MOST_MOVED = 150;
const noList = notFound('List ID does not exist');

export function listRoutes(lists: Lists, contacts: Contacts, now: () => number): Route[] {
	const showList = (list: List): object => ({
		id: list.id,
		name: list.name,
		folderId: list.folderId,
		uniqueSubscribers: contacts.members(list.id).size,
		// Being retired to a constant (Brevo OpenAPI).
		totalSubscribers: 0,
		totalBlacklisted: 0,
	});
	const withList = (call: Call, answer: (list: List) => SandboxReply): SandboxReply => {
		const list = lists.lists.get(Number(call.params[0]));
		return list ? answer(list) : noList;
	};
	return [
		{
			method: 'GET',
			path: 'contacts/lists',
			answer: (call) => page(call, 'lists', [...lists.lists.values()], showList),
		},
		{
			method: 'POST',
			path: 'contacts/lists',
			answer: ({ body: { name, folderId } }) => {
				if (typeof name !== 'string' || name === '') return missing('name is missing');
				if (!lists.folders.has(Number(folderId))) return invalid('Folder ID does not exist');
				return created({ id: lists.addList(name, Number(folderId), now()).id });
			},
		},
		{
			method: 'GET',
			path: 'contacts/lists/*',
			answer: (call) =>
				withList(call, (list) =>
					ok({
						...showList(list),
						createdAt: new Date(list.createdAt).toISOString(),
						dynamicList: false,
					}),
				),
		},
		{
			method: 'GET',
			path: 'contacts/lists/*/contacts',
			answer: (call) => withList(call, (list) => membersPage(contacts, list.id, call)),
		},
		...(['add', 'remove'] as const).map((direction) => ({
			method: 'POST',
			path: `contacts/lists/*/contacts/${direction}`,
			answer: (call: Call) => withList(call, (list) => move(contacts, list.id, direction, call)),
		})),
		{
			method: 'GET',
			path: 'contacts/folders',
			answer: (call) =>
				page(call, 'folders', [...lists.folders.values()], ({ id, name }) => ({
					id,
					name,
					uniqueSubscribers: 0,
					totalSubscribers: 0,
					totalBlacklisted: 0,
				})),
		},
		{
			method: 'POST',
			path: 'contacts/folders',
			answer: ({ body: { name } }) =>
				typeof name === 'string' && name !== ''
					? created({ id: lists.addFolder(name).id })
					: missing('name is missing'),
		},
		{
			method: 'DELETE',
			path: 'contacts/lists/*',
			answer: (call) =>
				withList(call, ({ id }) => {
					for (const contactId of [...contacts.members(id)]) {
						const contact = contacts.byId(contactId);
						if (contact) contacts.removeFromList(contact, id);
					}
					lists.lists.delete(id);
					return noContent;
				}),
		},
	];
}

function page<T>(
	{ request: { query } }: Call,
	name: string,
	all: T[],
	show: (entry: T) => object,
): SandboxReply {
	const limit = count(query.get('limit'), 10, PAGE);
	const offset = count(query.get('offset'), 0, Number.MAX_SAFE_INTEGER);
	if (limit === undefined) return refusal(400, 'out_of_range', `Limit exceeds max value ${PAGE}`);
	if (offset === undefined) return invalid('offset should be an integer');
	const sorted = query.get('sort') === 'asc' ? all : [...all].reverse();
	return ok({ [name]: sorted.slice(offset, offset + limit).map(show), count: all.length });
}

function membersPage(
	contacts: Contacts,
	listId: number,
	{ request: { query } }: Call,
): SandboxReply {
	const limit = count(query.get('limit'), 50, MEMBERS_PAGE);
	const offset = count(query.get('offset'), 0, Number.MAX_SAFE_INTEGER);
	if (limit === undefined)
		return refusal(400, 'out_of_range', `Limit exceeds max value ${MEMBERS_PAGE}`);
	if (offset === undefined) return invalid('offset should be an integer');
	const since = Date.parse(query.get('modifiedSince') ?? '1970-01-01');
	const shownHere: Contact[] = [];
	let found = 0;
	for (const id of contacts.members(listId)) {
		const contact = contacts.byId(id);
		if (!contact || contact.modifiedAt < since) continue;
		if (found >= offset && found < offset + limit) shownHere.push(contact);
		found += 1;
	}
	return ok({ contacts: shownHere.map(shown), count: found });
}

/** Exactly one of emails, ids, extIds, 1 to 150 of them (Brevo OpenAPI). */
function move(
	contacts: Contacts,
	listId: number,
	direction: 'add' | 'remove',
	{ body }: Call,
): SandboxReply {
	const kinds = (['emails', 'ids', 'extIds'] as const).filter((kind) => Array.isArray(body[kind]));
	const [kind] = kinds;
	if (!kind || kinds.length > 1) return invalid('Either of emails, ids or extIds must be passed');
	const wanted = body[kind] as unknown[];
	if (wanted.length < 1 || wanted.length > MOST_MOVED)
		return invalid(`Between 1 and ${MOST_MOVED} contacts can be passed`);
	const success: unknown[] = [];
	const failure: unknown[] = [];
	for (const value of wanted) {
		const contact = member(contacts, kind, value);
		const moved =
			contact &&
			(direction === 'add'
				? contacts.addToList(contact, listId)
				: contacts.removeFromList(contact, listId));
		(moved ? success : failure).push(value);
	}
	if (success.length === 0) {
		return invalid(
			direction === 'add'
				? 'Contact is already present in the selected list or contact does not exist in account.'
				: 'Contact already removed from list and/or does not exist',
		);
	}
	return created({ contacts: { success, failure } });
}

function member(
	contacts: Contacts,
	kind: 'emails' | 'ids' | 'extIds',
	value: unknown,
): Contact | undefined {
	if (kind === 'ids') return contacts.byId(Number(value));
	return contacts.find(kind === 'emails' ? 'email' : 'ext_id', String(value));
}
