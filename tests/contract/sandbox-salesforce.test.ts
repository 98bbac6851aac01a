import { createSign } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Connection } from 'jsforce';
import { readContactsCsv } from '../../sandbox/salesforce-org/csv.ts';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

/**
 * Stock jsforce: logins, sessions, 200 records a call; error bodies against recorded ones. More of
 * it in sandbox-salesforce-jsforce.test.ts.
 */
const SHARED = path.join(__dirname, '../../../shared/data');
const hasShared = existsSync(SHARED);
if (!hasShared) console.warn('Skipped: the recorded answers are not on this machine');
const whenRecorded = hasShared ? test : test.skip;

const { clientId, clientSecret, userName } = SALESFORCE_LOGIN;
const redirectUri = 'http://127.0.0.1:5678/callback';
type Json = Record<string, unknown>;

let sandbox: Sandbox;

const connect = (): Connection =>
	new Connection({
		loginUrl: sandbox.origin,
		instanceUrl: sandbox.origin,
		version: '67.0',
		oauth2: { clientId, clientSecret, redirectUri, loginUrl: sandbox.origin },
	});

beforeEach(async () => {
	sandbox = await startSandbox();
});

afterEach(async () => {
	await sandbox.close();
});

/** The code that a user's consent gives. */
async function consentCode(): Promise<string> {
	const query = new URLSearchParams({
		response_type: 'code',
		client_id: clientId,
		redirect_uri: redirectUri,
		consent: 'yes',
	});
	const url = `${sandbox.origin}/services/oauth2/authorize?${query.toString()}`;
	const back = await fetch(url, { redirect: 'manual' });
	return new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

describe('logins', () => {
	test('an ended session is renewed with the refresh token, until that is revoked', async () => {
		const connection = connect();
		await connection.authorize(await consentCode());
		const first = connection.accessToken;
		sandbox.clock.advance(2 * 3_600_000 + 1000);
		expect((await connection.query('SELECT Id FROM Contact')).totalSize).toBe(20);
		expect(connection.accessToken).not.toBe(first);
		sandbox.salesforce.admin.expireSessions({});
		expect((await connection.query('SELECT Id FROM Contact')).totalSize).toBe(20);
		sandbox.salesforce.admin.revokeRefreshTokens({});
		sandbox.salesforce.admin.expireSessions({});
		await expect(connection.query('SELECT Id FROM Contact')).rejects.toMatchObject({
			message: 'Unable to refresh session due to: expired access/refresh token',
		});
	});

	test('a JWT signed with the key of the connected app logs in', async () => {
		const { privateKey } = sandbox.salesforce.admin.jwtKey({}) as { privateKey: string };
		const part = (value: object): string =>
			Buffer.from(JSON.stringify(value)).toString('base64url');
		const exp = Math.floor(sandbox.clock.now() / 1000) + 180;
		const claims = { iss: clientId, sub: userName, aud: 'https://login.salesforce.com', exp };
		const text = `${part({ alg: 'RS256' })}.${part(claims)}`;
		const signature = createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url');
		const connection = connect();
		await connection.authorize({
			grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
			assertion: `${text}.${signature}`,
		});
		expect(await connection.identity()).toMatchObject({ username: userName });
	});
});

test('of 200 records in one call 199 are written, none with allOrNone', async () => {
	const connection = connect();
	await connection.authorize({ grant_type: 'client_credentials' });
	const records = Array.from({ length: 200 }, (_, n) => ({
		LastName: n === 77 ? 'x'.repeat(81) : `Number ${n}`,
	}));
	const contacts = connection.sobject('Contact');
	const kept = await contacts.create(records);
	expect(kept.filter(({ success }) => success)).toHaveLength(199);
	expect(kept[77]).toMatchObject({
		success: false,
		errors: [{ statusCode: 'STRING_TOO_LONG', fields: ['LastName'] }],
	});
	const taken = await contacts.create(records, { allOrNone: true });
	expect(taken.filter(({ success }) => success)).toHaveLength(0);
	expect((await connection.query('SELECT COUNT() FROM Contact')).totalSize).toBe(219);
	const tooMany = connection.requestPost(`/services/data/v67.0/composite/sobjects`, {
		records: Array.from({ length: 201 }, () => ({
			attributes: { type: 'Contact' },
			LastName: 'x',
		})),
	});
	await expect(tooMany).rejects.toThrow();
});

test('A AND B OR C is refused without brackets, taken with them', async () => {
	const connection = connect();
	await connection.authorize({ grant_type: 'client_credentials' });
	const soql = (where: string): string => `SELECT Id FROM Contact WHERE ${where}`;
	const [a, b, c] = ["LastName = 'Davis'", "FirstName = 'Josh'", "LastName = 'Frank'"];
	await expect(connection.query(soql(`${a} AND ${b} OR ${c}`))).rejects.toMatchObject({
		errorCode: 'MALFORMED_QUERY',
	});
	const { records } = await connection.query(soql(`(${a} AND ${b}) OR ${c}`));
	expect(records).toHaveLength(2);
});

whenRecorded('refusals have the bodies that Salesforce was recorded to give', async () => {
	const { examples } = JSON.parse(
		readFileSync(path.join(SHARED, 'salesforce/sf-responses.json'), 'utf8'),
	) as { examples: Array<{ id: string; status: number; body: unknown }> };
	const recorded = (id: string): { status: number; body: unknown } => {
		const found = examples.find((example) => example.id === id);
		if (!found) throw new Error(`Nothing is recorded as ${id}`);
		return { status: found.status, body: found.body };
	};
	const connection = connect();
	await connection.authorize({ grant_type: 'client_credentials' });
	const send = async (
		method: string,
		url: string,
		body?: Json,
		token = connection.accessToken,
	): Promise<{ status: number; body: unknown }> => {
		const answer = await fetch(`${sandbox.origin}/services/data/v67.0/${url}`, {
			method,
			headers: { authorization: `Bearer ${String(token)}`, 'content-type': 'application/json' },
			...(body && { body: JSON.stringify(body) }),
		});
		return { status: answer.status, body: await answer.json() };
	};
	const contact = await connection.sobject('Contact').create({ LastName: 'Gone' });
	await connection.sobject('Contact').destroy(String(contact.id));

	expect(await send('GET', 'limits', undefined, 'none')).toEqual(
		recorded('error.401.INVALID_SESSION_ID'),
	);
	expect(await send('DELETE', `sobjects/Contact/${contact.id}`)).toEqual(
		recorded('error.404.ENTITY_IS_DELETED'),
	);
	const davis = await connection.query("SELECT Id FROM Contact WHERE LastName = 'Davis'");
	expect(await send('DELETE', `sobjects/Contact/${davis.records[0]?.Id}`)).toEqual(
		recorded('error.DELETE_FAILED.contact-with-case'),
	);
	const xyzzy = encodeURIComponent('SELECT Id, FirstName, LastName FROM XYZZY');
	expect(await send('GET', `query?q=${xyzzy}`)).toEqual(recorded('error.400.INVALID_TYPE'));

	const invalidField = await send('POST', 'sobjects/Contact', { LastName: 'A', foo: 1 });
	const [told] = recorded('error.400.INVALID_FIELD').body as Json[];
	expect(invalidField).toMatchObject({
		status: 400,
		body: [{ ...told, message: String(told?.['message']).replace('type Bar', 'type Contact') }],
	});
	const tooLong = "This is a very long string that isn't valid in this line, please reduce it.";
	const { body: wordsOf } = recorded('error.STRING_TOO_LONG.message-for-Contact.LastName');
	expect(await send('POST', 'sobjects/Contact', { LastName: tooLong.padEnd(81, '.') })).toEqual({
		status: 400,
		body: [
			{
				...(wordsOf as Json),
				message: String((wordsOf as Json)['message']).replace(tooLong, tooLong.padEnd(81, '.')),
				fields: ['LastName'],
			},
		],
	});
	const unknownKey = await send('PATCH', 'sobjects/Contact/Namez/1', { LastName: 'A' });
	expect(unknownKey).toMatchObject(recorded('error.404.external-id-NOT_FOUND'));
	sandbox.salesforce.admin.setLimit({ limit: 1, used: 1 });
	expect(await send('GET', 'limits')).toEqual(recorded('error.403.REQUEST_LIMIT_EXCEEDED'));
});

test('composite calls go through as one', async () => {
	const connection = connect();
	await connection.authorize({ grant_type: 'client_credentials' });
	const base = '/services/data/v67.0/sobjects';
	const { compositeResponse } = await connection.requestPost<{
		compositeResponse: Array<{ httpStatusCode: number; body: unknown }>;
	}>('/services/data/v67.0/composite', {
		allOrNone: true,
		compositeRequest: [
			{ method: 'POST', url: `${base}/Account`, referenceId: 'a', body: { Name: 'New' } },
			{
				method: 'POST',
				url: `${base}/Contact`,
				referenceId: 'c',
				body: { LastName: 'New', AccountId: '@{a.id}' },
			},
			{ method: 'GET', url: `${base}/Contact/@{c.id}?fields=LastName`, referenceId: 'r' },
		],
	});
	expect(compositeResponse.map(({ httpStatusCode }) => httpStatusCode)).toEqual([201, 201, 200]);
	expect(compositeResponse[2]?.body).toMatchObject({ LastName: 'New' });
});

whenRecorded('contact files of other systems are refused in one sentence, or read', () => {
	const folder = path.join(SHARED, 'contacts');
	for (const name of readdirSync(folder).filter((file) => file.endsWith('.csv'))) {
		const text = readFileSync(path.join(folder, name), 'utf8');
		if (name !== 'chinook-customers.csv') {
			expect(() => readContactsCsv(text)).toThrow(/LastName/);
			continue;
		}
		const { accepted, refused, ignoredColumns } = readContactsCsv(text);
		expect(accepted.length + refused.length).toBe(59);
		expect(accepted.length).toBeGreaterThan(50);
		expect(ignoredColumns).toContain('CustomerId');
	}
});
