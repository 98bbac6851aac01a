import { getAccount } from '../../sync/brevo/account.ts';
import { listAttributes } from '../../sync/brevo/attributes.ts';
import type { BrevoContact } from '../../sync/brevo/contact.ts';
import { deleteContact, getContact, upsertContact } from '../../sync/brevo/contacts.ts';
import { upsertEach } from '../../sync/brevo/each.ts';
import { BrevoAuthError, BrevoConfigError } from '../../sync/brevo/errors.ts';
import {
	findOrCreateList,
	getList,
	listFolders,
	requireList,
	searchLists,
} from '../../sync/brevo/lists.ts';
import { addToList, removeFromList } from '../../sync/brevo/members.ts';
import { bodyOf, json, pathOf, rate, type Reply, world } from './brevo-script.ts';

const ada: BrevoContact = {
	email: 'ada@example.com',
	ext_id: '003000000000001AAA',
	attributes: { NOM: 'Lovelace', SMS: '+33612345678', AGE: 36, VIP: false },
};
const BY_ID = '/contacts/003000000000001AAA?identifierType=ext_id';
const gone = json(404, { code: 'document_not_found', message: 'Contact does not exist' });
const stored = (more: object = {}) =>
	json(200, { id: 5, email: 'old@example.com', emailBlacklisted: false, attributes: {}, ...more });
const duplicate = (...names: string[]) =>
	json(400, {
		code: 'duplicate_parameter',
		message: 'Unable to create contact, ada@example.com is already associated',
		metadata: { duplicate_identifiers: names },
	});

describe('an upsert of a contact that was never written', () => {
	const unlinked = { linked: false, listIds: [7] };

	test('is one POST with updateEnabled, lists and attributes, and tells created from updated', async () => {
		const { client, requests } = world((_, nth) =>
			nth === 1 ? json(201, { id: 21 }) : { status: 204 },
		);
		expect(await upsertContact(client, ada, unlinked)).toEqual({
			kind: 'written',
			how: 'created',
			brevoId: 21,
		});
		expect(await upsertContact(client, ada, unlinked)).toEqual({ kind: 'written', how: 'updated' });
		expect(requests.map(pathOf)).toEqual(['POST /contacts', 'POST /contacts']);
		expect(bodyOf(requests[0])).toEqual({ ...ada, listIds: [7], updateEnabled: true });
	});

	test('when the answer is lost after the write, sends it again and ends as updated', async () => {
		const { client, requests } = world((_, nth) => (nth === 1 ? 'no-answer' : { status: 204 }));
		expect(await upsertContact(client, ada, unlinked)).toMatchObject({ kind: 'written' });
		expect(requests[0]?.body).toBe(requests[1]?.body);
	});

	test('with an identifier of another contact is a duplicate and never merged', async () => {
		const { client, requests } = world(() => duplicate('email', 'SMS'));
		expect(await upsertContact(client, ada, unlinked)).toEqual({
			kind: 'duplicate',
			identifiers: ['email', 'SMS'],
		});
		expect(requests).toHaveLength(1);
		expect(requests[0]?.body).not.toContain('forceMerge');
	});

	test('whose ext_id Brevo already has is updated by ext_id (the link was lost in a crash)', async () => {
		const { client, requests } = world(({ method }) =>
			method === 'POST' ? duplicate('ext_id') : method === 'GET' ? stored() : { status: 204 },
		);
		expect(await upsertContact(client, ada, unlinked)).toMatchObject({ how: 'updated' });
		expect(requests.map(pathOf)).toEqual(['POST /contacts', `GET ${BY_ID}`, `PUT ${BY_ID}`]);
	});

	test.each([
		['Invalid phone number, SMS phone number should be in format: 91xxxxxxxxxx', 'phone'],
		['Invalid email address', 'email'],
		['Something is off', 'unknown'],
	])('refused with "%s" is about %s', async (message, about) => {
		const { client } = world(() => json(400, { code: 'invalid_parameter', message }));
		expect(await upsertContact(client, ada, unlinked)).toEqual({
			kind: 'refused',
			code: 'invalid_parameter',
			about,
		});
	});

	test('into a list that is gone fails as a whole and names the list', async () => {
		const { client } = world(() =>
			json(400, { code: 'invalid_parameter', message: 'List ids do not exist' }),
		);
		const failed = upsertContact(client, ada, unlinked);
		await expect(failed).rejects.toThrow(BrevoConfigError);
		await expect(failed).rejects.toThrow('Brevo has no list 7');
	});

	test('with only a phone sends no e-mail', async () => {
		const { client, requests } = world(() => json(201, { id: 1 }));
		await upsertContact(client, { ext_id: 'x', attributes: { SMS: '+33612345678' } }, unlinked);
		expect(bodyOf(requests[0])).toEqual({
			ext_id: 'x',
			attributes: { SMS: '+33612345678' },
			listIds: [7],
			updateEnabled: true,
		});
	});
});

describe('an upsert of a contact that was written before', () => {
	const linked = { linked: true, listIds: [7] };

	test('goes by ext_id and renames the address through EMAIL', async () => {
		const { client, requests } = world(({ method }) =>
			method === 'GET' ? stored() : { status: 204 },
		);
		expect(await upsertContact(client, ada, linked)).toEqual({ kind: 'written', how: 'updated' });
		expect(requests.map(pathOf)).toEqual([`GET ${BY_ID}`, `PUT ${BY_ID}`]);
		expect(bodyOf(requests[1])).toEqual({
			attributes: { ...ada.attributes, EMAIL: 'ada@example.com' },
			listIds: [7],
		});
	});

	test('with an unchanged address is one request and does not send it', async () => {
		const { client, requests } = world(() => ({ status: 204 }));
		await upsertContact(client, ada, { ...linked, emailUnchanged: true });
		expect(requests.map(pathOf)).toEqual([`PUT ${BY_ID}`]);
		expect(requests[0]?.body).not.toContain('ada@example.com');
	});

	test('a rename never lifts an opt-out that Brevo holds (I6)', async () => {
		const { client, requests } = world(({ method }) =>
			method === 'GET' ? stored({ emailBlacklisted: true, smsBlacklisted: true }) : { status: 204 },
		);
		await upsertContact(client, ada, linked);
		const [rename, again] = requests.slice(1).map(bodyOf);
		expect(rename).toMatchObject({ emailBlacklisted: true, smsBlacklisted: true });
		expect(again).toEqual({ emailBlacklisted: true, smsBlacklisted: true });
	});

	test.each([true, false])(
		'and was deleted in Brevo since is created again (address unchanged: %s)',
		async (emailUnchanged) => {
			const { client, requests } = world(({ method }) =>
				method === 'POST' ? json(201, { id: 9 }) : gone,
			);
			expect(await upsertContact(client, ada, { ...linked, emailUnchanged })).toMatchObject({
				how: 'created',
				brevoId: 9,
			});
			expect(bodyOf(requests[1])).toMatchObject({ email: 'ada@example.com', ext_id: ada.ext_id });
		},
	);

	test('that Brevo both misses and refuses for its ext_id is a duplicate after two writes', async () => {
		const { client, requests } = world(({ method }) =>
			method === 'POST' ? duplicate('ext_id') : gone,
		);
		const result = await upsertContact(client, ada, { ...linked, emailUnchanged: true });
		expect(result).toEqual({ kind: 'duplicate', identifiers: ['ext_id'] });
		expect(requests.map(({ method }) => method)).toEqual(['PUT', 'POST']);
	});

	test('to an address of another contact is a duplicate', async () => {
		const { client } = world(({ method }) => (method === 'GET' ? stored() : duplicate('email')));
		expect(await upsertContact(client, ada, linked)).toEqual({
			kind: 'duplicate',
			identifiers: ['email'],
		});
	});
});

test('no request ever says emailBlacklisted: false (decision 10)', async () => {
	const { client, requests } = world(({ method }) =>
		method === 'GET' ? stored() : { status: 204 },
	);
	for (const linked of [true, false])
		for (const contact of [ada, { ...ada, emailBlacklisted: true } as const])
			await upsertContact(client, contact, { linked, listIds: [] });
	const flags = requests.flatMap(
		({ body }) => /"emailBlacklisted":(\w+)/.exec(body ?? '')?.[1] ?? [],
	);
	expect(flags).toEqual(['true', 'true']);
});

describe('deleting', () => {
	test.each<[string, Reply, object]>([
		['a contact', { status: 204 }, { kind: 'deleted' }],
		['one that is gone (a repeat after a lost answer)', gone, { kind: 'already-gone' }],
		[
			'the account owner’s own contact',
			json(405, { code: 'method_not_allowed', message: 'registered email' }),
			{ kind: 'refused', code: 'method_not_allowed' },
		],
	])('%s', async (_, reply, result) => {
		const { client, requests } = world(() => reply);
		expect(await deleteContact(client, ada.ext_id ?? '')).toEqual(result);
		expect(requests.map(pathOf)).toEqual([`DELETE ${BY_ID}`]);
	});

	test('survives an answer lost after the delete', async () => {
		const { client } = world((_, nth) => (nth === 1 ? 'no-answer' : gone));
		expect(await deleteContact(client, 'x')).toEqual({ kind: 'already-gone' });
	});
});

test('getContact gives undefined for a contact that does not exist', async () => {
	expect(await getContact(world(() => gone).client, 'a@b.org', 'email_id')).toBeUndefined();
});

describe('list membership', () => {
	const ids = Array.from({ length: 310 }, (_, n) => `id${n}`);
	const moved = (success: string[], failure: string[]) =>
		json(201, { contacts: { success, failure } });

	test('goes in chunks of 150, and being out already is fine', async () => {
		const { client, requests } = world(() => moved([], ['id5']));
		const { removed, alreadyOut } = await removeFromList(client, 7, ids);
		expect(requests.map((r) => (bodyOf(r) as { extIds: string[] }).extIds.length)).toEqual([
			150, 150, 10,
		]);
		expect(requests.map(pathOf)[0]).toBe('POST /contacts/lists/7/contacts/remove');
		expect(alreadyOut).toEqual(['id5']);
		expect(removed).toHaveLength(309);
	});

	test('a chunk refused for one bad id is halved until only that id is left', async () => {
		const { client } = world((request) =>
			(request.body ?? '').includes('"id77"')
				? json(400, { code: 'invalid_parameter', message: 'Invalid value' })
				: json(201, { success: [], failure: [] }),
		);
		const { added, notAdded } = await addToList(client, 7, ids);
		expect(notAdded).toEqual(['id77']);
		expect(added).toHaveLength(309);
	});

	test('a chunk that Brevo refuses because all are out already costs one request', async () => {
		const { client, requests } = world(() =>
			json(400, { code: 'invalid_parameter', message: 'Contact already removed from list' }),
		);
		expect((await removeFromList(client, 7, ids.slice(0, 100))).alreadyOut).toHaveLength(100);
		expect(requests).toHaveLength(1);
	});

	test('a list that is gone is an error that names it', async () => {
		await expect(removeFromList(world(() => gone).client, 7, ['a'])).rejects.toThrow(
			'Brevo has no list 7',
		);
	});
});

describe('lists by name', () => {
	const peer = (names: string[], folders: string[] = []) =>
		world(({ method, url }) => {
			if (method === 'POST') return json(201, { id: 999 });
			const kind = url.includes('/folders') ? 'folders' : 'lists';
			const offset = Number(new URL(url).searchParams.get('offset'));
			const all = (kind === 'lists' ? names : folders).map((name, n) => ({ id: n + 1, name }));
			return json(200, { [kind]: all.slice(offset, offset + 50), count: all.length });
		});
	const many = Array.from({ length: 120 }, (_, n) => `List ${n}`);

	test('finds the one of that name in any case, over several pages', async () => {
		const { client, requests } = peer([...many, 'Été 2026']);
		const wanted = { name: ' éTÉ 2026 ', folder: 1 };
		expect(await findOrCreateList(client, wanted)).toEqual({ id: 121, created: false });
		expect(requests).toHaveLength(3);
	});

	test('two of one name are an error that names the ids', async () => {
		const { client } = peer(['A', 'b', 'a']);
		await expect(findOrCreateList(client, { name: 'A', folder: 1 })).rejects.toThrow(/ids 1, 3/);
	});

	test('creates it, and its folder, when there is none', async () => {
		const { client, requests } = peer(many, ['Marketing']);
		await findOrCreateList(client, { name: 'New', folder: 'marketing' });
		expect(bodyOf(requests.at(-1))).toEqual({ name: 'New', folderId: 1 });
		await findOrCreateList(client, { name: 'New', folder: 'Other' });
		expect(requests.slice(-2).map(pathOf)).toEqual([
			'POST /contacts/folders',
			'POST /contacts/lists',
		]);
		expect(bodyOf(requests.at(-1))).toEqual({ name: 'New', folderId: 999 });
	});

	test('does not create one when there were too many to look through', async () => {
		const { client, requests } = peer(Array.from({ length: 5_100 }, (_, n) => `L${n}`));
		await expect(findOrCreateList(client, { name: 'New', folder: 1 })).rejects.toThrow(/too many/);
		expect(requests.every(({ method }) => method === 'GET')).toBe(true);
	});

	test('search and folders for the dropdowns', async () => {
		const { client } = peer(many, ['F']);
		expect((await searchLists(client, { search: 'list 11' })).map(({ id }) => id)).toEqual([
			12, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120,
		]);
		expect(await searchLists(client, { most: 3 })).toHaveLength(3);
		expect(await listFolders(client)).toEqual([{ id: 1, name: 'F' }]);
	});

	test('a list that is gone is undefined, or an error where it is needed', async () => {
		expect(await getList(world(() => gone).client, 3)).toBeUndefined();
		await expect(requireList(world(() => gone).client, 3)).rejects.toThrow('Brevo has no list 3');
	});
});

describe('metadata', () => {
	test('the account gives its organisation and nothing about a person', async () => {
		const { client } = world(() =>
			json(200, {
				organization_id: 'org1',
				companyName: 'ACME',
				email: 'boss@acme.example',
				firstName: 'Jane',
				address: { city: 'Paris' },
				plan: [{ type: 'free' }, { type: 'sms' }],
				dateTimePreferences: { timezone: 'Europe/Paris', dateFormat: 'dd-mm-YYYY' },
			}),
		);
		expect(await getAccount(client)).toEqual({
			organizationId: 'org1',
			companyName: 'ACME',
			plans: ['free', 'sms'],
			timezone: 'Europe/Paris',
			dateFormat: 'dd-mm-YYYY',
		});
	});

	test('attributes are read, and what is malformed is left out', async () => {
		const enumeration = [{ value: 0, label: 'Women', valueStr: 'w' }];
		const { client } = world(() =>
			json(200, {
				attributes: [
					{ name: 'NOM', category: 'normal', type: 'text' },
					{ name: 'SEX', category: 'category', enumeration },
					{ name: 'X', category: 'brand-new' },
					null,
				],
			}),
		);
		expect(await listAttributes(client)).toEqual([
			{ name: 'NOM', category: 'normal', type: 'text' },
			{ name: 'SEX', category: 'category', enumeration },
		]);
	});
});

describe('many single upserts', () => {
	const writes = Array.from({ length: 60 }, (_, n) => ({
		contact: { email: `p${n}@example.com`, ext_id: `id${n}`, attributes: {} },
		linked: false,
		listIds: [1],
	}));

	test('keep their order and one refusal does not stop the others', async () => {
		const { client } = world(({ body }) =>
			body?.includes('"id3"') === true
				? json(400, { code: 'invalid_parameter', message: 'email' })
				: json(201, { id: 1 }),
		);
		const results = await upsertEach(client, writes);
		expect(results.map(({ kind }) => kind).filter((kind) => kind === 'written')).toHaveLength(59);
		expect(results[3]).toMatchObject({ kind: 'refused' });
	});

	test('server trouble with one or two contacts does not hold up the others', async () => {
		const { client, requests } = world(({ body }) =>
			/"id(3|40)"/.test(body ?? '') ? json(500, {}) : json(201, { id: 1 }),
		);
		const results = await upsertEach(client, writes);
		expect(results.filter(({ kind }) => kind === 'written')).toHaveLength(58);
		for (const at of [3, 40]) expect(results[at]).toMatchObject({ kind: 'put-off' });
		expect(requests).toHaveLength(58 + 2 * 8);
	});

	test('server trouble with all of them is met with the first few only', async () => {
		const { client, requests } = world(() => json(500, {}));
		const results = await upsertEach(client, writes);
		expect(results.filter(({ kind }) => kind === 'put-off')).toHaveLength(60);
		expect(requests.length).toBeLessThanOrEqual((8 + 2) * 8);
	});

	test('a storm puts all off after one bounded wait, and none is lost', async () => {
		const { client, elapsed, requests } = world((_, nth) =>
			nth <= 20 ? json(201, { id: nth }) : { status: 429, headers: rate(10, 0, 1) },
		);
		const results = await upsertEach(client, writes);
		expect(results).toHaveLength(60);
		const off = results.filter(({ kind }) => kind === 'put-off');
		expect(off).toHaveLength(40);
		for (const result of off) expect(result).toMatchObject({ mayHaveHappened: false });
		expect(elapsed()).toBeLessThan(90_000);
		expect(requests.length).toBeLessThan(20 + 8 * 9);
	});

	test('a revoked key ends it with few requests, and what was done before is told', async () => {
		const told: number[] = [];
		const { client, requests } = world((_, nth) =>
			nth <= 10
				? json(201, { id: nth })
				: json(401, { code: 'unauthorized', message: 'Key not found' }),
		);
		await expect(upsertEach(client, writes, (index) => void told.push(index))).rejects.toThrow(
			BrevoAuthError,
		);
		expect(told).toHaveLength(10);
		expect(requests.length).toBeLessThanOrEqual(18);
	});
});
