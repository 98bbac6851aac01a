import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
	AUTH_CAUSES,
	type AuthCause,
	BrevoAuthError,
	BrevoConfigError,
	BrevoError,
	BrevoRefusedError,
	BrevoUnavailableError,
} from '../../sync/brevo/errors.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import { ROUTES } from '../../sync/brevo/routes.ts';
import { json, pathOf, rate, type Reply, START, world } from './brevo-script.ts';

const MINUTE = 60_000;
const READ = 'GET /contacts/attributes';

const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
	promise.then(
		() => undefined,
		(error: unknown) => error,
	);

const unavailable = async (promise: Promise<unknown>): Promise<BrevoUnavailableError> => {
	const error = await failureOf(promise);
	expect(error).toBeInstanceOf(BrevoUnavailableError);
	return error as BrevoUnavailableError;
};

describe('a 429 storm of 30 minutes', () => {
	const resets: Array<[string, Record<string, string>]> = [
		['no reset header', {}],
		['a reset of one second', rate(10, 0, 1)],
		['a reset of zero', rate(10, 0, 0)],
		['a negative reset', rate(10, 0, -30)],
		['a reset that is a date in the past', rate(10, 0, START / 1000 - 500)],
		['a reset that is no number', { 'x-sib-ratelimit-reset': 'soon' }],
	];
	test.each(resets)('is waited for at most a minute with %s', async (_, headers) => {
		const { client, elapsed, requests } = world(() => ({ status: 429, headers, body: '{}' }));
		const error = await unavailable(client.request(READ));
		expect(error).toMatchObject({ reason: 'rate-limited', status: 429, mayHaveHappened: false });
		expect(elapsed()).toBeLessThanOrEqual(MINUTE);
		expect(requests.length).toBeGreaterThan(1);
		expect(requests.length).toBeLessThanOrEqual(8);
		expect(error.retryAt).toBeGreaterThanOrEqual(START + elapsed());
	});

	test('with a reset beyond the minute it is not waited for, and retryAt says when', async () => {
		const { client, elapsed, requests } = world(() => ({
			status: 429,
			headers: rate(100, 0, 1800),
		}));
		const error = await unavailable(client.request('GET /account'));
		expect(elapsed()).toBe(0);
		expect(requests).toHaveLength(1);
		expect(error.retryAt).toBeGreaterThanOrEqual(START + 30 * MINUTE);
		expect(error.retryAt).toBeLessThan(START + 31 * MINUTE);
	});

	test('retryAt is a whole number: the ledger keeps no fractions of milliseconds', async () => {
		const { client } = world(() => ({ status: 429, headers: rate(100, 0, 1800.0001), body: '{}' }));
		const { retryAt } = await unavailable(client.request('GET /account'));
		expect(Number.isInteger(retryAt)).toBe(true);
	});

	test.each([1e8, 9e12])('a reset of %d is cut to an hour', async (reset) => {
		const { client } = world(() => ({ status: 429, headers: rate(100, 0, reset) }));
		const { retryAt } = await unavailable(client.request('GET /account'));
		expect(retryAt).toBeLessThan(START + 61 * MINUTE);
	});

	test('while it lasts, other requests of the bucket are not even sent', async () => {
		const { client, requests } = world(() => ({ status: 429, headers: rate(100, 0, 1800) }));
		await unavailable(client.request('GET /account'));
		await unavailable(client.request('GET /processes'));
		expect(requests).toHaveLength(1);
	});

	test('when it ends the request goes through', async () => {
		const storm = (nth: number): Reply =>
			nth < 4 ? { status: 429, headers: rate(10, 0, 2) } : json(200, { attributes: [] });
		const { client, times } = world((_, nth) => storm(nth));
		await expect(client.request(READ)).resolves.toMatchObject({ status: 200 });
		for (const [index, time] of times.slice(1).entries())
			expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(2_000);
	});

	test('holds back an import too, because a refused import did not happen', async () => {
		const { client, requests } = world((_, nth) =>
			nth === 1 ? { status: 429, headers: rate(10, 0, 1) } : json(202, { processId: 7 }),
		);
		await client.request('POST /contacts/import', { body: {} });
		expect(requests).toHaveLength(2);
	});
});

describe('pacing', () => {
	test('sends at most 10 requests in any second to /contacts/…', async () => {
		const { client, times } = world(() => json(200, {}));
		await Promise.all(Array.from({ length: 45 }, () => client.request(READ)));
		for (const from of times)
			expect(
				times.filter((time) => time >= from && time < from + 1_000).length,
			).toBeLessThanOrEqual(10);
		expect(times.at(-1)).toBe(4_000);
	});

	test('takes up a higher limit that the headers grant', async () => {
		const { client, times } = world(() => json(200, {}, rate(20, 19, 1)));
		await client.request(READ);
		await Promise.all(Array.from({ length: 40 }, () => client.request(READ)));
		expect(times.at(-1)).toBeLessThanOrEqual(2_100);
	});

	test('the 101st other request within an hour is put off', async () => {
		const { client } = world(() => json(200, {}));
		for (let n = 0; n < 100; n += 1) await client.request('GET /processes');
		const error = await unavailable(client.request('GET /processes'));
		expect(error).toMatchObject({ reason: 'rate-limited', mayHaveHappened: false });
		expect(error.retryAt).toBe(START + 60 * MINUTE);
		// The data path goes on.
		await client.request(READ);
		expect(client.calls).toEqual({ contacts: 1, mail: 0, other: 100 });
	});

	test('what another process has used up counts as well', async () => {
		const { client, requests } = world(() => json(200, {}, rate(100, 1, 1200)));
		await client.request('GET /account');
		const paths = [client.request('GET /account'), client.request('GET /account')];
		const [first, second] = await Promise.allSettled(paths);
		expect(first?.status).toBe('fulfilled');
		expect(second?.status).toBe('rejected');
		expect(requests).toHaveLength(2);
	});

	test('a clock that is set back a day holds nobody up until it is as late again', async () => {
		const { limiters, host } = world(() => ({}));
		const contacts = limiters.of('contacts');
		const tomorrow = START + 86_400_000;
		const ahead = { ...host, clock: { now: () => tomorrow } };
		for (let n = 0; n < 10; n += 1) {
			await contacts.take(ahead, tomorrow);
			contacts.settled(tomorrow, { limit: 10, remaining: 9 - n, resetMs: 1_000 });
		}
		contacts.refused(tomorrow + 60_000);
		expect(contacts.freeAt(tomorrow)).toBe(tomorrow + 60_000);
		expect(contacts.freeAt(START)).toBe(START);
	});

	test('what is under way is not counted as free', async () => {
		const { limiters, host } = world(() => ({}));
		const other = limiters.of('other');
		await other.take(host, START);
		await other.take(host, START);
		// The server has seen the first and says that one is left; the second will use it.
		other.settled(START, { limit: 100, remaining: 1, resetMs: 600_000 });
		await expect(other.take(host, START)).rejects.toMatchObject({ freeAt: START + 600_000 });
	});

	test.each([
		[10, 'contacts'],
		[60, 'contacts'],
		[36_000, 'contacts'],
		[100, 'other'],
		[600, 'other'],
	] as const)(
		'bare /contacts with a limit of %d belongs to the bucket %s',
		async (limit, bucket) => {
			const { client, limiters } = world(() => ({
				status: 204,
				headers: rate(limit, limit - 1, 1),
			}));
			await client.request('POST /contacts', { body: {} });
			expect(limiters.bareContacts).toBe(bucket);
			const before = client.calls[bucket];
			await client.request('POST /contacts', { body: {} });
			expect(client.calls[bucket]).toBe(before + 1);
		},
	);
});

describe('server trouble', () => {
	const trouble: Array<[string, Reply]> = [
		['a 502 with an HTML body', { status: 502, body: '<html><h1>Bad gateway</h1></html>' }],
		['a 500', json(500, { code: 'internal', message: 'oops' })],
		['an empty 200', { status: 200, body: '' }],
		['an array instead of an object', { status: 200, body: '[]' }],
		['an HTML page with status 200', { status: 200, body: '<html>maintenance</html>' }],
		['no answer', 'no-answer'],
		['425 Too Early', json(425, { code: 'account_in_process', message: 'x' })],
	];
	test.each(trouble)('%s three times does not break a read', async (_, reply) => {
		const { client, requests } = world((__, nth) => (nth <= 3 ? reply : json(200, { ok: 1 })));
		await expect(client.request(READ)).resolves.toMatchObject({ json: { ok: 1 } });
		expect(requests).toHaveLength(4);
	});

	test.each(trouble)('%s without end becomes a typed error within a minute', async (_, reply) => {
		const { client, elapsed } = world(() => reply, { random: () => 0.999 });
		const error = await unavailable(client.request(READ));
		expect(elapsed()).toBeLessThanOrEqual(MINUTE);
		expect(error.retryAt).toBeGreaterThan(START + elapsed());
		expect(error.remedy).toContain('Nothing is lost');
	});

	test.each(trouble)(
		'%s is no success of a write: nothing says that it was done',
		async (_, reply) => {
			const written = { status: 204 };
			for (const route of ['POST /contacts', 'PUT /contacts/{identifier}'] as const) {
				const { client, requests } = world((__, nth) => (nth <= 2 ? reply : written));
				await client.request(route, { params: { identifier: 1 }, body: {} });
				expect(requests).toHaveLength(3);
			}
		},
	);

	test('back-off grows and is jittered over its whole length', async () => {
		const waits = async (random: number) => {
			const { client, sleeps } = world(() => 'no-answer', { random: () => random });
			await failureOf(client.request(READ));
			return sleeps.slice(0, 4);
		};
		expect(await waits(0.5)).toEqual([250, 500, 1_000, 2_000]);
		expect(await waits(0)).toEqual([0, 0, 0, 0]);
	});

	test.each([
		['POST /contacts/import', 'no-answer'],
		['POST /contacts/import', { status: 503 }],
		['POST /contacts/import', { status: 202, body: '<html>' }],
		['POST /contacts/lists', 'no-answer'],
		['POST /contacts/folders', { status: 500 }],
	] as const)('%s is not sent again when Brevo may have acted (%j)', async (route, reply) => {
		const { client, requests } = world(() => reply);
		const error = await unavailable(client.request(route, { body: {} }));
		expect(error.mayHaveHappened).toBe(true);
		expect(requests).toHaveLength(1);
	});

	test('a doubt stays when the repeat is refused for the rate', async () => {
		const { client } = world((_, nth) =>
			nth === 1 ? 'no-answer' : { status: 429, headers: rate(10, 0, 900) },
		);
		const error = await unavailable(client.request('POST /contacts', { body: {} }));
		expect(error).toMatchObject({ reason: 'rate-limited', mayHaveHappened: true });
	});

	test('every request made is counted, repeats included', async () => {
		const { client } = world((_, nth) => (nth < 3 ? { status: 500 } : json(200, {})));
		await client.request('GET /account');
		expect(client.calls).toEqual({ contacts: 0, mail: 0, other: 3 });
	});
});

describe('a 401', () => {
	const cases: Array<[AuthCause, string]> = [
		['key-unknown', 'Key not found'],
		[
			'ip-not-authorised',
			'We have detected you are using an unrecognised IP address 203.0.113.9. If you performed this action make sure to add the new IP address',
		],
		['key-expired', 'API Key has expired'],
		['key-deactivated', 'API Key is not enabled'],
	];
	test.each(cases)('is explained as %s and not repeated', async (cause, message) => {
		const { client, requests } = world(() => json(401, { code: 'unauthorized', message }));
		const error = await failureOf(client.request('GET /account'));
		expect(error).toBeInstanceOf(BrevoAuthError);
		expect(error).toMatchObject({ reason: cause, remedy: AUTH_CAUSES[cause].remedy });
		expect(requests).toHaveLength(1);
		if (cause === 'ip-not-authorised') expect(String(error)).toContain('203.0.113.9');
	});

	test('with an HTML body still points to the key', async () => {
		const { client } = world(() => ({ status: 401, body: '<html>' }));
		expect(await failureOf(client.request('GET /account'))).toMatchObject({
			reason: 'key-unknown',
		});
	});
});

test.each([
	[400, 'invalid_parameter', BrevoRefusedError],
	[400, 'duplicate_parameter', BrevoRefusedError],
	[404, 'document_not_found', BrevoRefusedError],
	[405, 'method_not_allowed', BrevoRefusedError],
	[413, 'unknown', BrevoRefusedError],
	[400, 'not_enough_credits', BrevoConfigError],
	[403, 'permission_denied', BrevoConfigError],
	[402, 'not_enough_credits', BrevoConfigError],
	[301, 'unknown', BrevoConfigError],
	[400, 'unauthorized', BrevoAuthError],
] as const)('status %d with code %s ends at once as its own error', async (status, code, type) => {
	const { client, requests } = world(() => json(status, { code, message: 'm' }));
	expect(await failureOf(client.request(READ))).toBeInstanceOf(type);
	expect(requests).toHaveLength(1);
});

test('no error holds a value of a contact or the text that Brevo wrote (I8)', async () => {
	const secrets = ['ada@example.com', '33612345678', 'xkeysib-abc'];
	const message = `Invalid: ${secrets.join(' ')}`;
	for (const status of [400, 401, 403, 404, 405, 425, 429, 500]) {
		const body = {
			code: status === 404 ? 'ada@example.com' : 'invalid_parameter',
			message,
			metadata: { duplicate_identifiers: ['email', 'ada@example.com'] },
		};
		const { client } = world(() => json(status, body));
		const error = await failureOf(
			client.request('GET /contacts/{identifier}', { params: { identifier: 'ada@example.com' } }),
		);
		expect(error).toBeInstanceOf(BrevoError);
		const told = [String(error), JSON.stringify(error), (error as Error).stack].join('\n');
		for (const secret of secrets) expect(told).not.toContain(secret);
	}
});

describe('cancelling', () => {
	const soon = async (work: (client: BrevoClient) => Promise<unknown>, reply: Reply) => {
		const peer = world(() => reply);
		const ended = failureOf(work(peer.client));
		await new Promise((resolve) => setImmediate(resolve));
		peer.cancel();
		expect(String(await ended)).toContain('cancelled by the user');
		return peer;
	};

	test('ends a request that is waiting for its answer', () =>
		soon((client) => client.request(READ), 'silence'));

	test('ends a back-off', async () => {
		const { requests } = await soon((client) => client.request(READ), { status: 500 });
		expect(requests.length).toBeLessThanOrEqual(2);
	});

	test('ends everyone in the line for a slot', () =>
		soon(
			(client) => Promise.all(Array.from({ length: 200 }, () => client.request(READ))),
			'silence',
		));

	test('leaves the line usable for others', async () => {
		const peer = world(() => json(200, {}));
		const elsewhere = new AbortController();
		const host = { ...peer.host, signal: elsewhere.signal };
		const waiting = Array.from({ length: 30 }, () =>
			failureOf(peer.limiters.of('contacts').take(host, START + MINUTE)),
		);
		elsewhere.abort(new Error('gone'));
		await Promise.all(waiting);
		await expect(peer.client.request(READ)).resolves.toBeDefined();
	});
});

describe('what is sent', () => {
	test('an identifier is encoded, so + and @ and / reach Brevo', async () => {
		const { client, requests } = world(() => json(200, { id: 1 }));
		await client.request('GET /contacts/{identifier}', {
			params: { identifier: 'a+b/c@x.org' },
			query: { identifierType: 'email_id' },
		});
		expect(requests.map(pathOf)).toEqual([
			'GET /contacts/a%2Bb%2Fc%40x.org?identifierType=email_id',
		]);
	});

	test.each(['', '.', '..'])(
		'an identifier of %j never turns into another path',
		async (identifier) => {
			const { client, requests } = world(() => ({ status: 204 }));
			await expect(
				client.request('DELETE /contacts/{identifier}', { params: { identifier } }),
			).rejects.toThrow(RangeError);
			expect(requests).toHaveLength(0);
		},
	);

	test('the retired batch endpoint is in no route and in no source line that builds a path', () => {
		expect(Object.keys(ROUTES).filter((route) => route.includes('batch'))).toEqual([]);
		const folder = join(__dirname, '../../sync/brevo');
		const code = readdirSync(folder)
			.map((file) => readFileSync(join(folder, file), 'utf8'))
			.join('\n')
			.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
		expect(code).not.toMatch(/contacts\/batch/i);
	});
});
