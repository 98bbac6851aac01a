import { createHash, createSign } from 'node:crypto';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

let sandbox: Sandbox;

const { clientId, clientSecret, userName } = SALESFORCE_LOGIN;
const client = { client_id: clientId, client_secret: clientSecret };
const redirectUri = 'http://127.0.0.1:5678/rest/oauth2-credential/callback';

beforeEach(async () => {
	sandbox = await startSandbox();
});

afterEach(async () => {
	await sandbox.close();
});

type Json = Record<string, unknown>;

async function login(form: Record<string, string>): Promise<Json> {
	const body = new URLSearchParams(form);
	const answer = await fetch(`${sandbox.origin}/services/oauth2/token`, { method: 'POST', body });
	return { status: answer.status, ...((await answer.json()) as Json) };
}

const get = async (path: string, token: unknown): Promise<Response> =>
	await fetch(`${sandbox.origin}${path}`, {
		headers: { authorization: `Bearer ${String(token)}` },
	});

/** What a browser gets when its user clicks on Allow. */
async function consent(more: Record<string, string>): Promise<URL> {
	const query = new URLSearchParams({
		response_type: 'code',
		client_id: clientId,
		redirect_uri: redirectUri,
		state: 'abc',
		...more,
	});
	const page = await fetch(`${sandbox.origin}/services/oauth2/authorize?${query.toString()}`);
	expect(page.headers.get('content-type')).toContain('text/html');
	const link = /id="allow" href="([^"]+)"/.exec(await page.text())?.[1] ?? '';
	const back = await fetch(link.replaceAll('&amp;', '&'), { redirect: 'manual' });
	expect(back.status).toBe(302);
	return new URL(back.headers.get('location') ?? '');
}

test('a person consents, the code is good once, the refresh token until it is revoked', async () => {
	const verifier = 'v'.repeat(64);
	const challenge = createHash('sha256').update(verifier).digest('base64url');
	const back = await consent({ code_challenge: challenge, code_challenge_method: 'S256' });
	expect(back.searchParams.get('state')).toBe('abc');
	const code = back.searchParams.get('code') ?? '';
	const exchange = { ...client, grant_type: 'authorization_code', code, redirect_uri: redirectUri };
	const token = await login({ ...exchange, code_verifier: verifier });
	expect(token).toMatchObject({
		status: 200,
		instance_url: sandbox.origin,
		token_type: 'Bearer',
		refresh_token: expect.any(String) as string,
	});
	expect(Object.keys(token)).toEqual(
		expect.arrayContaining(['access_token', 'id', 'issued_at', 'signature', 'scope']),
	);
	expect(await login({ ...exchange, code_verifier: verifier })).toMatchObject({
		status: 400,
		error: 'invalid_grant',
	});

	const refresh = {
		...client,
		grant_type: 'refresh_token',
		refresh_token: String(token['refresh_token']),
	};
	const renewed = await login(refresh);
	expect(renewed).not.toHaveProperty('refresh_token');
	expect((await get('/services/oauth2/userinfo', renewed['access_token'])).status).toBe(200);
	sandbox.salesforce.admin.revokeRefreshTokens({});
	expect(await login(refresh)).toEqual({
		status: 400,
		error: 'invalid_grant',
		error_description: 'expired access/refresh token',
	});
});

test('a wrong PKCE verifier is refused', async () => {
	const back = await consent({ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' });
	const code = back.searchParams.get('code') ?? '';
	const form = {
		...client,
		grant_type: 'authorization_code',
		code,
		redirect_uri: redirectUri,
		code_verifier: 'wrong',
	};
	expect(await login(form)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

function assertion(claims: Json, privateKey: string): string {
	const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
	const head = `${part({ alg: 'RS256' })}.${part(claims)}`;
	return `${head}.${createSign('RSA-SHA256').update(head).sign(privateKey, 'base64url')}`;
}

test('a JWT is taken when its signature, user, audience and time are right', async () => {
	const { privateKey } = sandbox.salesforce.admin.jwtKey({}) as { privateKey: string };
	const good = {
		iss: clientId,
		sub: userName,
		aud: 'https://login.salesforce.com',
		exp: Math.floor(Date.now() / 1000) + 180,
	};
	const bearer = async (claims: Json, change = (text: string) => text): Promise<Json> =>
		await login({
			grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
			assertion: change(assertion(claims, privateKey)),
		});
	expect(await bearer(good)).toMatchObject({ status: 200, instance_url: sandbox.origin });
	const refusals = [
		await bearer({ ...good, sub: 'nobody@sandbox.example' }),
		await bearer({ ...good, aud: 'https://elsewhere.example' }),
		await bearer({ ...good, exp: 1 }),
		await bearer(good, (text) =>
			text.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A')).slice(0, -8),
		),
	];
	for (const refusal of refusals)
		expect(refusal).toMatchObject({ status: 400, error: 'invalid_grant' });
});

test('a session ends by the clock', async () => {
	const { access_token: token } = await login({ ...client, grant_type: 'client_credentials' });
	expect((await get('/services/data/v67.0/limits', token)).status).toBe(200);
	sandbox.clock.advance(2 * 3_600_000 + 1000);
	const answer = await get('/services/data/v67.0/limits', token);
	expect(answer.status).toBe(401);
	expect(await answer.json()).toEqual([
		{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' },
	]);
});

test('the user info names the organisation; unknown API versions do not exist', async () => {
	const { access_token: token } = await login({ ...client, grant_type: 'client_credentials' });
	const info = (await (await get('/services/oauth2/userinfo', token)).json()) as Json;
	expect(info['organization_id']).toMatch(/^00D\w{15}$/);
	for (const version of ['50.0', '67.0', '68.0']) {
		const answer = await get(`/services/data/v${version}/limits`, token);
		expect(answer.headers.get('sforce-limit-info')).toMatch(/^api-usage=\d+\/100000$/);
	}
	for (const version of ['49.0', '69.0', '67']) {
		const answer = await get(`/services/data/v${version}/limits`, token);
		expect(answer.status).toBe(404);
		expect(await answer.json()).toEqual([
			{ message: 'The requested resource does not exist', errorCode: 'NOT_FOUND' },
		]);
	}
});
