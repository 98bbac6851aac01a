import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

/** Faults, clock, request log, admin API and webhook deliveries of the sandbox's server. */
let sandbox: Sandbox;

beforeEach(async () => {
	sandbox = await startSandbox({ seed: 'empty' });
	sandbox.brevo.admin.setLimits({ off: true });
});

afterEach(async () => {
	await sandbox.close();
});

const brevo = async (method: string, path: string, body?: object): Promise<Response> =>
	await fetch(`${sandbox.origin}/v3/${path}`, {
		method,
		headers: { 'api-key': BREVO_KEY, 'content-type': 'application/json' },
		...(body && { body: JSON.stringify(body) }),
	});

const admin = async (method: string, path: string, body?: object): Promise<Response> =>
	await fetch(`${sandbox.origin}/_sandbox/${path}`, {
		method,
		...(body && { body: JSON.stringify(body) }),
	});

const contact = (n: number): object => ({ email: `person${n}@example.com`, ext_id: `E${n}` });
const contacts = (): number => sandbox.brevo.admin.contacts({}).length;

describe('faults', () => {
	test('a scripted status hits its route, after the requests to skip, as often as asked', async () => {
		const fault = {
			kind: 'status',
			service: 'brevo',
			method: 'POST',
			path: '/contacts$',
			skip: 1,
			times: 2,
			status: 429,
			headers: { 'x-sib-ratelimit-reset': '7' },
			body: { code: 'too_many_requests', message: 'later' },
		};
		expect((await admin('POST', 'faults', fault)).status).toBe(200);
		const answers: Response[] = [];
		for (let n = 0; n < 4; n += 1) answers.push(await brevo('POST', 'contacts', contact(n)));
		expect(answers.map(({ status }) => status)).toEqual([201, 429, 429, 201]);
		expect(answers[1]?.headers.get('x-sib-ratelimit-reset')).toBe('7');
		expect(await answers[1]?.json()).toEqual(fault.body);
		expect((await brevo('GET', 'contacts')).status).toBe(200);
		expect(contacts()).toBe(2);
	});

	test('drop-before does nothing, drop-after does it once; neither answers', async () => {
		sandbox.faults.add({ kind: 'drop-before', service: 'brevo' });
		await expect(brevo('POST', 'contacts', contact(1))).rejects.toThrow();
		expect(contacts()).toBe(0);
		sandbox.faults.add({ kind: 'drop-after', service: 'brevo' });
		await expect(brevo('POST', 'contacts', contact(1))).rejects.toThrow();
		expect(contacts()).toBe(1);
		expect((await brevo('POST', 'contacts', contact(1))).status).toBe(400);
		expect(sandbox.log.latest().map(({ status }) => status)).toEqual([0, 0, 400]);
	});

	test('html answers as a gateway and does nothing; truncate does it and cuts the answer', async () => {
		sandbox.faults.add({ kind: 'html', service: 'brevo' });
		const gateway = await brevo('POST', 'contacts', contact(1));
		expect(gateway.status).toBe(502);
		expect(gateway.headers.get('content-type')).toContain('text/html');
		expect(contacts()).toBe(0);
		sandbox.faults.add({ kind: 'truncate', service: 'brevo' });
		const cut = await brevo('POST', 'contacts', contact(1));
		expect(cut.status).toBe(201);
		await expect(cut.json()).rejects.toThrow();
		expect(contacts()).toBe(1);
	});

	test('delay answers late', async () => {
		sandbox.faults.add({ kind: 'delay', service: 'brevo', delayMs: 120 });
		const started = performance.now();
		expect((await brevo('GET', 'contacts')).status).toBe(200);
		expect(performance.now() - started).toBeGreaterThan(110);
	});

	test('faults by seed are the same for the same seed, and end when cleared', async () => {
		const run = async (): Promise<number[]> => {
			await admin('POST', 'faults', { seed: 5, rate: 0.4, kinds: ['status', 'html'] });
			const statuses: number[] = [];
			for (let n = 0; n < 30; n += 1) statuses.push((await brevo('GET', 'contacts')).status);
			return statuses;
		};
		const first = await run();
		expect(new Set(first)).toEqual(new Set([200, 502, 503]));
		expect(await run()).toEqual(first);
		await admin('DELETE', 'faults');
		expect((await brevo('GET', 'contacts')).status).toBe(200);
	});

	test('an unknown kind and a bad expression are refused', async () => {
		expect(await (await admin('POST', 'faults', { kind: 'fire' })).json()).toEqual({
			message: 'A fault is one of status, delay, drop-before, drop-after, html, truncate',
		});
		expect((await admin('POST', 'faults', { kind: 'html', path: '(' })).status).toBe(400);
		expect(sandbox.faults.list()).toEqual([]);
	});
});

test('moving the clock keeps appointments in their order, also those made meanwhile', async () => {
	const kept: string[] = [];
	sandbox.clock.after(60_000, () => kept.push('second'));
	sandbox.clock.after(1000, () => {
		kept.push('first');
		sandbox.clock.after(0, () => kept.push('at once'));
	});
	sandbox.clock.after(120_000, () => kept.push('third'));
	const before = sandbox.clock.now();
	const { now } = (await (await admin('POST', 'clock', { advanceMs: 60_000 })).json()) as {
		now: string;
	};
	expect(Date.parse(now) - before).toBeGreaterThanOrEqual(60_000);
	expect(kept).toEqual(['first', 'second', 'at once']);
	await admin('POST', 'clock', { set: new Date(before + 120_000).toISOString() });
	expect(kept.at(-1)).toBe('third');
});

test('the request log counts by bucket and route and holds no value', async () => {
	await brevo('POST', 'contacts', contact(1));
	await brevo('GET', 'contacts/person1%40example.com?identifierType=email_id');
	await brevo('GET', 'contacts/003SB0000000001AAA?identifierType=ext_id');
	await brevo('GET', 'contacts/33612345678?identifierType=phone_id');
	await brevo('GET', 'account');
	const { counts, routes, latest } = (await (await admin('GET', 'requests')).json()) as {
		counts: object;
		routes: object;
		latest: object[];
	};
	expect(counts).toEqual({ brevo: { contacts: 4, other: 1 } });
	expect(routes).toEqual({
		'POST /v3/contacts': 1,
		'GET /v3/contacts/:id': 3,
		'GET /v3/account': 1,
	});
	expect(latest).toHaveLength(5);
	expect(JSON.stringify(latest)).not.toMatch(/person1|example|33612|003SB/);
	await admin('DELETE', 'requests');
	expect(sandbox.log.total('brevo')).toBe(0);
});

test('an unknown admin action is answered with those that there are', async () => {
	const answer = await admin('POST', 'brevo/explode', {});
	expect(answer.status).toBe(400);
	const { message } = (await answer.json()) as { message: string };
	expect(message).toContain('brevo has no action "explode"; it has state, contacts');
	expect(await (await admin('POST', 'mail/x', {})).json()).toEqual({
		message: 'There is no service "mail"',
	});
});

describe('webhooks', () => {
	/** A receiver that answers with these statuses in turn; 0 cuts the connection. */
	async function receiver(
		statuses: number[],
	): Promise<{ url: string; bodies: object[]; close: () => Promise<void> }> {
		const bodies: object[] = [];
		const server = http.createServer((request, response) => {
			void (async () => {
				const chunks: Buffer[] = [];
				for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
				bodies.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as object);
				const status = statuses.shift() ?? 200;
				if (status === 0) response.socket?.destroy();
				else response.writeHead(status).end();
			})();
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		return {
			url: `http://127.0.0.1:${port}/`,
			bodies,
			close: async () => {
				server.closeAllConnections();
				await new Promise((resolve) => server.close(resolve));
			},
		};
	}

	const deliveries = (): Array<{ status: number; attempt: number; outcome: string }> =>
		sandbox.brevo.admin.webhookDeliveries() as Array<{
			status: number;
			attempt: number;
			outcome: string;
		}>;

	async function deliveredTimes(count: number): Promise<void> {
		for (let waited = 0; deliveries().length < count && waited < 3000; waited += 5) await sleep(5);
		expect(deliveries()).toHaveLength(count);
	}

	const listen = async (url: string, more: object = {}): Promise<void> => {
		const hook = { url, events: ['contactUpdated'], type: 'marketing', ...more };
		expect((await brevo('POST', 'webhooks', hook)).status).toBe(201);
	};

	test('a 500 discards the event for good', async () => {
		const target = await receiver([500]);
		await listen(target.url);
		await brevo('POST', 'contacts', contact(1));
		await deliveredTimes(1);
		sandbox.clock.advance(24 * 3_600_000);
		await sleep(30);
		expect(deliveries()).toMatchObject([{ status: 500, outcome: 'discarded' }]);
		expect(target.bodies).toHaveLength(1);
		await target.close();
	});

	test('no answer is tried again after ten minutes of the clock, and not before', async () => {
		const target = await receiver([0, 0, 200]);
		await listen(target.url);
		await brevo('POST', 'contacts', contact(1));
		await deliveredTimes(1);
		sandbox.clock.advance(9 * 60_000);
		await sleep(30);
		await deliveredTimes(1);
		sandbox.clock.advance(60_000);
		await deliveredTimes(2);
		sandbox.clock.advance(60 * 60_000);
		await deliveredTimes(3);
		expect(deliveries()).toMatchObject([
			{ status: 0, attempt: 0, outcome: 'to be retried' },
			{ status: 0, attempt: 1, outcome: 'to be retried' },
			{ status: 200, attempt: 2, outcome: 'delivered' },
		]);
		expect(target.bodies[2]).toEqual(target.bodies[0]);
		await target.close();
	});

	test('a batched webhook gets the events of five minutes at once', async () => {
		const target = await receiver([]);
		await listen(target.url, { batched: true });
		for (let n = 0; n < 3; n += 1) await brevo('POST', 'contacts', contact(n));
		expect(target.bodies).toHaveLength(0);
		sandbox.clock.advance(5 * 60_000);
		await deliveredTimes(1);
		expect(target.bodies[0]).toHaveLength(3);
		await target.close();
	});

	test('a change by a person names no API key, one by the API does', async () => {
		const target = await receiver([]);
		await listen(target.url);
		await brevo('POST', 'contacts', contact(1));
		await deliveredTimes(1);
		sandbox.brevo.admin.edit({ ext_id: 'E1', emailBlacklisted: true });
		await deliveredTimes(2);
		expect(target.bodies).toMatchObject([
			{ event: 'contact_updated', api_key_name: 'contact-sync' },
			{ event: 'contact_updated', api_key_name: '', content: [{ emailBlacklist: true }] },
		]);
		await target.close();
	});
});
