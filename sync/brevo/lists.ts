import { isObject } from './answers.ts';
import type { BrevoClient } from './client.ts';
import { BrevoConfigError, BrevoRefusedError, UnknownListError } from './errors.ts';

/** Brevo OpenAPI: at most 50 a page for lists and folders. */
const PAGE_SIZE = 50;
/** 5,000 lists or folders; past that a name cannot be looked up with a fair number of requests. */
const MOST_PAGES = 100;

export interface BrevoFolder {
	readonly id: number;
	readonly name: string;
}

export interface BrevoList extends BrevoFolder {
	readonly folderId?: number;
	/** Contacts in the list (`totalSubscribers` is being retired to a constant 0). */
	readonly uniqueSubscribers?: number;
}

type Kind = 'lists' | 'folders';

function entryOf(value: unknown): BrevoList | undefined {
	if (!isObject(value) || typeof value.id !== 'number' || typeof value.name !== 'string')
		return undefined;
	const { id, name, folderId, uniqueSubscribers } = value;
	return {
		id,
		name,
		...(typeof folderId === 'number' ? { folderId } : {}),
		...(typeof uniqueSubscribers === 'number' ? { uniqueSubscribers } : {}),
	};
}

interface Walk {
	readonly entries: readonly BrevoList[];
	/** False when the bound was reached before the end. */
	readonly complete: boolean;
}

/** Oldest first, so that what is created meanwhile lands behind us; ids seen twice count once. */
async function walk(
	client: BrevoClient,
	kind: Kind,
	isEnough: (found: number) => boolean,
	wanted: (entry: BrevoList) => boolean,
): Promise<Walk> {
	const found = new Map<number, BrevoList>();
	for (let page = 0; page < MOST_PAGES; page += 1) {
		const { json } = await client.request(`GET /contacts/${kind}`, {
			query: { limit: PAGE_SIZE, offset: page * PAGE_SIZE, sort: 'asc' },
		});
		const values: unknown = json?.[kind];
		const rows = Array.isArray(values) ? values : [];
		for (const entry of rows.map(entryOf))
			if (entry !== undefined && wanted(entry)) found.set(entry.id, entry);
		if (rows.length < PAGE_SIZE) return { entries: [...found.values()], complete: true };
		if (isEnough(found.size)) break;
	}
	return { entries: [...found.values()], complete: false };
}

const folded = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** Lists whose name contains `search` (any case), oldest first, at most `most`. For a dropdown. */
export async function searchLists(
	client: BrevoClient,
	{ search = '', most = 200 }: { readonly search?: string; readonly most?: number } = {},
): Promise<readonly BrevoList[]> {
	const { entries } = await walk(
		client,
		'lists',
		(found) => found >= most,
		({ name }) => folded(name).includes(folded(search)),
	);
	return entries.slice(0, most);
}

/** All folders, for a dropdown; at most 5,000. */
export async function listFolders(client: BrevoClient): Promise<readonly BrevoFolder[]> {
	return (
		await walk(
			client,
			'folders',
			() => false,
			() => true,
		)
	).entries;
}

/** One list; undefined when Brevo has none with this id. */
export async function getList(client: BrevoClient, listId: number): Promise<BrevoList | undefined> {
	try {
		const { json } = await client.request('GET /contacts/lists/{listId}', { params: { listId } });
		return entryOf(json);
	} catch (error) {
		if (error instanceof BrevoRefusedError && error.status === 404) return undefined;
		throw error;
	}
}

/** Throws BrevoConfigError when the list is gone. */
export async function requireList(client: BrevoClient, listId: number): Promise<BrevoList> {
	const list = await getList(client, listId);
	if (list === undefined) throw new UnknownListError([listId], undefined);
	return list;
}

/** Creates a list and gives its id. Not repeated after a lost answer: there could be two. */
export const createList = (
	client: BrevoClient,
	list: { readonly name: string; readonly folderId: number },
): Promise<number> => create(client, 'lists', list);

export const createFolder = (client: BrevoClient, name: string): Promise<number> =>
	create(client, 'folders', { name });

async function create(
	client: BrevoClient,
	kind: Kind,
	body: Readonly<Record<string, unknown>>,
): Promise<number> {
	const { json } = await client.request(`POST /contacts/${kind}`, { body });
	if (typeof json?.id === 'number') return json.id;
	throw new BrevoConfigError(
		`Brevo created one of its ${kind} without telling its id`,
		'Choose it by its name or id.',
	);
}

export interface NamedList {
	readonly name: string;
	/** Id or name; a folder of that name is created when there is none. */
	readonly folder: number | string;
}

/**
 * The list of this name (any case), created in the folder when there is none. Safe to repeat.
 * Throws BrevoConfigError when several have the name, or when there are too many to look through.
 */
export async function findOrCreateList(
	client: BrevoClient,
	{ name, folder }: NamedList,
): Promise<{ readonly id: number; readonly created: boolean }> {
	const id = await findByName(client, 'lists', name);
	if (id !== undefined) return { id, created: false };
	const folderId = typeof folder === 'number' ? folder : await findOrCreateFolder(client, folder);
	return { id: await createList(client, { name: name.trim(), folderId }), created: true };
}

async function findOrCreateFolder(client: BrevoClient, name: string): Promise<number> {
	return (await findByName(client, 'folders', name)) ?? createFolder(client, name.trim());
}

async function findByName(
	client: BrevoClient,
	kind: Kind,
	name: string,
): Promise<number | undefined> {
	if (folded(name) === '')
		throw new BrevoConfigError(`A name for the Brevo ${kind} is missing`, 'Enter a name.');
	const { entries, complete } = await walk(
		client,
		kind,
		(found) => found > 1,
		(entry) => folded(entry.name) === folded(name),
	);
	if (entries.length > 1)
		throw new BrevoConfigError(
			`Several Brevo ${kind} are called “${name.trim()}”: ids ${entries.map(({ id }) => id).join(', ')}`,
			'Choose one by its id, or rename the others.',
		);
	if (entries.length === 0 && !complete)
		throw new BrevoConfigError(
			`Brevo has too many ${kind} to look for a name`,
			'Choose one by its id.',
		);
	return entries[0]?.id;
}
