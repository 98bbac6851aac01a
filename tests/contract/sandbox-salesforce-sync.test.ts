import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { keysetQuery } from '../../sync/changes/soql.ts';
import type { Http } from '../../sync/host.ts';
import {
	type SalesforceConnection,
	salesforceConnection,
} from '../../sync/salesforce/connection.ts';
import { describeFields } from '../../sync/salesforce/describe.ts';
import { organizationId, serverNow } from '../../sync/salesforce/organization.ts';
import { fetchByIds, queryPage } from '../../sync/salesforce/read.ts';

/** The engine's own Salesforce client against the sandbox. */
let sandbox: Sandbox;
let connection: SalesforceConnection;

beforeEach(async () => {
	sandbox = await startSandbox();
	const { clientId, clientSecret } = SALESFORCE_LOGIN;
	const form = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: clientId,
		client_secret: clientSecret,
	});
	const login = await fetch(`${sandbox.origin}/services/oauth2/token`, {
		method: 'POST',
		body: form,
	});
	const { access_token: token } = (await login.json()) as { access_token: string };
	const http: Http = async ({ method, url, headers, body }) => {
		const answer = await fetch(url, {
			method,
			headers: { ...headers, authorization: `Bearer ${token}` },
			...(body !== undefined && { body }),
		});
		return {
			status: answer.status,
			headers: Object.fromEntries(answer.headers),
			body: await answer.text(),
		};
	};
	const silent = (): void => undefined;
	connection = salesforceConnection({
		http,
		host: {
			clock: Date,
			sleep: () => Promise.resolve(),
			logger: { debug: silent, info: silent, warn: silent, error: silent },
		},
		instanceUrl: sandbox.origin,
	});
});

afterEach(async () => {
	await sandbox.close();
});

test('organisation, clock and fields', async () => {
	expect(await organizationId(connection)).toMatch(/^00D\w{15}$/);
	sandbox.clock.advance(3_600_000);
	const ahead = Date.parse(await serverNow(connection)) - Date.now();
	expect(ahead).toBeGreaterThan(3_590_000);
	const fields = await describeFields(connection, 'Contact');
	expect(fields.find(({ name }) => name === 'Birthdate')).toMatchObject({
		type: 'date',
		label: 'Birthdate',
	});
	expect(fields.find(({ name }) => name === 'Full_Title__c')).toMatchObject({
		calculated: true,
		updateable: false,
	});
});

test('the keyset query reads everything once, over several pages of one answer', async () => {
	sandbox.salesforce.admin.load({ contacts: 6000, seed: 7 });
	const soql = keysetQuery({ object: 'Contact', fields: ['Email', 'Account.Name'], limit: 5000 });
	const first = await queryPage(connection, soql, { all: true });
	expect(first.records).toHaveLength(5000);
	expect(first.apiUsage).toEqual({ used: 3, limit: 100_000 });
	const last = first.records.at(-1);
	const after = { systemModstamp: String(last?.['SystemModstamp']), id: String(last?.['Id']) };
	const rest = await queryPage(
		connection,
		keysetQuery({ object: 'Contact', fields: [], after, limit: 5000 }),
	);
	const ids = [...first.records, ...rest.records].map(({ Id }) => Id);
	expect(ids).toHaveLength(6020);
	expect(new Set(ids).size).toBe(6020);
});

test('a lost cursor is read again', async () => {
	sandbox.salesforce.admin.load({ contacts: 3000, seed: 7 });
	sandbox.faults.add({
		service: 'salesforce',
		path: '/query/0r8',
		kind: 'status',
		status: 400,
		body: [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }],
	});
	const { records } = await queryPage(
		connection,
		keysetQuery({ object: 'Contact', fields: [], limit: 4000 }),
	);
	expect(records).toHaveLength(3020);
});

test('records by id, deleted ones when asked for', async () => {
	const { id } = sandbox.salesforce.admin.create({
		object: 'Contact',
		values: { LastName: 'Gone' },
	}) as { id: string };
	sandbox.salesforce.admin.delete({ object: 'Contact', id });
	expect(await fetchByIds(connection, 'Contact', ['LastName'], [id])).toEqual([]);
	const found = await fetchByIds(connection, 'Contact', ['LastName'], [id], {
		includeDeleted: true,
	});
	expect(found).toMatchObject([{ Id: id, LastName: 'Gone', IsDeleted: true }]);
});

test('a field that vanished is told as such', async () => {
	sandbox.salesforce.admin.removeField({ object: 'Contact', field: 'Level__c' });
	const read = queryPage(
		connection,
		keysetQuery({ object: 'Contact', fields: ['Level__c'], limit: 10 }),
	);
	await expect(read).rejects.toMatchObject({ code: 'INVALID_FIELD' });
});

test('a query too long for a URL comes back through composite', async () => {
	const filter = Array.from({ length: 600 }, (_, n) => `LastName != 'Somebody number ${n}'`).join(
		' AND ',
	);
	const { records } = await queryPage(
		connection,
		keysetQuery({ object: 'Contact', fields: [], filter, limit: 50 }),
	);
	expect(records).toHaveLength(20);
});
