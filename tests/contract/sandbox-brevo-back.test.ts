import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { hintsOf } from '../../sync/brevo/events.ts';
import { WEBHOOK_EVENTS } from '../../sync/brevo/webhooks.ts';
import { BrevoReferee, hasSpec } from './brevo-referee.ts';

/** What the way back reads of the sandbox's Brevo: events, and lists of the modified. */

type Json = Readonly<Record<string, unknown>>;
let sandbox: Sandbox;
const referee = hasSpec ? new BrevoReferee() : undefined;
if (!hasSpec) console.warn("Not refereed: Brevo's OpenAPI description is not on this machine");

beforeEach(async () => {
	sandbox = await startSandbox({ seed: 'empty' });
	sandbox.brevo.admin.setLimits({ off: true });
});

afterEach(async () => {
	await sandbox.close();
});

/** Has Brevo's OpenAPI judge every exchange. Not where a receiver listens: loopback is no `url` to it. */
function refereed(): void {
	beforeEach(() => {
		referee?.violations.splice(0);
		const handle = sandbox.brevo.handle.bind(sandbox.brevo);
		Object.assign(sandbox.brevo, {
			handle: async (request: Parameters<typeof handle>[0]) => {
				const reply = await handle(request);
				referee?.judge(request, reply);
				return reply;
			},
		});
	});
	afterEach(() => {
		expect(referee?.violations ?? []).toEqual([]);
	});
}

async function brevo(method: string, path: string, body?: Json): Promise<[number, Json]> {
	const answer = await fetch(`${sandbox.origin}/v3/${path}`, {
		method,
		headers: { 'api-key': BREVO_KEY, 'content-type': 'application/json' },
		...(body && { body: JSON.stringify(body) }),
	});
	const text = await answer.text();
	return [answer.status, text === '' ? {} : (JSON.parse(text) as Json)];
}

const ada = 'ada@x.example';
const setUp = async (...emails: string[]) => {
	for (const email of emails) await brevo('POST', 'contacts', { email, ext_id: `E-${email}` });
};

describe('an event', () => {
	let server: http.Server;
	let bodies: Json[];
	beforeEach(async () => {
		bodies = [];
		server = http.createServer((request, response) => {
			void (async () => {
				const chunks: Buffer[] = [];
				for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
				bodies.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json);
				response.end();
			})();
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	});
	afterEach(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	const listen = async (more: Json = {}): Promise<void> => {
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
		const hook = { url, events: WEBHOOK_EVENTS, type: 'marketing', ...more };
		expect((await brevo('POST', 'webhooks', hook))[0]).toBe(201);
	};
	async function received(count: number): Promise<Json[]> {
		for (let waited = 0; bodies.length < count && waited < 3_000; waited += 5) await sleep(5);
		expect(bodies).toHaveLength(count);
		return bodies;
	}
	const isUnsubscription = (body: Json) => String(body['event']).startsWith('unsubscribe');

	test('unsubscribed comes once when a person blocklists a contact, and has its address', async () => {
		await setUp(ada);
		await listen();
		sandbox.brevo.admin.edit({ email: ada, emailBlacklisted: true });
		// One that is out already, one that comes back and an unrelated edit are no unsubscription.
		sandbox.brevo.admin.edit({ email: ada, emailBlacklisted: true });
		sandbox.brevo.admin.edit({ email: ada, emailBlacklisted: false });
		sandbox.brevo.admin.edit({ email: ada, attributes: { FIRSTNAME: 'Ada' } });
		const told = (await received(5)).filter(isUnsubscription);
		expect(told).toMatchObject([{ email: ada, list_id: [], 'campaign name': expect.anything() }]);
		expect(told[0]).not.toHaveProperty('api_key_name');
	});

	test('unsubscribed does not come when an API key blocklists, and contact_updated does', async () => {
		await setUp(ada);
		await listen();
		await brevo('PUT', `contacts/${encodeURIComponent(ada)}`, { emailBlacklisted: true });
		expect(await received(1)).toMatchObject([
			{ event: 'contact_updated', api_key_name: 'contact-sync' },
		]);
		expect(bodies.filter(isUnsubscription)).toEqual([]);
	});

	test('of each kind is understood by the engine', async () => {
		const list = { name: 'Customers', folderId: 1 };
		const listId = Number((await brevo('POST', 'contacts/lists', list))[1]['id']);
		await listen();
		await brevo('POST', 'contacts', { email: ada, listIds: [listId] });
		sandbox.brevo.admin.edit({ email: ada, emailBlacklisted: true });
		sandbox.brevo.admin.edit({ email: ada, delete: true });
		const hints = (await received(5)).flatMap(hintsOf);
		expect(new Set(hints.map(({ email }) => email))).toEqual(new Set([ada]));
		expect(hints.map(({ kind }) => kind).sort()).toEqual([
			'deleted',
			'listed',
			'unsubscribed',
			'updated',
			'updated',
		]);
	});

	test('of a contact goes to marketing webhooks only', async () => {
		await setUp(ada);
		await listen({ type: 'transactional', events: ['unsubscribed'] });
		await listen({ events: ['unsubscribed'] });
		const [, { webhooks }] = await brevo('GET', 'webhooks?type=marketing');
		sandbox.brevo.admin.edit({ email: ada, emailBlacklisted: true });
		expect(await received(1)).toMatchObject([{ id: (webhooks as Json[])[0]?.['id'] }]);
	});
});

describe('GET /webhooks', () => {
	refereed();
	const make = async (more: Json): Promise<number> => {
		const hook = { url: 'https://n8n.example.com/hook', events: ['unsubscribed'], ...more };
		return Number((await brevo('POST', 'webhooks', hook))[1]['id']);
	};
	const ids = async (query: string): Promise<unknown[]> =>
		((await brevo('GET', `webhooks${query}`))[1]['webhooks'] as Json[]).map(({ id }) => id);

	test('lists one type, transactional unless asked otherwise, newest first', async () => {
		const first = await make({ type: 'marketing' });
		const other = await make({});
		const last = await make({ type: 'marketing' });
		expect(await ids('')).toEqual([other]);
		expect(await ids('?type=marketing')).toEqual([last, first]);
		expect(await ids('?type=marketing&sort=asc')).toEqual([first, last]);
	});

	test('shows events, batches and headers as they were changed last', async () => {
		const id = await make({ type: 'marketing', headers: [{ key: 'x-secret', value: 'old' }] });
		const change = {
			events: ['contactDeleted'],
			batched: true,
			description: 'new',
			headers: [{ key: 'x-secret', value: 'new' }],
		};
		expect((await brevo('PUT', `webhooks/${id}`, change))[0]).toBe(204);
		expect((await brevo('GET', `webhooks/${id}`))[1]).toMatchObject(change);
	});
});

describe('GET /contacts', () => {
	refereed();
	const emails = ['a', 'b', 'c', 'd'].map((name) => `${name}@x.example`);
	const listed = async (query: string): Promise<{ emails: unknown[]; count: unknown }> => {
		const [status, { contacts, count }] = await brevo('GET', `contacts?${query}`);
		expect(status).toBe(200);
		return { emails: (contacts as Json[]).map(({ email }) => email), count };
	};

	test('is newest first unless asked otherwise, and counts all whatever the page', async () => {
		await setUp(...emails);
		expect(await listed('')).toEqual({ emails: [...emails].reverse(), count: 4 });
		expect(await listed('sort=asc')).toEqual({ emails, count: 4 });
		expect(await listed('sort=asc&limit=2&offset=1')).toEqual({
			emails: emails.slice(1, 3),
			count: 4,
		});
		expect(await listed('offset=9')).toEqual({ emails: [], count: 4 });
	});

	test('modifiedSince takes who changed since, still in order of creation', async () => {
		await setUp(...emails);
		sandbox.clock.advance(60_000);
		const since = new Date(sandbox.clock.now()).toISOString();
		sandbox.brevo.admin.edit({ email: 'c@x.example', attributes: { FIRSTNAME: 'C' } });
		sandbox.brevo.admin.edit({ email: 'a@x.example', attributes: { FIRSTNAME: 'A' } });
		expect(await listed(`sort=asc&modifiedSince=${since}`)).toEqual({
			emails: ['a@x.example', 'c@x.example'],
			count: 2,
		});
		expect(await listed(`createdSince=${since}`)).toEqual({ emails: [], count: 0 });
	});

	test('shows the ext_id among the attributes, as reading one does', async () => {
		await setUp(ada);
		const [, { contacts }] = await brevo('GET', 'contacts');
		expect(contacts).toMatchObject([{ attributes: { EXT_ID: `E-${ada}` } }]);
	});

	test.each(['limit=1001', 'limit=-1', 'offset=-1', 'modifiedSince=yesterday'])(
		'refuses %s',
		async (query) => {
			expect((await brevo('GET', `contacts?${query}`))[0]).toBe(400);
		},
	);
});
