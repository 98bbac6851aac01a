import {
	BrevoAuthError,
	BrevoConfigError,
	BrevoUnavailableError,
} from '../../sync/brevo/errors.ts';
import {
	ensureWebhook,
	findWebhook,
	removeWebhook,
	WEBHOOK_EVENTS,
} from '../../sync/brevo/webhooks.ts';
import { bodyOf, json, pathOf, world } from './brevo-script.ts';
import { sandboxed, type Sandboxed } from './brevo-sandbox.ts';

const URL_OF_OURS = 'https://n8n.example/webhook/1';
const setting = {
	url: URL_OF_OURS,
	description: 'n8n: Customers',
	secret: { header: 'x-contact-sync-secret', value: 's3cret' },
};

type Hook = Readonly<Record<string, unknown>>;
const hooksOf = async ({ client }: Sandboxed, type = 'marketing'): Promise<Hook[]> =>
	(await client.request('GET /webhooks', { query: { type, sort: 'asc' } })).json?.[
		'webhooks'
	] as Hook[];
const add = async ({ client }: Sandboxed, body: Hook): Promise<number> =>
	Number(
		(
			await client.request('POST /webhooks', {
				body: { url: URL_OF_OURS, events: ['opened'], type: 'marketing', ...body },
			})
		).json?.['id'],
	);
const writesOf = ({ requests }: Sandboxed): string[] =>
	requests.filter((request) => !request.startsWith('GET'));

describe('making the webhook sure', () => {
	test('makes one that listens to exactly our events, one by one, with the secret', async () => {
		const account = sandboxed();
		const { id } = await ensureWebhook(account.client, setting);
		expect(await hooksOf(account)).toMatchObject([
			{
				id,
				url: URL_OF_OURS,
				description: 'n8n: Customers',
				type: 'marketing',
				events: [...WEBHOOK_EVENTS],
				batched: false,
				headers: [{ key: 'x-contact-sync-secret', value: 's3cret' }],
			},
		]);
	});

	test('leaves one that is as wanted alone, in whatever order its events are', async () => {
		const account = sandboxed();
		const id = await add(account, {
			events: [...WEBHOOK_EVENTS].reverse(),
			headers: [{ key: setting.secret.header, value: setting.secret.value }],
		});
		account.requests.length = 0;
		expect(await ensureWebhook(account.client, setting)).toEqual({ id });
		expect(account.requests).toEqual(['GET /webhooks?type=marketing']);
	});

	const secret = [{ key: setting.secret.header, value: setting.secret.value }];
	test.each<[string, Hook]>([
		['an event too few', { events: WEBHOOK_EVENTS.slice(1), headers: secret }],
		['an event too many', { events: [...WEBHOOK_EVENTS, 'click'], headers: secret }],
		['batches', { events: WEBHOOK_EVENTS, headers: secret, batched: true }],
		['no secret', { events: WEBHOOK_EVENTS }],
		[
			'another secret',
			{ events: WEBHOOK_EVENTS, headers: [{ key: setting.secret.header, value: 'old' }] },
		],
	])('mends one that has %s, and makes no second', async (_, hook) => {
		const account = sandboxed();
		const id = await add(account, hook);
		expect(await findWebhook(account.client, URL_OF_OURS, setting.secret)).toEqual({
			id,
			isAsWanted: false,
		});
		expect(await ensureWebhook(account.client, setting)).toEqual({ id });
		expect(await hooksOf(account)).toMatchObject([
			{ id, events: [...WEBHOOK_EVENTS], batched: false, headers: secret },
		]);
	});

	test('keeps the oldest of several and deletes the others, but nobody else’s', async () => {
		const account = sandboxed();
		const ids = [await add(account, {}), await add(account, {}), await add(account, {})];
		const other = await add(account, { url: 'https://n8n.example/webhook/2' });
		expect(await ensureWebhook(account.client, setting)).toEqual({ id: ids[0] });
		expect((await hooksOf(account)).map(({ id }) => id)).toEqual([ids[0], other]);
	});

	test('makes it anew when it is deleted while it is mended', async () => {
		const { client, requests } = world(({ method }) =>
			method === 'GET'
				? json(200, { webhooks: [{ id: 4, url: URL_OF_OURS }] })
				: method === 'PUT'
					? json(404, { code: 'document_not_found', message: 'Webhook ID does not exist' })
					: json(201, { id: 9 }),
		);
		expect(await ensureWebhook(client, setting)).toEqual({ id: 9 });
		expect(requests.map(pathOf).at(-1)).toBe('POST /webhooks');
	});

	test('when the answer to the creation is lost, finds what was made and makes no second', async () => {
		const account = sandboxed();
		account.loses = (request) => request.startsWith('POST');
		const { id } = await ensureWebhook(account.client, setting);
		expect((await hooksOf(account)).map((hook) => hook['id'])).toEqual([id]);
		expect(writesOf(account)).toEqual(['POST /webhooks']);
	});

	test('when the creation really got lost, says so and does not repeat it', async () => {
		const { client, requests } = world(({ method }) =>
			method === 'GET' ? json(200, { webhooks: [] }) : 'no-answer',
		);
		await expect(ensureWebhook(client, setting)).rejects.toThrow(BrevoUnavailableError);
		expect(requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET']);
	});

	test('makes nothing when the list of webhooks cannot be read', async () => {
		for (const reply of [json(200, { webhooks: 'x' }), { status: 502 }, json(401, {})]) {
			const { client, requests } = world(() => reply);
			await expect(ensureWebhook(client, setting)).rejects.toThrow();
			expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
		}
	});

	test('takes a 404 for an account without webhooks', async () => {
		const { client, requests } = world(({ method }) =>
			method === 'GET'
				? json(404, { code: 'document_not_found', message: 'none' })
				: json(201, { id: 3 }),
		);
		expect(await ensureWebhook(client, setting)).toEqual({ id: 3 });
		expect(bodyOf(requests[1])).toMatchObject({ type: 'marketing', channel: 'email' });
	});

	test.each(['marketing', 'transactional'])(
		'in an account with 40 webhooks (%s) says which limit it is and what to do',
		async (type) => {
			const account = sandboxed();
			for (let n = 0; n < 40; n += 1)
				await add(account, { url: `https://x.example/${n}`, events: ['spam'], type });
			const error = await ensureWebhook(account.client, setting).catch((caught: unknown) => caught);
			expect(error).toBeInstanceOf(BrevoConfigError);
			expect(error).toMatchObject({
				message: expect.stringMatching(/40 webhooks.*no more than 40/) as unknown,
				remedy: expect.stringMatching(/Settings, Webhooks/) as unknown,
			});
		},
	);

	test('an address that Brevo refuses is told without the secret path', async () => {
		const { client } = world(({ method }) =>
			method === 'GET'
				? json(200, { webhooks: [] })
				: json(400, { code: 'invalid_parameter', message: 'url is not valid' }),
		);
		const error = await ensureWebhook(client, setting).catch((caught: unknown) => caught);
		expect(error).toBeInstanceOf(BrevoConfigError);
		expect(String(error)).toContain('https://n8n.example');
		expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/webhook\/1|s3cret/);
		await expect(ensureWebhook(client, { ...setting, url: '' })).rejects.toThrow(BrevoConfigError);
	});

	test('a wrong key stays a wrong key', async () => {
		const { client } = world(() => json(401, { code: 'unauthorized', message: 'Key not found' }));
		await expect(ensureWebhook(client, setting)).rejects.toThrow(BrevoAuthError);
	});
});

describe('finding the webhook', () => {
	test('finds none in an account that has only others', async () => {
		const account = sandboxed();
		await add(account, { url: `${URL_OF_OURS}0` });
		expect(await findWebhook(account.client, URL_OF_OURS)).toBeUndefined();
	});

	test('without the secret, any header will do, but one there must be', async () => {
		const account = sandboxed();
		const id = await add(account, { events: WEBHOOK_EVENTS });
		expect(await findWebhook(account.client, URL_OF_OURS)).toEqual({ id, isAsWanted: false });
		await ensureWebhook(account.client, setting);
		expect(await findWebhook(account.client, URL_OF_OURS)).toEqual({ id, isAsWanted: true });
	});
});

describe('removing the webhook', () => {
	test('removes every one with its URL and nobody else’s', async () => {
		const account = sandboxed();
		await add(account, {});
		await add(account, {});
		const other = await add(account, { url: 'https://n8n.example/webhook/2' });
		await removeWebhook(account.client, URL_OF_OURS);
		expect((await hooksOf(account)).map(({ id }) => id)).toEqual([other]);
		await removeWebhook(account.client, URL_OF_OURS);
	});

	test('goes on when one is gone already', async () => {
		const hooks = [1, 2].map((id) => ({ id, url: URL_OF_OURS }));
		const { client, requests } = world(({ method }, nth) =>
			method === 'GET'
				? json(200, { webhooks: hooks })
				: nth === 2
					? json(404, { code: 'document_not_found', message: 'gone' })
					: { status: 204 },
		);
		await removeWebhook(client, URL_OF_OURS);
		expect(requests.map(pathOf).slice(1)).toEqual(['DELETE /webhooks/1', 'DELETE /webhooks/2']);
	});
});
