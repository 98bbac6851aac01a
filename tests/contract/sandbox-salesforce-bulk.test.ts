import { parse } from 'csv-parse/sync';
import { Connection } from 'jsforce';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

/** Bulk API 2.0: with stock jsforce where it works (one page), by plain HTTP where it does not. */
let sandbox: Sandbox;
let token: string;

const { clientId, clientSecret } = SALESFORCE_LOGIN;
const SOQL = 'SELECT Id, LastName, Email FROM Contact';

beforeEach(async () => {
	sandbox = await startSandbox();
	const body = new URLSearchParams({
		grant_type: 'client_credentials',
		client_id: clientId,
		client_secret: clientSecret,
	});
	const answer = await fetch(`${sandbox.origin}/services/oauth2/token`, { method: 'POST', body });
	token = ((await answer.json()) as { access_token: string }).access_token;
});

afterEach(async () => {
	await sandbox.close();
});

interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	readonly json: Record<string, unknown>;
	/** "400 API_ERROR". */
	readonly refusal: string;
}

async function call(
	method: string,
	path: string,
	body?: object | string,
	version = '67.0',
): Promise<Answer> {
	const response = await fetch(`${sandbox.origin}/services/data/v${version}/${path}`, {
		method,
		headers: { authorization: `Bearer ${token}` },
		...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
	});
	const text = await response.text();
	const isJson = response.headers.get('content-type')?.includes('json') ?? false;
	const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
	const [error] = Array.isArray(json) ? (json as Array<{ errorCode: string }>) : [];
	return {
		status: response.status,
		headers: response.headers,
		text,
		json,
		refusal: `${response.status} ${error?.errorCode ?? ''}`,
	};
}

const create = async (query: string, operation = 'query', more = {}): Promise<Answer> =>
	await call('POST', 'jobs/query', { operation, query, ...more });

/** Id of a job that has come to its end. */
async function finished(query: string, operation = 'query', more = {}): Promise<string> {
	const { json } = await create(query, operation, more);
	sandbox.clock.advance(1000);
	return String(json['id']);
}

const stateOf = async (id: string): Promise<unknown> =>
	(await call('GET', `jobs/query/${id}`)).json['state'];

const results = async (id: string, query = ''): Promise<Answer> =>
	await call('GET', `jobs/query/${id}/results${query}`);

const rowsOf = ({ text }: Answer): Array<Record<string, string>> => parse(text, { columns: true });

async function jsforce(): Promise<Connection> {
	const connection = new Connection({
		loginUrl: sandbox.origin,
		instanceUrl: sandbox.origin,
		version: '67.0',
		oauth2: { clientId, clientSecret, loginUrl: sandbox.origin },
	});
	await connection.authorize({ grant_type: 'client_credentials' });
	connection.bulk2.pollInterval = 50;
	return connection;
}

describe('query', () => {
	test('stock jsforce reads one page, with every value a text', async () => {
		const connection = await jsforce();
		const stream = await connection.bulk2.query(
			"SELECT Id, Name, Account.Name, HasOptedOutOfEmail, Fax FROM Contact WHERE LastName = 'Levy'",
		);
		expect(await stream.toArray()).toEqual([
			{
				Id: '003dM00001vWOXSQA4',
				Name: 'Babara Levy',
				'Account.Name': 'Express Logistics and Transport',
				HasOptedOutOfEmail: 'false',
				Fax: expect.any(String),
			},
		]);
	});

	test('pages follow the locator until it is the word null, a header row on each', async () => {
		sandbox.salesforce.admin.load({ contacts: 25, seed: 7 });
		const id = await finished(SOQL);
		const job = (await call('GET', `jobs/query/${id}`)).json;
		expect(job).toMatchObject({
			state: 'JobComplete',
			object: 'Contact',
			jobType: 'V2Query',
			numberRecordsProcessed: 45,
		});
		const ids: string[] = [];
		const sizes: string[] = [];
		for (let locator = ''; locator !== 'null';) {
			const next = locator === '' ? '' : `&locator=${locator}`;
			const page = await results(id, `?maxRecords=20${next}`);
			expect(page.headers.get('content-type')).toMatch(/^text\/csv/);
			expect(page.text.startsWith('"Id","LastName","Email"\n')).toBe(true);
			sizes.push(page.headers.get('sforce-numberofrecords') ?? '');
			ids.push(...rowsOf(page).map((row) => row['Id'] ?? ''));
			locator = page.headers.get('sforce-locator') ?? '';
			expect(locator).not.toBe('');
		}
		expect(sizes).toEqual(['20', '20', '5']);
		expect(new Set(ids).size).toBe(45);
		expect(ids).toEqual([...ids].sort());
	});

	test('the same locator gives the same rows again, one that was never given out is refused', async () => {
		const id = await finished(SOQL);
		const locator = (await results(id, '?maxRecords=7')).headers.get('sforce-locator') ?? '';
		const page = `?maxRecords=7&locator=${locator}`;
		expect((await results(id, page)).text).toBe((await results(id, page)).text);
		expect((await results(id, '?locator=nonsense')).refusal).toBe('400 INVALID_QUERY_LOCATOR');
		expect((await results(id, '?maxRecords=0')).refusal).toBe('400 API_ERROR');
	});

	test('the server may give fewer rows than maxRecords', async () => {
		sandbox.salesforce.admin.bulk({ pageRows: 4 });
		const page = await results(await finished(SOQL), '?maxRecords=10');
		expect(rowsOf(page)).toHaveLength(4);
		expect(page.headers.get('sforce-numberofrecords')).toBe('4');
		expect(page.headers.get('sforce-locator')).not.toBe('null');
	});

	test('a result is what was there when the job ran, whatever happens later', async () => {
		const [contact] = sandbox.salesforce.admin.records({ object: 'Contact' });
		const target = { object: 'Contact', id: String(contact?.['Id']) };
		const account = String(contact?.['AccountId']);
		const query = `SELECT LastName, Account.Name, Full_Title__c FROM Contact WHERE Id = '${target.id}'`;
		const id = await finished(query);
		const before = (await results(id)).text;
		sandbox.salesforce.admin.update({ ...target, values: { LastName: 'Later' } });
		sandbox.salesforce.admin.update({ object: 'Account', id: account, values: { Name: 'Later' } });
		sandbox.salesforce.admin.hardDelete(target);
		expect((await results(id)).text).toBe(before);
		expect(rowsOf(await results(await finished(query)))).toEqual([]);
	});

	test('times, numbers, quotes, line breaks and empty fields are as Salesforce writes them', async () => {
		const values = {
			LastName: 'O"Neill',
			Company: 'Two\nlines, one comma',
			AnnualRevenue: 350_000_000,
			NumberOfEmployees: 12,
			Latitude: 1.5,
		};
		sandbox.clock.set(Date.parse('2026-11-20T09:00:00.500Z'));
		sandbox.salesforce.admin.create({ object: 'Lead', values });
		const id = await finished(
			`SELECT LastName, Company, AnnualRevenue, NumberOfEmployees, Latitude, Email, IsConverted, CreatedDate FROM Lead WHERE LastName = 'O"Neill'`,
		);
		const [heading, ...lines] = (await results(id)).text.split(/\n(?="O)/);
		expect(heading).toContain('"LastName","Company"');
		expect(lines).toEqual([
			'"O""Neill","Two\nlines, one comma","3.5E8","12","1.5","","false","2026-11-20T09:00:00.000Z"\n',
		]);
	});

	test('delimiter and line ending can be chosen', async () => {
		const format = { columnDelimiter: 'SEMICOLON', lineEnding: 'CRLF' };
		const id = await finished('SELECT Id, LastName FROM Contact', 'query', format);
		expect((await results(id)).text).toMatch(/^"Id";"LastName"\r\n"003\w+";"\w+"\r\n/);
		expect((await create(SOQL, 'query', { columnDelimiter: 'HASH' })).refusal).toBe(
			'400 API_ERROR',
		);
	});

	test('queryAll shows the recycle bin, query does not', async () => {
		const { id } = sandbox.salesforce.admin.create({
			object: 'Contact',
			values: { LastName: 'Gone' },
		}) as { id: string };
		sandbox.salesforce.admin.delete({ object: 'Contact', id });
		const where = "SELECT Id, IsDeleted FROM Contact WHERE LastName = 'Gone'";
		expect(rowsOf(await results(await finished(where)))).toEqual([]);
		expect(rowsOf(await results(await finished(where, 'queryAll')))).toEqual([
			{ Id: id, IsDeleted: 'true' },
		]);
	});

	test('an empty result is a header row and the word null', async () => {
		const page = await results(await finished(`${SOQL} WHERE LastName = 'Nobody'`));
		expect(page.text).toBe('"Id","LastName","Email"\n');
		expect(page.headers.get('sforce-locator')).toBe('null');
		expect(page.headers.get('sforce-numberofrecords')).toBe('0');
	});
});

describe('the life of a query job', () => {
	test('a job goes from UploadComplete over InProgress to JobComplete; results wait for the end', async () => {
		sandbox.salesforce.admin.bulk({ msPerJob: 60_000, msPerRow: 1000 });
		const { json, status } = await create(SOQL);
		const id = String(json['id']);
		expect([status, json['state']]).toEqual([200, 'UploadComplete']);
		expect(id).toMatch(/^750\w{15}$/);
		sandbox.clock.advance(50);
		expect(await stateOf(id)).toBe('InProgress');
		expect((await results(id)).refusal).toBe('400 INVALIDJOBSTATE');
		sandbox.clock.advance(79_000);
		expect(await stateOf(id)).toBe('InProgress');
		sandbox.clock.advance(2000);
		expect(await stateOf(id)).toBe('JobComplete');
		expect((await results(id)).status).toBe(200);
	});

	test('a failed and an aborted job have no results', async () => {
		sandbox.salesforce.admin.bulk({ failNext: true });
		const failed = await finished(SOQL);
		sandbox.salesforce.admin.bulk({ abortNext: true });
		const aborted = await finished(SOQL);
		expect([await stateOf(failed), await stateOf(aborted)]).toEqual(['Failed', 'Aborted']);
		expect((await results(failed)).refusal).toBe('400 INVALIDJOBSTATE');
		expect((await results(aborted)).refusal).toBe('400 INVALIDJOBSTATE');
		expect(await stateOf(await finished(SOQL))).toBe('JobComplete');
	});

	test('a job is aborted by request, but not when it is over', async () => {
		sandbox.salesforce.admin.bulk({ neverFinish: true });
		const id = await finished(SOQL);
		expect(await stateOf(id)).toBe('InProgress');
		expect((await call('DELETE', `jobs/query/${id}`)).refusal).toBe('400 API_ERROR');
		const abort = await call('PATCH', `jobs/query/${id}`, { state: 'Aborted' });
		expect([abort.status, abort.json['state']]).toEqual([200, 'Aborted']);
		expect((await call('PATCH', `jobs/query/${id}`, { state: 'Aborted' })).refusal).toBe(
			'400 INVALIDJOBSTATE',
		);
		sandbox.salesforce.admin.bulk({ neverFinish: false });
		expect(await stateOf(id)).toBe('Aborted');
	});

	test('jobs that never finish go on when they may', async () => {
		sandbox.salesforce.admin.bulk({ neverFinish: true });
		const id = await finished(SOQL);
		sandbox.salesforce.admin.bulk({ neverFinish: false });
		expect(await stateOf(id)).toBe('JobComplete');
	});

	test('a deleted job is gone, and after seven days every job is', async () => {
		const [deleted, kept] = [await finished(SOQL), await finished(SOQL)];
		expect((await call('DELETE', `jobs/query/${deleted}`)).status).toBe(204);
		expect((await results(deleted)).refusal).toBe('404 NOT_FOUND');
		const { json } = await call('GET', 'jobs/query?jobType=V2Query');
		expect(json).toMatchObject({ done: true, records: [{ id: kept, jobType: 'V2Query' }] });
		sandbox.clock.advance(6.9 * 86_400_000);
		await login();
		expect((await results(kept)).status).toBe(200);
		sandbox.clock.advance(0.2 * 86_400_000);
		await login();
		expect((await results(kept)).refusal).toBe('404 NOT_FOUND');
	});

	test('results are read with the API version of the job', async () => {
		const id = await finished(SOQL);
		expect((await call('GET', `jobs/query/${id}/results`, undefined, '66.0')).status).toBe(409);
		expect((await call('GET', `jobs/query/${id}`, undefined, '66.0')).status).toBe(200);
	});

	test('every request is an API call, every job one of 10,000 a day', async () => {
		const limits = async (name: string): Promise<number> =>
			(await call('GET', 'limits')).json[name] as never;
		const before = await limits('DailyApiRequests');
		const id = await finished(SOQL);
		const page = await results(id);
		expect(page.headers.get('sforce-limit-info')).toBe('api-usage=3/100000');
		expect(before).toMatchObject({ Remaining: 99_999 });
		expect(await limits('DailyBulkV2QueryJobs')).toEqual({ Max: 10_000, Remaining: 9999 });
		sandbox.salesforce.admin.bulk({ queryJobsLeft: 1 });
		expect((await create(SOQL)).status).toBe(200);
		expect((await create(SOQL)).refusal).toBe('400 LIMIT_EXCEEDED');
	});

	test.each([
		['ORDER BY', `${SOQL} ORDER BY Id`, '400 API_ERROR'],
		['LIMIT', `${SOQL} LIMIT 10`, '400 API_ERROR'],
		['OFFSET', `${SOQL} OFFSET 10`, '400 API_ERROR'],
		['GROUP BY', 'SELECT LastName FROM Contact GROUP BY LastName', '400 MALFORMED_QUERY'],
		['COUNT()', 'SELECT COUNT() FROM Contact', '400 API_ERROR'],
		['a compound field', 'SELECT MailingAddress FROM Contact', '400 API_ERROR'],
		['a nested query', 'SELECT Id, (SELECT Id FROM Cases) FROM Contact', '400 API_ERROR'],
		['an unknown field', 'SELECT Nope__c FROM Contact', '400 INVALID_FIELD'],
		['an unknown field in WHERE', `${SOQL} WHERE Nope__c = 1`, '400 INVALID_FIELD'],
		['no SOQL', 'SELECT', '400 MALFORMED_QUERY'],
	])('%s is refused when the job is made', async (_, query, refusal) => {
		expect((await create(query)).refusal).toBe(refusal);
		expect((await call('GET', 'jobs/query')).json).toMatchObject({ records: [] });
	});

	test('an unknown job is not found', async () => {
		expect((await results('750SB000Q00000zYIA')).refusal).toBe('404 NOT_FOUND');
	});
});

/** The session of the clock that was moved is over. */
async function login(): Promise<void> {
	const connection = await jsforce();
	token = connection.accessToken ?? '';
}

describe('ingest', () => {
	const open = async (job: object): Promise<string> =>
		String((await call('POST', 'jobs/ingest', { object: 'Contact', ...job })).json['id']);

	async function ingested(job: object, csv: string): Promise<string> {
		const id = await open(job);
		expect((await call('PUT', `jobs/ingest/${id}/batches`, csv)).status).toBe(201);
		await call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
		sandbox.clock.advance(1000);
		return id;
	}

	const part = async (id: string, name: string): Promise<Array<Record<string, string>>> =>
		rowsOf(await call('GET', `jobs/ingest/${id}/${name}`));

	test('stock jsforce inserts, and learns which rows failed', async () => {
		const connection = await jsforce();
		const { successfulResults, failedResults, unprocessedRecords } =
			await connection.bulk2.loadAndWaitForResults({
				object: 'Contact',
				operation: 'insert',
				input: [
					{ LastName: 'One', Email: 'one@example.com', HasOptedOutOfEmail: true },
					{ LastName: 'Two', Email: 'no address' },
				],
			});
		expect(successfulResults).toEqual([
			expect.objectContaining({ sf__Created: 'true', LastName: 'One' }),
		]);
		expect(failedResults).toEqual([
			expect.objectContaining({
				sf__Id: '',
				sf__Error: 'INVALID_EMAIL_ADDRESS:Email: invalid email address: no address:Email--',
			}),
		]);
		expect(unprocessedRecords).toEqual([]);
		const id = successfulResults[0]?.sf__Id ?? '';
		const [made] = sandbox.salesforce.admin.records({ object: 'Contact', ids: [id] });
		expect(made).toMatchObject({ LastName: 'One', HasOptedOutOfEmail: true });
	});

	test('an update leaves a field whose cell is empty and empties it at #N/A', async () => {
		const values = { LastName: 'Kept', Title: 'Old', Phone: '1' };
		const { id } = sandbox.salesforce.admin.create({ object: 'Contact', values }) as { id: string };
		const job = await ingested(
			{ operation: 'update' },
			`Id,LastName,Title,Phone\n${id},,New,#N/A\n003SB0000000zzzAAA,x,,\n`,
		);
		expect((await call('GET', `jobs/ingest/${job}`)).json).toMatchObject({
			state: 'JobComplete',
			numberRecordsProcessed: 2,
			numberRecordsFailed: 1,
		});
		const [row] = sandbox.salesforce.admin.records({ object: 'Contact', ids: [id] });
		expect(row).toMatchObject({ LastName: 'Kept', Title: 'New', Phone: null });
		expect(await part(job, 'successfulResults')).toMatchObject([
			{ sf__Id: id, sf__Created: 'false' },
		]);
		expect(await part(job, 'failedResults')).toMatchObject([
			{ sf__Id: '003SB0000000zzzAAA', sf__Error: expect.stringMatching(/^NOT_FOUND:/) },
		]);
	});

	test('upsert by a lookup field creates and updates, delete puts into the recycle bin', async () => {
		sandbox.salesforce.admin.create({
			object: 'Contact',
			values: { LastName: 'Old', Email: 'known@example.com' },
		});
		const job = await ingested(
			{ operation: 'upsert', externalIdFieldName: 'Email' },
			'Email,LastName\nknown@example.com,New\nfresh@example.com,Fresh\n',
		);
		const rows = await part(job, 'successfulResults');
		expect(rows.map((row) => row['sf__Created'])).toEqual(['false', 'true']);
		const ids = rows.map((row) => row['sf__Id'] ?? '');
		await ingested({ operation: 'delete' }, `Id\n${ids.join('\n')}\n`);
		const gone = sandbox.salesforce.admin.records({ object: 'Contact', ids });
		expect(gone.map((row) => row['IsDeleted'])).toEqual([true, true]);
	});

	test('a job that fails or is aborted has written nothing and gives its rows back', async () => {
		sandbox.salesforce.admin.bulk({ failNext: true });
		const failed = await ingested({ operation: 'insert' }, 'LastName\nNever\n');
		expect((await call('GET', `jobs/ingest/${failed}`)).json['state']).toBe('Failed');
		expect(await part(failed, 'unprocessedrecords')).toEqual([{ LastName: 'Never' }]);
		expect(await part(failed, 'successfulResults')).toEqual([]);
		const aborted = await open({ operation: 'insert' });
		await call('PUT', `jobs/ingest/${aborted}/batches`, 'LastName\nNever\n');
		await call('PATCH', `jobs/ingest/${aborted}`, { state: 'Aborted' });
		sandbox.clock.advance(1000);
		const all = sandbox.salesforce.admin.records({ object: 'Contact' });
		expect(all.filter((row) => row['LastName'] === 'Never')).toEqual([]);
	});

	test.each([
		['an unknown column', 'LastName,Nope__c\nA,1\n', /Field name not found : Nope__c/],
		['the other line ending', 'LastName\r\nA\r\n', /LineEnding is invalid/],
		['a quote that is never closed', 'LastName\n"A\n', /never closed/],
	])('%s fails the whole job', async (_, csv, message) => {
		const id = await ingested({ operation: 'insert' }, csv);
		expect((await call('GET', `jobs/ingest/${id}`)).json).toMatchObject({
			state: 'Failed',
			errorMessage: expect.stringMatching(message),
		});
	});

	test('a job takes one upload, and none when it is closed', async () => {
		const id = await open({ operation: 'insert' });
		const put = async (): Promise<Answer> =>
			await call('PUT', `jobs/ingest/${id}/batches`, 'LastName\nA\n');
		expect((await put()).status).toBe(201);
		expect((await put()).text).toContain('Found multiple contents for job');
		await call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
		expect((await put()).refusal).toBe('400 INVALIDJOBSTATE');
	});

	test('what no job can do is refused when it is made', async () => {
		const refusal = async (job: object): Promise<string> =>
			(await call('POST', 'jobs/ingest', job)).refusal;
		expect(await refusal({ object: 'Contact', operation: 'merge' })).toBe('400 API_ERROR');
		expect(await refusal({ object: 'Nope', operation: 'insert' })).toBe('400 API_ERROR');
		expect(await refusal({ object: 'Contact', operation: 'upsert' })).toBe('400 API_ERROR');
	});
});
