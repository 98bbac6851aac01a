import { gzipSync } from 'node:zlib';
import {
	ACCESS_TOKEN,
	type Answer,
	API_KEY,
	CLIENT_SECRET,
	type HostileServer,
	inNode,
	pour,
	type Reach,
	startHostile,
} from './hostile-server.ts';
import { getAccount } from '../../sync/brevo/account.ts';
import { BrevoConfigError } from '../../sync/brevo/errors.ts';
import { downloadRejects } from '../../sync/brevo/rejects.ts';
import { NoAnswerError } from '../../sync/host.ts';
import { TooLargeError } from '../../sync/bounded-text.ts';
import { SalesforceError } from '../../sync/salesforce/errors.ts';
import { queryPage } from '../../sync/salesforce/read.ts';
import { updateRecords } from '../../sync/salesforce/write.ts';

/* A server that answers in bad faith, or a proxy that has gone mad: what it can cost, and what it
   can learn. n8n's own helper and real sockets. */

const open: HostileServer[] = [];
const hostile = async (answer: Answer): Promise<HostileServer> => {
	const server = await startHostile(answer);
	open.push(server);
	return server;
};
afterEach(async () => {
	for (const server of open.splice(0)) await server.close();
});

const errorOf = async (work: Promise<unknown>): Promise<Error & { readonly remedy?: string }> => {
	try {
		await work;
	} catch (error) {
		return error as Error;
	}
	throw new Error('This was not refused');
};

const ID = '003000000000001AAA';
const MEGABYTE = 1024 * 1024;
const GIGABYTE = 1024 * MEGABYTE;

/** The three ways out: what each asks, and how it ends when nothing readable comes. */
const brevo = async ({ brevo: access }: Reach): Promise<unknown> =>
	await getAccount(await access());
const salesforce = async ({ salesforce: access }: Reach): Promise<unknown> =>
	await queryPage(await access(), 'SELECT Id FROM Contact LIMIT 1');
const rejects =
	(url: string) =>
	async ({ download, host }: Reach): Promise<unknown> =>
		await downloadRejects(host, download, url);

describe('a body of a gigabyte', () => {
	/** A gigabyte of blanks, or 16 MB at a time as 16 kB of gzip. */
	const packed = gzipSync(Buffer.alloc(16 * MEGABYTE, ' '));
	const forms = {
		plain: { headers: {}, chunk: Buffer.alloc(MEGABYTE, ' '), most: GIGABYTE },
		gzip: { headers: { 'content-encoding': 'gzip' }, chunk: packed, most: 64 * packed.length },
	};
	const flood = async (form: keyof typeof forms, status = 200, type = 'application/json') => {
		const { headers, ...body } = forms[form];
		const server: HostileServer = await hostile((_, response) => {
			response.writeHead(status, { 'content-type': type, ...headers });
			pour(server, response, body);
		});
		return server;
	};

	it.each(['plain', 'gzip'] as const)(
		'%s: is let go of after 64 MB, whatever the memory could hold',
		async (form) => {
			const server = await flood(form);
			const before = process.memoryUsage().rss;
			const error = await errorOf(
				inNode(
					server.origin,
					async ({ http }) => await http({ method: 'GET', url: `${server.origin}/v3/account` }),
				),
			);
			expect(error).toBeInstanceOf(TooLargeError);
			if (form === 'plain') expect(server.sent).toBeLessThan(GIGABYTE / 4);
			expect(process.memoryUsage().rss - before).toBeLessThan(GIGABYTE / 2);
		},
		20_000,
	);

	it('from the address of Salesforce: the error says so and what to look at', async () => {
		const server = await flood('plain');
		const error = await errorOf(inNode(server.origin, salesforce));
		expect(error).toBeInstanceOf(SalesforceError);
		expect(error).toMatchObject({ code: 'ANSWER_TOO_LARGE', action: 'fail-config' });
		expect(error.remedy).toContain('My Domain URL');
	});

	it('as a refused login: is let go of as well', async () => {
		const server = await flood('plain');
		const error = await errorOf(inNode(server.origin, salesforce, { accessToken: '' }));
		expect(error).toMatchObject({ code: 'NO_ANSWER', action: 'retry' });
		// A login is read up to a megabyte; the rest is what the sockets hold, for each of four tries.
		expect(server.requests).toHaveLength(4);
		expect(server.sent).toBeLessThan(GIGABYTE / 8);
	});

	it('behind a 401: is let go of as well', async () => {
		const server = await flood('plain', 401);
		const error = await errorOf(
			inNode(
				server.origin,
				async ({ http }) => await http({ method: 'GET', url: `${server.origin}/v3/account` }),
			),
		);
		expect(error).toBeInstanceOf(TooLargeError);
		expect(server.sent).toBeLessThan(GIGABYTE / 2);
	});

	it('as a reject file: counts as unreadable after 20 MB, and is asked for once', async () => {
		const server = await flood('plain', 200, 'text/csv');
		expect(await inNode(server.origin, rejects(`${server.origin}/r.csv`))).toBeUndefined();
		expect(server.requests).toHaveLength(1);
		expect(server.sent).toBeLessThan(GIGABYTE / 4);
	});
});

describe('a body that does not come to an end', () => {
	it('a byte now and then does not hold a call beyond its time', async () => {
		const timers: NodeJS.Timeout[] = [];
		const server = await hostile((_, response) => {
			response.writeHead(200, { 'content-type': 'application/json' });
			timers.push(setInterval(() => response.write(' '), 20));
		});
		const error = await errorOf(
			inNode(
				server.origin,
				async ({ http }) =>
					await http({ method: 'GET', url: `${server.origin}/v3/account`, timeoutMs: 300 }),
			),
		);
		timers.forEach(clearInterval);
		expect(error).toBeInstanceOf(NoAnswerError);
		expect(error.message).toBe('No answer (it came too slowly)');
	});

	it('one that breaks off is no answer', async () => {
		const server = await hostile((_, response) => {
			response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
			response.write('{"organization_id":');
			setTimeout(() => response.destroy(), 20);
		});
		const error = await errorOf(
			inNode(
				server.origin,
				async ({ http }) => await http({ method: 'GET', url: `${server.origin}/v3/account` }),
			),
		);
		expect(error).toBeInstanceOf(NoAnswerError);
		expect(error.message).toBe('No answer (it broke off)');
	});
});

describe('a redirect to another host', () => {
	const REDIRECTS = [301, 302, 303, 307, 308];
	let elsewhere: HostileServer;
	beforeEach(async () => {
		elsewhere = await hostile((_, response) => {
			response
				.writeHead(200, { 'content-type': 'application/json' })
				.end('{"organization_id":"x"}');
		});
	});
	const redirecting = async (status: number): Promise<HostileServer> =>
		await hostile((request, response) => {
			response.writeHead(status, { location: `${elsewhere.origin}${request.url ?? ''}` }).end();
		});

	it.each(REDIRECTS)('%d of Brevo is not followed: the key goes nowhere else', async (status) => {
		const server = await redirecting(status);
		const error = await errorOf(inNode(server.origin, brevo));
		expect(error).toBeInstanceOf(BrevoConfigError);
		expect(error.remedy).toContain('base URL');
		expect(server.requests.map(({ headers }) => headers['api-key'])).toEqual([API_KEY]);
		expect(elsewhere.requests).toEqual([]);
	});

	it.each(REDIRECTS)(
		'%d of Salesforce is not followed: the token goes nowhere else',
		async (status) => {
			const server = await redirecting(status);
			const error = await errorOf(inNode(server.origin, salesforce));
			expect(error).toMatchObject({
				action: 'fail-config',
				message: expect.stringContaining('redirect'),
			});
			expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${ACCESS_TOKEN}`);
			expect(elsewhere.requests).toEqual([]);
		},
	);

	it.each(REDIRECTS)('%d of a write is not followed: no contact goes elsewhere', async (status) => {
		const server = await redirecting(status);
		await errorOf(
			inNode(
				server.origin,
				async ({ salesforce: access }) =>
					await updateRecords(await access(), 'Contact', [
						{ id: ID, fields: { LastName: 'Young' } },
					]),
			),
		);
		expect(elsewhere.requests).toEqual([]);
	});

	it.each(REDIRECTS)('%d of the login is not followed: the client secret stays', async (status) => {
		const server = await redirecting(status);
		const error = await errorOf(inNode(server.origin, salesforce, { accessToken: '' }));
		expect(error).toMatchObject({ action: 'fail-auth' });
		expect(error.message).not.toContain(CLIENT_SECRET);
		expect(elsewhere.requests).toEqual([]);
	});

	it.each(REDIRECTS)('%d of a reject file is not followed', async (status) => {
		const server = await redirecting(status);
		expect(await inNode(server.origin, rejects(`${server.origin}/r.csv`))).toBeUndefined();
		expect(elsewhere.requests).toEqual([]);
	});
});

describe('an answer that names another host', () => {
	let elsewhere: HostileServer;
	beforeEach(async () => {
		elsewhere = await hostile((_, response) => {
			response.writeHead(200, { 'content-type': 'text/csv' }).end('EMAIL;EXT_ID\n');
		});
	});

	it('a reject file lies there as a rule; it is fetched without key, token or cookie', async () => {
		const own = await hostile((_, response) => response.writeHead(200).end('{}'));
		const text = await inNode(own.origin, rejects(`${elsewhere.origin}/rejects.csv`));
		expect(text).toContain('EXT_ID');
		const sent = JSON.stringify(elsewhere.requests);
		for (const secret of [API_KEY, ACCESS_TOKEN, CLIENT_SECRET]) expect(sent).not.toContain(secret);
		const [{ headers } = { headers: {} }] = elsewhere.requests;
		expect(Object.keys(headers)).not.toEqual(
			expect.arrayContaining([expect.stringMatching(/api-key|authorization|cookie/)]),
		);
	});

	it.each([
		'https://attacker.example/',
		'http://attacker.example',
		// Salesforce, but without TLS.
		'http://mycompany.my.salesforce.com',
		'https://my.salesforce.com.attacker.example',
		'https://attackersalesforce.com',
		'https://mycompany.my.salesforce.com@attacker.example/',
		'not an address',
	])('a login that says the organisation is at %s sends the token nowhere', async (instanceUrl) => {
		const server = await hostile((_, response) => {
			const body = JSON.stringify({ access_token: ACCESS_TOKEN, instance_url: instanceUrl });
			response.writeHead(200, { 'content-type': 'application/json' }).end(body);
		});
		const error = await errorOf(
			inNode(server.origin, salesforce, { accessToken: '', instanceUrl: '' }),
		);
		expect(error).toMatchObject({
			action: 'fail-auth',
			message: expect.stringContaining('named an address that is not one of Salesforce'),
		});
		expect(server.requests.filter(({ line }) => line.includes('query'))).toEqual([]);
		expect(server.requests.length).toBeGreaterThan(0);
	});

	it.each(['nextRecordsUrl', '@', '//'])(
		'a next page that lies there (%s) is asked of the own host',
		async (form) => {
			const { host } = new URL(elsewhere.origin);
			const next = {
				nextRecordsUrl: `${elsewhere.origin}/services/data/v67.0/query/01g000-2000`,
				'@': `@${host}/services/data/v67.0/query/01g000-2000`,
				'//': `//${host}/services/data/v67.0/query/01g000-2000`,
			}[form];
			const record = { attributes: { type: 'Contact' }, Id: ID };
			const server = await hostile(({ url = '' }, response) => {
				const body = url.includes('?q=')
					? { totalSize: 2, done: false, nextRecordsUrl: next, records: [record] }
					: { totalSize: 2, done: true, records: [record] };
				response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
			});
			await inNode(
				server.origin,
				async ({ salesforce: access }) =>
					await queryPage(await access(), 'SELECT Id FROM Contact LIMIT 2'),
			);
			expect(server.requests).toHaveLength(2);
			expect(elsewhere.requests).toEqual([]);
		},
	);

	it('whatever asks jsforce for an absolute address is stopped before anything is sent', async () => {
		const server = await hostile((_, response) => response.writeHead(200).end('{}'));
		const error = await errorOf(
			inNode(
				server.origin,
				async ({ salesforce: access }) =>
					await (await access()).jsforce.requestGet(`${elsewhere.origin}/services/data`),
			),
		);
		expect(error.name).toBe('ForeignHostError');
		expect(elsewhere.requests).toEqual([]);
	});
});
