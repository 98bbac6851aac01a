import { allContacts, contactsPage } from '../../sync/brevo/changed.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import { getContact } from '../../sync/brevo/contacts.ts';
import { BrevoUnavailableError } from '../../sync/brevo/errors.ts';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { json, pathOf, rate, type Reply, START, world } from './brevo-script.ts';
import { sandboxed, type Sandboxed } from './brevo-sandbox.ts';

const listed = (id: number) => ({ id, email: `n${id}@x.example`, attributes: {} });
const page = (from: number, to: number, count: number): Reply =>
	json(200, { contacts: Array.from({ length: to - from }, (_, n) => listed(from + n)), count });

async function idsOf(client: BrevoClient, modifiedSince?: string): Promise<number[]> {
	const ids: number[] = [];
	for await (const { contacts } of allContacts(client, modifiedSince ? { modifiedSince } : {})) {
		ids.push(...contacts.map(({ id }) => id));
	}
	return ids;
}

function filled(count: number): Sandboxed {
	const account = sandboxed();
	for (let n = 1; n <= count; n += 1) account.brevo.admin.create({ email: `n${n}@x.example` });
	return account;
}

describe('a walk through all contacts', () => {
	test('sees each once, oldest first, with one request for a thousand', async () => {
		const { client, requests } = filled(1_000);
		expect(await idsOf(client)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
		expect(requests).toEqual(['GET /contacts?limit=1000&offset=0&sort=asc']);
	});

	test('goes on where it stopped', async () => {
		const { client, requests } = filled(2_500);
		const ids = await idsOf(client);
		expect(ids).toEqual(Array.from({ length: 2_500 }, (_, n) => n + 1));
		expect(requests).toHaveLength(3);
	});

	test('of an empty account is one page without contacts, and an end', async () => {
		const { client, requests } = sandboxed();
		expect(await idsOf(client)).toEqual([]);
		expect(requests).toHaveLength(1);
	});

	const remove =
		({ brevo }: Sandboxed) =>
		(...ids: number[]) => {
			for (const id of ids) brevo.admin.edit({ id, delete: true });
		};

	test.each([
		['one', [5]],
		['the last of the page before', [1_000]],
		['thirty', Array.from({ length: 30 }, (_, n) => n * 20 + 1)],
		['all that were seen', Array.from({ length: 1_000 }, (_, n) => n + 1)],
		['the rest', Array.from({ length: 500 }, (_, n) => n + 1_001)],
	])('misses none of those who stay when %s is deleted between pages', async (_, gone) => {
		const account = filled(1_500);
		account.meanwhile = (nth) => {
			if (nth === 2) remove(account)(...gone);
		};
		const ids = new Set(await idsOf(account.client));
		for (let id = 1; id <= 1_500; id += 1) if (!gone.includes(id)) expect(ids).toContain(id);
	});

	test('misses none when a new contact keeps the count as it was', async () => {
		const account = filled(1_500);
		account.meanwhile = (nth) => {
			if (nth !== 2) return;
			remove(account)(7, 8, 9);
			for (const n of [1, 2, 3]) account.brevo.admin.create({ email: `new${n}@x.example` });
		};
		const ids = new Set(await idsOf(account.client));
		for (const id of [1_001, 1_002, 1_003, 1_500, 1_503]) expect(ids).toContain(id);
	});

	test('with modifiedSince sees who was modified then or later, and nobody else', async () => {
		const account = filled(3);
		account.advance(60_000);
		const since = new Date(account.now()).toISOString();
		account.brevo.admin.edit({ id: 2, attributes: { FIRSTNAME: 'Ada' } });
		account.brevo.admin.create({ email: 'n4@x.example' });
		expect(await idsOf(account.client, since)).toEqual([2, 4]);
		// Without milliseconds and with a zone of its own it is the same moment.
		expect(await idsOf(account.client, since.replace(/\.\d+Z$/, '+00:00'))).toEqual([2, 4]);
		expect(account.requests[0]).toContain(`modifiedSince=${encodeURIComponent(since)}`);
	});

	test('misses none when contacts leave a list of the modified (their stamp moved)', async () => {
		const rows = Array.from({ length: 1_300 }, (_, n) => n + 1);
		const { client } = world((request, nth) => {
			const left = nth === 1 ? rows : rows.filter((id) => id > 40);
			const offset = Number(new URL(request.url).searchParams.get('offset'));
			const found = left.slice(offset, offset + 1_000);
			return json(200, { contacts: found.map(listed), count: left.length });
		});
		const ids = new Set(await idsOf(client, new Date(START).toISOString()));
		expect(ids.size).toBe(1_300);
	});
});

describe('a list that cannot be the whole list is an error and no end', () => {
	const failed: Array<[string, Reply]> = [
		['is empty although more are counted', json(200, { contacts: [], count: 5 })],
		['has no contacts', json(200, { count: 0 })],
		['has something else for contacts', json(200, { contacts: { a: 1 }, count: 1 })],
		['has a contact that is none', json(200, { contacts: [null], count: 1 })],
		['has a contact without an id', json(200, { contacts: [{ email: 'a@x.example' }], count: 1 })],
		['has no count', json(200, { contacts: [listed(1)] })],
	];
	test.each(failed)('a page that %s', async (_, reply) => {
		const { client } = world(() => reply);
		await expect(idsOf(client)).rejects.toThrow(BrevoUnavailableError);
	});

	test('a later page that is cut short to nothing, at once', async () => {
		const { client, requests } = world((_, nth) =>
			nth === 1 ? page(1, 1_001, 3_000) : json(200, { contacts: [], count: 3_000 }),
		);
		await expect(idsOf(client)).rejects.toThrow(BrevoUnavailableError);
		expect(requests).toHaveLength(2);
	});

	test('pages that bring nothing new', async () => {
		const { client, requests } = world(({ url }) => {
			const offset = Number(new URL(url).searchParams.get('offset'));
			return page(offset + 1, offset + 2, 3_000);
		});
		await expect(idsOf(client)).rejects.toThrow(BrevoUnavailableError);
		expect(requests).toHaveLength(2);
	});

	test('a server error in the middle', async () => {
		const { client } = world((_, nth) => (nth === 1 ? page(1, 1_001, 3_000) : { status: 502 }));
		await expect(idsOf(client)).rejects.toThrow(BrevoUnavailableError);
	});
});

describe('a page', () => {
	test('has Brevo’s clock, not ours', async () => {
		const date = 'Wed, 25 Nov 2026 08:59:57 GMT';
		const { client } = world(() => json(200, { contacts: [], count: 0 }, { date }));
		expect(await contactsPage(client, { offset: 0, limit: 10 })).toEqual({
			contacts: [],
			count: 0,
			serverTime: Date.parse(date),
		});
		const { client: without } = world(() => json(200, { contacts: [], count: 0 }));
		expect((await contactsPage(without, { offset: 0 })).serverTime).toBeUndefined();
	});

	test('shows a contact as reading it alone does, its Salesforce id included', async () => {
		const { client, brevo } = sandboxed();
		await brevo.handle({
			method: 'POST',
			path: '/v3/contacts',
			query: new URLSearchParams(),
			headers: { 'api-key': BREVO_KEY },
			body: Buffer.from(
				JSON.stringify({ email: 'ada@x.example', ext_id: '003A', emailBlacklisted: true }),
			),
			origin: 'http://sandbox.example',
		});
		const { contacts } = await contactsPage(client, { offset: 0 });
		expect(contacts).toMatchObject([{ extId: '003A', emailBlacklisted: true }]);
		expect(contacts).toEqual([await getContact(client, '003A', 'ext_id')]);
	});

	test('has the Salesforce id from on top, too, and none that is empty', async () => {
		const rows = [
			{ ...listed(1), ext_id: '003A' },
			{ ...listed(2), ext_id: '' },
		];
		const { client } = world(() => json(200, { contacts: rows, count: 2 }));
		const { contacts } = await contactsPage(client, { offset: 0 });
		expect(contacts.map(({ extId }) => extId)).toEqual(['003A', undefined]);
	});

	test.each([
		[10, 'contacts'],
		[100, 'other'],
	] as const)('is charged where a limit of %d says', async (limit, bucket) => {
		const { client, requests } = world(() =>
			json(200, { contacts: [], count: 0 }, rate(limit, limit - 1, 1)),
		);
		await contactsPage(client, { offset: 0 });
		const before = client.calls[bucket];
		await contactsPage(client, { offset: 20, limit: 10 });
		expect(client.calls[bucket]).toBe(before + 1);
		expect(requests.map(pathOf)[1]).toBe('GET /contacts?limit=10&offset=20&sort=asc');
	});
});
