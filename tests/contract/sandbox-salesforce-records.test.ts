import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { createSalesforce, type SalesforceService } from '../../sandbox/salesforce-org/service.ts';

type Json = Record<string, unknown>;
interface Reply {
	readonly status: number;
	readonly body: unknown;
}

const DATA = '/services/data/v67.0';
const CAPTURE = path.join(__dirname, '../../../shared/data/salesforce/developer-edition.json');

let now = Date.parse('2026-11-23T12:00:00.700Z');
let service: SalesforceService;
let token = '';

async function send(method: string, url: string, body?: unknown): Promise<Reply> {
	const { pathname, searchParams } = new URL(url, 'http://sandbox');
	const form = pathname.startsWith('/services/oauth2');
	const text =
		body === undefined ? '' : form ? (body as URLSearchParams).toString() : JSON.stringify(body);
	const reply = await service.handle({
		method,
		path: pathname,
		query: searchParams,
		headers: { authorization: `Bearer ${token}` },
		body: Buffer.from(text),
		origin: 'http://sandbox',
	});
	return { status: reply.status, body: reply.body };
}

const query = async (soql: string, all = false): Promise<Json[]> => {
	const { body } = await send(
		'GET',
		`${DATA}/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`,
	);
	return (body as { records: Json[] }).records;
};

const create = async (values: Json): Promise<Reply> =>
	await send('POST', `${DATA}/sobjects/Contact`, values);

beforeEach(async () => {
	service = createSalesforce({
		clock: { now: () => now, after: () => undefined },
		seed: 'developer-edition',
	});
	const { clientId, clientSecret } = SALESFORCE_LOGIN;
	const form = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: clientId,
		client_secret: clientSecret,
	});
	const { body } = await send('POST', '/services/oauth2/token', form);
	token = String((body as Json)['access_token']);
});

const captured = existsSync(CAPTURE);
if (!captured) console.warn('Skipped: the captured sample organisation is not on this machine');

(captured ? test : test.skip)(
	'the seed restates the sample records of a Developer Edition',
	async () => {
		const sample = JSON.parse(readFileSync(CAPTURE, 'utf8')) as Record<string, Json[]>;
		const compared: Record<string, readonly [string, readonly string[]]> = {
			Account: ['accounts', ['Name', 'Phone', 'BillingCity']],
			Contact: [
				'contacts',
				['Name', 'Email', 'Phone', 'MobilePhone', 'Title', 'AccountId', 'MailingStreet'],
			],
			Lead: ['leads', ['Name', 'Email', 'Company', 'Status']],
			Case: ['cases', ['CaseNumber', 'ContactId', 'Subject', 'Status']],
		};
		for (const [object, [key, fields]] of Object.entries(compared)) {
			const rows = await query(`SELECT Id, ${fields.join(', ')} FROM ${object}`);
			const ours = new Map(rows.map((row) => [row['Id'], row]));
			const real = sample[key] ?? [];
			expect(ours.size).toBe(real.length);
			for (const record of real) {
				const row = ours.get(record['Id']) ?? {};
				for (const field of fields)
					expect([field, row[field] ?? null]).toEqual([field, record[field] ?? null]);
			}
		}
	},
);

test.each<readonly [Json, string, string, readonly string[] | undefined]>([
	[
		{ FirstName: 'A' },
		'REQUIRED_FIELD_MISSING',
		'Required fields are missing: [LastName]',
		['LastName'],
	],
	[
		{ LastName: 'x'.repeat(81) },
		'STRING_TOO_LONG',
		`Last Name: data value too large: ${'x'.repeat(81)} (max length=80)`,
		['LastName'],
	],
	[
		{ LastName: 'A', Email: 'no' },
		'INVALID_EMAIL_ADDRESS',
		'Email: invalid email address: no',
		['Email'],
	],
	[
		{ LastName: 'A', Email: 'a,b@c.example' },
		'INVALID_EMAIL_ADDRESS',
		'Email: invalid email address: a,b@c.example',
		['Email'],
	],
	[
		{ LastName: 'A', CleanStatus: 'X' },
		'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
		'Clean Status: bad value for restricted picklist field: X',
		['CleanStatus'],
	],
	[
		{ LastName: 'A', Nope__c: 1 },
		'INVALID_FIELD',
		"No such column 'Nope__c' on sobject of type Contact",
		undefined,
	],
	[
		{ LastName: 'A', AccountId: '001000000000000AAA' },
		'INVALID_CROSS_REFERENCE_KEY',
		'invalid cross reference id',
		[],
	],
	[
		{ LastName: 'A', AccountId: 'abc' },
		'MALFORMED_ID',
		'Account ID: id value of incorrect type: abc',
		['AccountId'],
	],
	[
		{ LastName: 'A', Full_Title__c: 'x', Name: 'y' },
		'INVALID_FIELD_FOR_INSERT_UPDATE',
		'Unable to create/update fields: Full_Title__c, Name. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
		['Full_Title__c', 'Name'],
	],
])('%j is refused', async (values, errorCode, message, fields) => {
	const error = { message, errorCode, ...(fields && { fields }) };
	expect(await create(values)).toEqual({ status: 400, body: [error] });
	expect(await query('SELECT Id FROM Contact')).toHaveLength(20);
});

test.each([
	{ Birthdate: '2026-02-30' },
	{ Birthdate: '1.2.1990' },
	{ HasOptedOutOfEmail: 'perhaps' },
])('%j is not taken', async (values) => {
	expect((await create({ LastName: 'A', ...values })).body).toMatchObject([
		{ errorCode: 'JSON_PARSER_ERROR' },
	]);
});

test("the address that Salesforce's own sample data has is taken", async () => {
	expect(await create({ LastName: 'Levy', Email: 'b.levy@expressl&t.net' })).toMatchObject({
		status: 201,
	});
});

test('a record that is not there, and an id that is none', async () => {
	expect(await send('GET', `${DATA}/sobjects/Contact/003000000000000AAA`)).toEqual({
		status: 404,
		body: [{ message: 'The requested resource does not exist', errorCode: 'NOT_FOUND' }],
	});
	expect(await send('PATCH', `${DATA}/sobjects/Contact/nonsense`, { Title: 'x' })).toMatchObject({
		status: 400,
		body: [{ errorCode: 'MALFORMED_ID' }],
	});
	expect(await send('POST', `${DATA}/sobjects/Contact`)).toMatchObject({
		status: 400,
		body: [{ errorCode: 'JSON_PARSER_ERROR' }],
	});
});

test('stamps have whole seconds, ids 18 characters, text no space around it', async () => {
	const { body } = await create({ LastName: ' Åström ', MailingCity: 'Malmö' });
	const { id } = body as { id: string };
	expect(id).toMatch(/^003\w{12}[A-Z0-5]{3}$/);
	const [row] = await query(
		`SELECT LastName, SystemModstamp, MailingAddress FROM Contact WHERE Id = '${id.slice(0, 15)}'`,
	);
	expect(row).toMatchObject({
		LastName: 'Åström',
		SystemModstamp: '2026-11-23T12:00:00.000+0000',
		MailingAddress: { city: 'Malmö', country: null, street: null },
	});
});

test('losers of a merge point to the winner, who gets their cases', async () => {
	const [winner, loser] = await query(
		"SELECT Id FROM Contact WHERE LastName IN ('Forbes', 'Gonzalez') ORDER BY LastName",
	);
	now += 60_000;
	service.admin.merge({
		object: 'Contact',
		winner: String(winner?.['Id']),
		losers: [String(loser?.['Id'])],
	});
	const [gone] = await query(
		`SELECT Id, IsDeleted, MasterRecordId, SystemModstamp FROM Contact WHERE Id = '${String(loser?.['Id'])}'`,
		true,
	);
	expect(gone).toMatchObject({
		IsDeleted: true,
		MasterRecordId: winner?.['Id'],
		SystemModstamp: new Date(Math.floor(now / 1000) * 1000).toISOString().replace('Z', '+0000'),
	});
	expect(await query(`SELECT Id FROM Case WHERE ContactId = '${String(loser?.['Id'])}'`)).toEqual(
		[],
	);
	service.admin.undelete({ object: 'Contact', id: String(loser?.['Id']) });
	expect(
		await query("SELECT IsDeleted, MasterRecordId FROM Contact WHERE LastName = 'Gonzalez'"),
	).toMatchObject([{ IsDeleted: false, MasterRecordId: null }]);
});

test('a converted lead stays, points to its contact and takes no more edits', async () => {
	const [lead] = await query("SELECT Id, Email FROM Lead WHERE LastName = 'Boxer'");
	const id = String(lead?.['Id']);
	const { contactId } = service.admin.convert({ id }) as { contactId: string };
	const [converted] = await query(
		`SELECT IsConverted, ConvertedContactId, Status FROM Lead WHERE Id = '${id}'`,
	);
	expect(converted).toMatchObject({
		IsConverted: true,
		ConvertedContactId: contactId,
		Status: 'Closed - Converted',
	});
	expect(await query(`SELECT Email FROM Contact WHERE Id = '${contactId}'`)).toMatchObject([
		{ Email: lead?.['Email'] },
	]);
	expect(await send('PATCH', `${DATA}/sobjects/Lead/${id}`, { Title: 'x' })).toMatchObject({
		status: 400,
		body: [{ errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }],
	});
});

test('a late commit shows up later with its older stamp; a hard delete leaves nothing', async () => {
	const { id } = service.admin.lateCommit({
		object: 'Contact',
		values: { LastName: 'Late' },
		seconds: 30,
	}) as { id: string };
	const before = now;
	const find = async (): Promise<Json[]> =>
		await query(`SELECT SystemModstamp FROM Contact WHERE LastName = 'Late'`, true);
	expect(await find()).toEqual([]);
	now += 31_000;
	expect(await find()).toMatchObject([
		{
			SystemModstamp: new Date(Math.floor(before / 1000) * 1000)
				.toISOString()
				.replace('Z', '+0000'),
		},
	]);
	service.admin.hardDelete({ object: 'Contact', id });
	expect(await find()).toEqual([]);
});

test('what is no longer shared with the user is in no answer, and its stamp stays', async () => {
	const created = await send('POST', `${DATA}/sobjects/Contact`, { LastName: 'Secret' });
	const { id } = created.body as { id: string };
	const find = async (all: boolean): Promise<Json[]> =>
		await query(`SELECT Id, SystemModstamp FROM Contact WHERE Id = '${id}'`, all);
	const count = async (): Promise<unknown> => {
		const url = `${DATA}/query?q=${encodeURIComponent('SELECT COUNT() FROM Contact')}`;
		return ((await send('GET', url)).body as { totalSize: number }).totalSize;
	};
	const [before, all] = [await find(true), await count()];
	now += 5_000;
	service.admin.share({ object: 'Contact', id, shared: false });
	expect([await find(true), await find(false)]).toEqual([[], []]);
	expect(await count()).toBe(Number(all) - 1);
	expect((await send('GET', `${DATA}/sobjects/Contact/${id}`)).status).toBe(404);
	service.admin.share({ object: 'Contact', id, shared: true });
	expect(await find(true)).toEqual(before);
});

test('of what is deleted for good only getDeleted tells, as long as it is in the delete log', async () => {
	const created = await send('POST', `${DATA}/sobjects/Contact`, { LastName: 'Purged' });
	const { id } = created.body as { id: string };
	service.admin.hardDelete({ object: 'Contact', id });
	now += 120_000;
	const [start, end] = [now - 600_000, now].map((at) => new Date(at).toISOString());
	const deleted = async (): Promise<unknown> => {
		const range = new URLSearchParams({ start: start ?? '', end: end ?? '' });
		return (await send('GET', `${DATA}/sobjects/Contact/deleted?${range.toString()}`)).body;
	};
	expect(await deleted()).toMatchObject({ deletedRecords: [{ id }] });
	service.admin.forgetDeleteLog({});
	expect(await deleted()).toMatchObject({ deletedRecords: [] });
});

test('the formula follows the account although the contact keeps its stamp', async () => {
	const formula = async (): Promise<Json | undefined> =>
		(
			await query("SELECT Full_Title__c, SystemModstamp FROM Contact WHERE LastName = 'Gonzalez'")
		)[0];
	const first = await formula();
	const [account] = await query("SELECT Id FROM Account WHERE Name = 'Edge Communications'");
	now += 5000;
	await send('PATCH', `${DATA}/sobjects/Account/${String(account?.['Id'])}`, { Name: 'Edge' });
	const second = await formula();
	expect(second?.['Full_Title__c']).toBe('SVP, Procurement (Edge)');
	expect(second?.['SystemModstamp']).toBe(first?.['SystemModstamp']);
});

test('parts of a composite call refer to each other; one failure takes all back when asked', async () => {
	const part = (referenceId: string, method: string, url: string, body?: Json): Json => ({
		referenceId,
		method,
		url: `${DATA}/${url}`,
		...(body && { body }),
	});
	const compositeRequest = [
		part('account', 'POST', 'sobjects/Account', { Name: 'Acme' }),
		part('contact', 'POST', 'sobjects/Contact', { LastName: 'Ada', AccountId: '@{account.id}' }),
		part('read', 'GET', "query?q=SELECT+Account.Name+FROM+Contact+WHERE+Id='@{contact.id}'"),
	];
	const good = await send('POST', `${DATA}/composite`, { compositeRequest });
	expect(good.body).toMatchObject({
		compositeResponse: [
			{
				httpStatusCode: 201,
				referenceId: 'account',
				httpHeaders: { Location: expect.stringContaining('/sobjects/Account/001') as string },
			},
			{ httpStatusCode: 201 },
			{ httpStatusCode: 200, body: { records: [{ Account: { Name: 'Acme' } }] } },
		],
	});
	const failing = [
		part('good', 'POST', 'sobjects/Contact', { LastName: 'Good' }),
		part('bad', 'POST', 'sobjects/Contact', {}),
	];
	const bad = await send('POST', `${DATA}/composite`, {
		allOrNone: true,
		compositeRequest: failing,
	});
	expect(bad).toMatchObject({
		status: 200,
		body: {
			compositeResponse: [
				{ httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
				{ body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
			],
		},
	});
	expect(await query("SELECT Id FROM Contact WHERE LastName = 'Good'")).toEqual([]);
	const dangling = await send('POST', `${DATA}/composite`, {
		compositeRequest: [failing[1], part('next', 'GET', 'sobjects/Contact/@{bad.id}')],
	});
	expect(dangling.body).toMatchObject({
		compositeResponse: [{ httpStatusCode: 400 }, { body: [{ errorCode: 'PROCESSING_HALTED' }] }],
	});
	expect(service.admin.state({})).toMatchObject({
		apiUsage: expect.stringMatching(/^\d+\/100000$/) as string,
	});
});

test('fields that are hidden, removed or added show at once', async () => {
	service.admin.hideField({ object: 'Contact', field: 'HasOptedOutOfEmail' });
	service.admin.addField({ object: 'Contact', line: 'Shoe__c|Shoe size|double|0|ncu' });
	service.admin.removeField({ object: 'Contact', field: 'Level__c' });
	const { body } = await send('GET', `${DATA}/sobjects/Contact/describe`);
	const names = (body as { fields: Array<{ name: string }> }).fields.map(({ name }) => name);
	expect(names).toContain('Shoe__c');
	expect(names).not.toContain('HasOptedOutOfEmail');
	expect(names).not.toContain('Level__c');
	expect((await create({ LastName: 'A', Shoe__c: 44.5 })).status).toBe(201);
	expect((await create({ LastName: 'A', HasOptedOutOfEmail: true })).body).toMatchObject([
		{ errorCode: 'INVALID_FIELD' },
	]);
});
