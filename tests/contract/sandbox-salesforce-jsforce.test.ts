import { Connection } from 'jsforce';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

/** Stock jsforce over its own HTTP: a client that nobody here wrote. */
let sandbox: Sandbox;
let connection: Connection;

const { clientId, clientSecret } = SALESFORCE_LOGIN;

async function connected(): Promise<Connection> {
	const fresh = new Connection({
		loginUrl: sandbox.origin,
		instanceUrl: sandbox.origin,
		version: '67.0',
		maxRequest: 1,
		oauth2: { clientId, clientSecret, loginUrl: sandbox.origin },
	});
	await fresh.authorize({ grant_type: 'client_credentials' });
	return fresh;
}

/** What jsforce throws. */
const refusal = async (
	work: PromiseLike<unknown>,
): Promise<{ errorCode?: string; message?: string }> =>
	await work.then(
		() => ({}),
		(error: unknown) => error as { errorCode?: string; message?: string },
	);

beforeEach(async () => {
	sandbox = await startSandbox();
	connection = await connected();
});

afterEach(async () => {
	await sandbox.close();
});

test('the sample organisation is there', async () => {
	const count = async (object: string): Promise<number> =>
		(await connection.query(`SELECT COUNT() FROM ${object}`)).totalSize;
	expect(await count('Account')).toBe(13);
	expect(await count('Contact')).toBe(20);
	expect(await count('Lead')).toBe(22);
	expect(await count('Case')).toBe(26);
	const { records } = await connection.query(
		"SELECT Name, Account.Name FROM Contact WHERE LastName = 'gonzalez'",
	);
	expect(records).toMatchObject([
		{ Name: 'Rose Gonzalez', Account: { Name: 'Edge Communications' } },
	]);
});

test('wrong secret, unknown client and unknown grant are refused as Salesforce does', async () => {
	const login = async (form: Record<string, string>): Promise<unknown> => {
		const body = new URLSearchParams(form);
		const answer = await fetch(`${sandbox.origin}/services/oauth2/token`, { method: 'POST', body });
		return { status: answer.status, ...((await answer.json()) as object) };
	};
	const grant = { grant_type: 'client_credentials', client_id: clientId };
	expect(await login({ ...grant, client_secret: 'no' })).toMatchObject({
		status: 400,
		error: 'invalid_client',
	});
	expect(await login({ ...grant, client_id: 'no' })).toMatchObject({
		status: 400,
		error: 'invalid_client_id',
	});
	expect(await login({ grant_type: 'nothing' })).toMatchObject({ error: 'unsupported_grant_type' });
	expect(
		await login({ ...grant, grant_type: 'refresh_token', client_secret: clientSecret }),
	).toMatchObject({
		error: 'invalid_grant',
		error_description: 'expired access/refresh token',
	});
});

test('an ended session is refused until the next login', async () => {
	sandbox.salesforce.admin.expireSessions({});
	const { accessToken } = connection;
	const withoutRefresh = new Connection({
		instanceUrl: sandbox.origin,
		accessToken: String(accessToken),
	});
	expect(await refusal(withoutRefresh.query('SELECT Id FROM Contact'))).toMatchObject({
		errorCode: 'INVALID_SESSION_ID',
		message: 'Session expired or invalid',
	});
	await expect((await connected()).query('SELECT Id FROM Contact')).resolves.toMatchObject({
		totalSize: 20,
	});
});

test('a query of several pages gives every record once', async () => {
	sandbox.salesforce.admin.load({ contacts: 4080, seed: 1 });
	const seen: string[] = [];
	let page = await connection.query('SELECT Id FROM Contact ORDER BY SystemModstamp, Id', {
		autoFetch: false,
	});
	expect(page).toMatchObject({ totalSize: 4100, done: false });
	for (;;) {
		seen.push(...page.records.map(({ Id }) => String(Id)));
		if (page.done) break;
		page = await connection.queryMore(String(page.nextRecordsUrl));
	}
	expect(seen).toHaveLength(4100);
	expect(new Set(seen).size).toBe(4100);
	const small = await connection.query('SELECT Id FROM Contact', {
		autoFetch: false,
		headers: { 'Sforce-Query-Options': 'batchSize=300' },
	});
	expect(small.records).toHaveLength(300);
	sandbox.salesforce.admin.forgetLocators({});
	expect(await refusal(connection.queryMore(String(small.nextRecordsUrl)))).toMatchObject({
		errorCode: 'INVALID_QUERY_LOCATOR',
	});
});

test('a record is created, read, updated, found by e-mail and deleted', async () => {
	const contacts = connection.sobject('Contact');
	const created = await contacts.create({ LastName: 'Test', Email: 'a@b.example' });
	expect(created).toMatchObject({ success: true, errors: [] });
	const id = String(created.id);
	expect(id).toMatch(/^003\w{15}$/);
	await contacts.update({ Id: id, FirstName: 'Ada' });
	expect(await contacts.retrieve(id)).toMatchObject({
		Name: 'Ada Test',
		HasOptedOutOfEmail: false,
		Phone: null,
	});
	expect(await contacts.upsert({ Email: 'a@b.example', LastName: 'Other' }, 'Email')).toMatchObject(
		{ id, created: false },
	);
	await contacts.destroy(id);
	expect(await refusal(contacts.destroy(id))).toMatchObject({ errorCode: 'ENTITY_IS_DELETED' });
	expect((await connection.query(`SELECT Id FROM Contact WHERE Id = '${id}'`)).totalSize).toBe(0);
	const all = await connection.query(`SELECT Id, IsDeleted FROM Contact WHERE Id = '${id}'`, {
		scanAll: true,
	});
	expect(all.records).toMatchObject([{ Id: id, IsDeleted: true }]);
});

test('two records with one e-mail are no upsert', async () => {
	const contacts = connection.sobject('Contact');
	await contacts.create({ LastName: 'One', Email: 'twin@b.example' });
	await contacts.create({ LastName: 'Two', Email: 'twin@b.example' });
	const error = await refusal(contacts.upsert({ Email: 'twin@b.example', LastName: 'X' }, 'Email'));
	expect(error.message).toBe('Multiple records found');
});

test('a collection answers for each record', async () => {
	const contacts = connection.sobject('Contact');
	const results = await contacts.create([{ LastName: 'One' }, { FirstName: 'Nameless' }]);
	expect(results).toMatchObject([
		{ success: true },
		{ success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING', fields: ['LastName'] }] },
	]);
	const id = String(results[0]?.id);
	const unknown = '003000000000000AAA';
	expect(
		await contacts.update([
			{ Id: id, Title: 'CEO' },
			{ Id: unknown, Title: 'CEO' },
		]),
	).toMatchObject([
		{ success: true, id },
		{
			success: false,
			errors: [
				{
					statusCode: 'INVALID_CROSS_REFERENCE_KEY',
					message: 'invalid cross reference id',
					fields: [],
				},
			],
		},
	]);
	expect(await contacts.retrieve([id])).toMatchObject([{ Title: 'CEO' }]);
	expect(
		await contacts.upsert([{ Email: 'new@b.example', LastName: 'New' }], 'Email'),
	).toMatchObject([{ success: true }]);
	expect(await contacts.destroy([id, id])).toMatchObject([
		{ success: true },
		{ success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED' }] },
	]);
});

test('with allOrNone one bad record takes the others back', async () => {
	const records = [{ LastName: 'Good' }, { LastName: 'Bad', Email: 'nonsense' }];
	const results = await connection.sobject('Contact').create(records, { allOrNone: true });
	expect(results).toMatchObject([
		{ success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
		{ success: false, errors: [{ statusCode: 'INVALID_EMAIL_ADDRESS', fields: ['Email'] }] },
	]);
	expect((await connection.query('SELECT Id FROM Contact')).totalSize).toBe(20);
});

test('a contact with cases is not deleted', async () => {
	const { records } = await connection.query("SELECT Id FROM Contact WHERE LastName = 'Davis'");
	const error = await refusal(connection.sobject('Contact').destroy(String(records[0]?.Id)));
	expect(error).toMatchObject({
		errorCode: 'DELETE_FAILED',
		message:
			'Your attempt to delete Mr. Josh Davis could not be completed because it is associated with the following cases.: 00001005\n',
	});
});

test('describes, limits, identity', async () => {
	const { sobjects } = await connection.describeGlobal();
	expect(sobjects.map(({ name }) => name).sort()).toEqual(['Account', 'Case', 'Contact', 'Lead']);
	const { fields, childRelationships } = await connection.describe('Contact');
	expect(fields.find(({ name }) => name === 'Email')).toMatchObject({ type: 'email', length: 80 });
	expect(childRelationships).toMatchObject([{ relationshipName: 'Cases', restrictedDelete: true }]);
	expect(connection.limitInfo.apiUsage).toEqual({ used: 2, limit: 100_000 });
	expect(await connection.limits()).toMatchObject({
		DailyApiRequests: { Max: 100_000, Remaining: 99_997 },
	});
	expect(await connection.identity()).toMatchObject({ username: SALESFORCE_LOGIN.userName });
});

test('used-up API requests are refused', async () => {
	sandbox.salesforce.admin.setLimit({ limit: 1 });
	await connection.query('SELECT Id FROM Contact');
	expect(await refusal(connection.query('SELECT Id FROM Contact'))).toMatchObject({
		errorCode: 'REQUEST_LIMIT_EXCEEDED',
		message: 'TotalRequests Limit exceeded.',
	});
});

test('getUpdated and getDeleted say how far they are complete', async () => {
	const contacts = connection.sobject('Contact');
	const { id } = await contacts.create({ LastName: 'Seen' });
	const gone = await contacts.create({ LastName: 'Gone' });
	await contacts.destroy(String(gone.id));
	const start = new Date(sandbox.clock.now() - 3_600_000);
	sandbox.clock.advance(120_000);
	const end = new Date(sandbox.clock.now());
	expect(await contacts.updated(start, end)).toMatchObject({ ids: [id] });
	expect(await contacts.deleted(start, end)).toMatchObject({ deletedRecords: [{ id: gone.id }] });
	const late = sandbox.clock.now();
	sandbox.salesforce.admin.lateCommit({
		object: 'Contact',
		values: { LastName: 'Late' },
		seconds: 600,
	});
	sandbox.clock.advance(300_000);
	const { latestDateCovered } = await contacts.updated(start, new Date(sandbox.clock.now()));
	expect(Date.parse(latestDateCovered.replace('+0000', 'Z'))).toBeLessThanOrEqual(late);
});
