import { execSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { BrevoSyncApi } from '../../credentials/BrevoSyncApi.credentials.ts';
import { ContactSyncLedgerApi } from '../../credentials/ContactSyncLedgerApi.credentials.ts';
import { jwtAssertion } from '../../credentials/salesforce/jwtAssertion.ts';
import { requestToken, SalesforceLoginError } from '../../credentials/salesforce/login.ts';
import { withSession } from '../../credentials/salesforce/session.ts';
import { SalesforceSyncClientCredentialsApi } from '../../credentials/SalesforceSyncClientCredentialsApi.credentials.ts';
import { SalesforceSyncJwtApi } from '../../credentials/SalesforceSyncJwtApi.credentials.ts';
import { SalesforceSyncOAuth2Api } from '../../credentials/SalesforceSyncOAuth2Api.credentials.ts';
import { instanceUrlOf } from '../../sync/salesforce/instance-url.ts';
import { n8nHost } from '../../nodes/context/host.ts';
import { n8nHttp } from '../../nodes/context/http.ts';
import { salesforceConnection } from '../../sync/salesforce/connection.ts';
import { organizationId } from '../../sync/salesforce/organization.ts';
import { CredentialStore, Engine, PACKAGE } from '../engine/harness.ts';

const ALL: ICredentialType[] = [
	new SalesforceSyncOAuth2Api(),
	new SalesforceSyncJwtApi(),
	new SalesforceSyncClientCredentialsApi(),
	new BrevoSyncApi(),
	new ContactSyncLedgerApi(),
];
const ROOT = path.resolve(__dirname, '../..');

describe.each(ALL)('$name', (type) => {
	test('authenticates without an expression, which a trigger cannot evaluate between two rounds', () => {
		expect(typeof type.authenticate).not.toBe('object');
	});

	test('has light and dark icons of its own and a documentation link', () => {
		const { light, dark } = type.icon as { light: string; dark: string };
		expect(light).not.toBe(dark);
		for (const icon of [light, dark]) {
			const file = path.join(ROOT, 'credentials', icon.replace(/^file:/, ''));
			expect(existsSync(file)).toBe(true);
			expect(readFileSync(file, 'utf8')).toMatch(/^<svg [^>]*viewBox/);
		}
		expect(type.documentationUrl).toMatch(/^https:\/\/\S+#[a-z0-9-]+$/);
	});

	test('is listed in package.json under the name of its class', () => {
		const { n8n } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
			n8n: { credentials: string[] };
		};
		const className = type.constructor.name;
		expect(n8n.credentials).toContain(`dist/credentials/${className}.credentials.js`);
		expect(type.name.toLowerCase()).toBe(className.toLowerCase());
	});

	test('hides every secret in the editor', () => {
		const secrets = type.properties.filter(({ name }) =>
			/secret|password|apiKey|privateKey|token$/i.test(name),
		);
		for (const property of secrets) {
			if (property.name === 'accessTokenUrl') continue;
			expect([property.name, property.typeOptions?.password]).toEqual([property.name, true]);
		}
	});
});

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	publicKeyEncoding: { type: 'spki', format: 'pem' },
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const LOGIN = {
	clientId: ' client ',
	username: 'user@example.com',
	audience: 'https://login.salesforce.com',
};
const part = (jwt: string, at: number): unknown =>
	JSON.parse(Buffer.from(jwt.split('.')[at] ?? '', 'base64url').toString());
const signedRight = (jwt: string, key: string | KeyObject = publicKey): boolean => {
	const [head, body, signature = ''] = jwt.split('.');
	return verify(
		'RSA-SHA256',
		Buffer.from(`${head}.${body}`),
		key,
		Buffer.from(signature, 'base64url'),
	);
};

describe('the JWT assertion', () => {
	test('is signed with RS256 and expires within three minutes', () => {
		const now = Date.parse('2026-11-20T09:00:00Z');
		const jwt = jwtAssertion({ ...LOGIN, privateKey }, now);
		expect(part(jwt, 0)).toEqual({ alg: 'RS256', typ: 'JWT' });
		expect(part(jwt, 1)).toEqual({
			iss: 'client',
			sub: 'user@example.com',
			aud: 'https://login.salesforce.com',
			exp: now / 1000 + 170,
		});
		expect(signedRight(jwt)).toBe(true);
	});

	test.each([
		['spaces', ' '],
		['written-out line breaks', '\\n'],
		['nothing', ''],
		['Windows line breaks', '\r\n'],
	])('takes a key whose line breaks became %s', (_, gap) => {
		expect(
			signedRight(jwtAssertion({ ...LOGIN, privateKey: privateKey.replaceAll('\n', gap) }, 0)),
		).toBe(true);
	});

	test('takes the key that the command of the docs makes', () => {
		const docs = readFileSync(path.join(ROOT, 'docs/credentials.md'), 'utf8');
		const [, command = ''] = /```sh\n(openssl .+)\n```/.exec(docs) ?? [];
		const cwd = mkdtempSync(path.join(tmpdir(), 'jwt-key-'));
		try {
			execSync(command, { cwd, stdio: 'pipe' });
			const jwt = jwtAssertion(
				{ ...LOGIN, privateKey: readFileSync(path.join(cwd, 'salesforce.key'), 'utf8') },
				0,
			);
			const certificate = new X509Certificate(readFileSync(path.join(cwd, 'salesforce.crt')));
			expect(signedRight(jwt, certificate.publicKey)).toBe(true);
		} finally {
			rmSync(cwd, { recursive: true });
		}
	});

	const pem = (format: object) =>
		generateKeyPairSync('rsa', {
			modulusLength: 1024,
			publicKeyEncoding: { type: 'spki', format: 'pem' },
			privateKeyEncoding: { type: 'pkcs8', format: 'pem', ...format } as never,
		}).privateKey;
	test.each([
		['nothing', '', /not a private key/],
		[
			'a certificate',
			'-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----',
			/certificate/,
		],
		['a public key', publicKey, /not a private key/],
		['half a key', privateKey.slice(0, 300), /not a private key/],
		['a damaged key', privateKey.split('\n').toSpliced(3, 15).join('\n'), /incomplete/],
		['a key with a passphrase', pem({ cipher: 'aes-256-cbc', passphrase: 'x' }), /passphrase/],
	])('%s is explained without quoting it', (_, key, message) => {
		const make = () => jwtAssertion({ ...LOGIN, privateKey: key }, 0);
		expect(make).toThrow(message);
		expect(make).toThrow(
			expect.not.objectContaining({
				message: expect.stringContaining(key.slice(40, 80) || '?'),
			}) as Error,
		);
	});
});

/** A Salesforce that only knows logins and one path. */
interface Seen {
	readonly method: string | undefined;
	readonly path: string | undefined;
	readonly authorization: string | undefined;
	readonly form: URLSearchParams;
}
let server: Server;
let origin: string;
let seen: Seen[];
let valid: string;
let refusal: { status: number; body: string } | undefined;

const textOf = async (request: IncomingMessage): Promise<string> => {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
};
beforeAll(async () => {
	server = createServer((request, response) => {
		void textOf(request).then((body) => {
			const { method, url, headers } = request;
			seen.push({
				method,
				path: url,
				authorization: headers.authorization,
				form: new URLSearchParams(body),
			});
			const answer = (status: number, json: unknown) =>
				response
					.writeHead(status, { 'content-type': 'application/json' })
					.end(JSON.stringify(json));
			if (url === '/services/oauth2/token') {
				if (refusal) return response.writeHead(refusal.status).end(refusal.body);
				valid = `token-${seen.length}`;
				return answer(200, { access_token: valid, instance_url: instance(), id: 'x' });
			}
			if (headers.authorization === `Bearer ${valid}`) return answer(200, { ok: true });
			return answer(401, [
				{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' },
			]);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
/** The organisation's address differs from the login's, as in a real one. */
const instance = () => origin.replace('127.0.0.1', 'localhost');
beforeEach(() => {
	seen = [];
	valid = 'none';
	refusal = undefined;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Asks Salesforce through n8n's own helper, as our nodes do. */
const asking = (
	type: ICredentialType,
	url: (data: ICredentialDataDecryptedObject) => Promise<string>,
) => {
	class Ask implements INodeType {
		description = {
			displayName: 'Ask',
			name: 'ask',
			group: ['input'],
			version: 1,
			description: '',
			defaults: { name: 'Ask' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: type.name, required: true }],
			properties: [],
		} as unknown as INodeTypeDescription;

		async execute(this: IExecuteFunctions) {
			const items = [];
			for (let call = 0; call < 2; call += 1) {
				const json = (await this.helpers.httpRequestWithAuthentication.call(this, type.name, {
					method: 'GET',
					url: await url(await this.getCredentials(type.name)),
				})) as { ok: boolean };
				items.push({ json });
			}
			return [items];
		}
	}
	return Ask;
};
const runAsk = async (type: ICredentialType, data: ICredentialDataDecryptedObject) => {
	const Ask = asking(
		type,
		async (credential) =>
			`${await instanceUrlOf(type.name, () => Promise.resolve(credential))}/services/data/v67.0/`,
	);
	const engine = new Engine({ nodes: [Ask], credentials: [{ type, data }] });
	const run = await engine.run({
		nodes: [
			{
				name: 'Ask',
				type: `${PACKAGE}.ask`,
				credentials: { [type.name]: { id: type.name, name: 'x' } },
			},
		],
		connections: {},
	});
	return { engine, run };
};

describe.each([
	[
		'client credentials',
		new SalesforceSyncClientCredentialsApi() as ICredentialType,
		() => ({
			myDomainUrl: `${origin}/lightning/page/home`,
			clientId: ' id ',
			clientSecret: 'secret ',
		}),
	],
	[
		'JWT bearer',
		new SalesforceSyncJwtApi() as ICredentialType,
		() => ({
			environment: 'myDomain',
			myDomainUrl: origin,
			clientId: 'id',
			username: 'u@example.com',
			privateKey,
		}),
	],
])('%s', (_, type, entered) => {
	const data = (more: object = {}): ICredentialDataDecryptedObject => ({
		...entered(),
		accessToken: '',
		instanceUrl: '',
		...more,
	});
	const logins = () => seen.filter(({ method }) => method === 'POST');

	test('logs in once for many calls and keeps token and address', async () => {
		const { engine } = await runAsk(type, data());
		expect(seen.map(({ path: asked }) => asked)).toEqual([
			'/services/oauth2/token',
			'/services/data/v67.0/',
			'/services/data/v67.0/',
		]);
		expect(engine.credentials.data(type.name)).toMatchObject({
			accessToken: valid,
			instanceUrl: instance(),
		});
		const form = Object.fromEntries(logins()[0]?.form ?? []);
		if (type.name === 'salesforceSyncJwtApi') {
			expect(form['grant_type']).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
			expect(part(form['assertion'] ?? '', 1)).toMatchObject({ aud: origin, sub: 'u@example.com' });
			expect(signedRight(form['assertion'] ?? '')).toBe(true);
		} else {
			expect(form).toEqual({
				grant_type: 'client_credentials',
				client_id: 'id',
				client_secret: 'secret',
			});
		}
	});

	test('does not log in while the token lasts', async () => {
		valid = 'still good';
		await runAsk(type, data({ accessToken: 'still good', instanceUrl: instance() }));
		expect(logins()).toHaveLength(0);
		expect(seen).toHaveLength(2);
	});

	test('logs in again, once, when the session has expired', async () => {
		const { engine } = await runAsk(type, data({ accessToken: 'old', instanceUrl: instance() }));
		expect(logins()).toHaveLength(1);
		expect(engine.credentials.data(type.name)['accessToken']).toBe(valid);
	});

	test('lets a node say why a login was refused', async () => {
		refusal = {
			status: 400,
			body: '{"error":"invalid_grant","error_description":"user hasn\'t approved this consumer"}',
		};
		await expect(runOrganizationId(type, data())).resolves.toMatchObject({
			code: 'invalid_grant',
			action: 'fail-auth',
			message: expect.stringContaining('not allowed to use this app'),
		});
		await expect(
			runOrganizationId(type, data({ myDomainUrl: origin, privateKey: 'no key' })),
		).resolves.toMatchObject({ action: 'fail-auth' });
	});

	test('says why a login was refused, without the secret', async () => {
		refusal = {
			status: 400,
			body: '{"error":"invalid_client_id","error_description":"client identifier invalid"}',
		};
		const login = type.preAuthentication?.call({ helpers: helpers() }, data());
		await expect(login).rejects.toMatchObject({
			message: expect.stringContaining('client ID'),
			remedy: expect.stringContaining('consumer key'),
			response: { status: 400, data: { error: 'invalid_client_id' } },
		});
		await login?.catch((error: unknown) => {
			expect(JSON.stringify(error)).not.toMatch(/secret |PRIVATE|assertion/);
		});
	});

	test.each([
		[503, '<html>maintenance</html>', 'server_error'],
		[404, 'nothing here', 'no_login_service'],
		[200, '<html>a page</html>', 'no_login_service'],
		[200, '{"access_token":"x"}', 'no_login_service'],
	])('an answer that is no login (%i %s) is explained', async (status, body, error) => {
		refusal = { status, body };
		const login = type.preAuthentication?.call({ helpers: helpers() }, data());
		await expect(login).rejects.toMatchObject({
			name: 'SalesforceLoginError',
			response: { data: { error } },
		});
	});

	test('a My Domain URL that is none is explained', async () => {
		const login = type.preAuthentication?.call(
			{ helpers: helpers() },
			data({ myDomainUrl: 'mycompany' }),
		);
		await expect(login).rejects.toThrow('My Domain URL');
	});
});

/** What the engine's client throws inside a node, over our own bridge to n8n's helper. */
const runOrganizationId = async (type: ICredentialType, data: ICredentialDataDecryptedObject) => {
	let caught: unknown;
	class Organization extends asking(type, () => Promise.resolve('')) {
		override async execute(this: IExecuteFunctions) {
			const credential = await this.getCredentials(type.name);
			const connection = salesforceConnection({
				http: n8nHttp(this, type.name),
				host: n8nHost(this),
				instanceUrl: await instanceUrlOf(type.name, () => Promise.resolve(credential)),
			});
			caught = await organizationId(connection).catch((error: unknown) => error);
			return [[]];
		}
	}
	const engine = new Engine({ nodes: [Organization], credentials: [{ type, data }] });
	await engine.run({
		nodes: [
			{
				name: 'Ask',
				type: `${PACKAGE}.ask`,
				credentials: { [type.name]: { id: type.name, name: 'x' } },
			},
		],
		connections: {},
	});
	return caught;
};

/** Runs the declared test request as n8n's credential test does: as a declarative node. */
const runTest = async (type: ICredentialType, data: ICredentialDataDecryptedObject) => {
	class Declared implements INodeType {
		description = {
			displayName: 'Test',
			name: 'test',
			group: ['input'],
			version: 1,
			description: '',
			defaults: { name: 'Test' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: type.name, required: true }],
			properties: [
				{
					displayName: 'Temp',
					name: 'temp',
					type: 'string',
					default: '',
					routing: { request: type.test?.request },
				},
			],
		} as unknown as INodeTypeDescription;
	}
	const engine = new Engine({ nodes: [Declared], credentials: [{ type, data }] });
	return await engine.run({
		nodes: [
			{
				name: 'Test',
				type: `${PACKAGE}.test`,
				credentials: { [type.name]: { id: type.name, name: 'x' } },
			},
		],
		connections: {},
	});
};

describe('the declared credential test', () => {
	test.each([
		[
			new SalesforceSyncClientCredentialsApi(),
			() => ({
				myDomainUrl: origin,
				clientId: 'id',
				clientSecret: 's',
				accessToken: '',
				instanceUrl: '',
			}),
			'/services/data/v67.0/',
		],
		[
			new SalesforceSyncJwtApi(),
			() => ({
				environment: 'myDomain',
				myDomainUrl: origin,
				clientId: 'id',
				username: 'u',
				privateKey,
				accessToken: '',
				instanceUrl: '',
			}),
			'/services/data/v67.0/',
		],
		[new BrevoSyncApi(), () => ({ apiKey: 'key', baseUrl: `${origin}/v3/` }), '/v3/account'],
	] as ReadonlyArray<[ICredentialType, () => ICredentialDataDecryptedObject, string]>)(
		'of %p asks the right address',
		async (type, data, asked) => {
			await runTest(type, data());
			expect(seen.at(-1)).toMatchObject({ method: 'GET', path: asked });
		},
	);
});

/** n8n's httpRequest reduced to fetch: full response, every status resolves. */
const helpers = () =>
	({
		httpRequest: async ({
			url,
			method,
			headers,
			body,
		}: {
			url: string;
			method: string;
			headers: Record<string, string>;
			body: string;
		}) => {
			const response = await fetch(url, { method, headers, body });
			return { statusCode: response.status, body: await response.text(), headers: {} };
		},
	}) as never;

describe('a session', () => {
	const credentials = {
		environment: 'production',
		accessToken: 'token',
		instanceUrl: 'https://mycompany.my.salesforce.com',
	};
	test.each([
		['https://login.salesforce.com/services/data/v67.0/?a=b', undefined],
		['https://mycompany.my.salesforce.com/services/data/v67.0/?a=b', undefined],
		['/services/data/v67.0/?a=b', undefined],
		['/services/data/v67.0/?a=b', 'https://login.salesforce.com'],
	])('sends %s (base %s) to the organisation', async (url, baseURL) => {
		const request = await withSession(credentials, {
			url,
			...(baseURL && { baseURL }),
			headers: { accept: 'x' },
		});
		expect(request).toEqual({
			url: 'https://mycompany.my.salesforce.com/services/data/v67.0/?a=b',
			headers: { accept: 'x', Authorization: 'Bearer token' },
		});
	});

	test('gives its token to no other host', () => {
		const ask = () =>
			withSession(credentials, { url: 'https://mycompany.my.salesforce.com.example.com/' });
		expect(ask).toThrow(/only be used for https:\/\/mycompany\.my\.salesforce\.com/);
	});
});

describe('OAuth2', () => {
	const type = new SalesforceSyncOAuth2Api();
	test.each([
		['production', '', 'https://login.salesforce.com'],
		['sandbox', 'https://ignored.my.salesforce.com', 'https://test.salesforce.com'],
		[
			'myDomain',
			' https://mycompany.my.salesforce.com/lightning/page/home?x=1 ',
			'https://mycompany.my.salesforce.com',
		],
		['myDomain', 'http://127.0.0.1:4100', 'http://127.0.0.1:4100'],
	])('logs in at %s %s', async (environment, myDomainUrl, host) => {
		const store = new CredentialStore([
			{ type, data: { environment, myDomainUrl, clientId: 'x', clientSecret: 'y' } },
		]);
		const data = await store.getDecrypted(
			{} as never,
			{ id: 'x', name: 'x' },
			type.name,
			'internal',
		);
		expect(data).toMatchObject({
			authUrl: `${host}/services/oauth2/authorize`,
			accessTokenUrl: `${host}/services/oauth2/token`,
			scope: 'api refresh_token',
			grantType: 'pkce',
		});
	});

	test('finds the organisation in the token response', async () => {
		const load = () =>
			Promise.resolve({ oauthTokenData: { instance_url: 'https://x.my.salesforce.com' } });
		expect(await instanceUrlOf(type.name, load)).toBe('https://x.my.salesforce.com');
		await expect(instanceUrlOf(type.name, () => Promise.resolve({}))).rejects.toMatchObject({
			action: 'fail-auth',
			message: expect.stringContaining('not connected'),
		});
	});
});

test('the Brevo test explains a 401 by each of its causes', () => {
	const { test: declared } = new BrevoSyncApi();
	const rule = declared.rules?.find(
		({ properties }) => 'value' in properties && properties.value === 401,
	);
	for (const cause of ['mistyped', 'deleted', 'expired', 'IP address']) {
		expect(rule?.properties.message).toContain(cause);
	}
});

test('a login that no server answered stays what it was', async () => {
	const down = { httpRequest: () => Promise.reject(new Error('connect ECONNREFUSED')) } as never;
	const login = requestToken({ helpers: down }, origin, {});
	await expect(login).rejects.not.toBeInstanceOf(SalesforceLoginError);
	await expect(login).rejects.toThrow('ECONNREFUSED');
});
