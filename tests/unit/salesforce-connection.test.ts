import { NoAnswerError } from '../../sync/host.ts';
import { createQueryJob } from '../../sync/salesforce/bulk.ts';
import { salesforceConnection } from '../../sync/salesforce/connection.ts';
import { describeFields } from '../../sync/salesforce/describe.ts';
import { organizationId, serverNow } from '../../sync/salesforce/organization.ts';
import { fetchByIds, queryPage } from '../../sync/salesforce/read.ts';
import { page, refusal, row, scripted } from './salesforce-fake.ts';

const SOQL = 'SELECT Id FROM Contact ORDER BY Id LIMIT 2000';
const id = (n: number) => `003${String(n).padStart(15, '0')}`;

describe('a request', () => {
	test('goes through our Http only, marked as ours, without a login of its own', async () => {
		const { connection, requests } = scripted([page([])]);
		await queryPage(connection, SOQL, { all: true });
		expect(requests).toEqual([
			{
				method: 'GET',
				url: `https://mycompany.my.salesforce.com/services/data/v67.0/queryAll?q=${encodeURIComponent(SOQL)}`,
				headers: { accept: 'application/json', 'Sforce-Call-Options': 'client=n8n-contact-sync' },
				timeoutMs: 150_000,
			},
		]);
	});

	test('tells the API usage and Salesforce’s clock, and is counted', async () => {
		const { connection } = scripted([page([])]);
		expect(connection.apiUsage).toBeUndefined();
		const { serverTime, apiUsage } = await queryPage(connection, SOQL);
		expect(serverTime).toBe('2026-05-06T12:07:50Z');
		expect(apiUsage).toEqual({ used: 891, limit: 15000 });
		expect(connection.calls).toBe(1);
	});

	test.each([
		['api-usage=18/5000; per-app-api-usage=17/250(appName=sample)', { used: 18, limit: 5000 }],
		['per-app-api-usage=17/250(appName=x); api-usage=18/5000', { used: 18, limit: 5000 }],
		['per-app-api-usage=17/250(appName=x)', undefined],
	])('reads the usage of the organisation from %s', async (header, usage) => {
		const step = { ...page([]), headers: { 'sforce-limit-info': header } };
		const { connection } = scripted([step]);
		expect((await queryPage(connection, SOQL)).apiUsage).toEqual(usage);
	});

	test.each([
		'',
		'mycompany',
		'ftp://x',
		'https://mycompany.lightning.force.com/lightning/page/home',
	])('a URL that is no API host (%p) is explained', (instanceUrl) => {
		const { connection } = scripted([]);
		const make = () =>
			salesforceConnection({
				http: () => Promise.reject(new Error()),
				host: connection.host,
				instanceUrl,
			});
		expect(make).toThrow(
			expect.objectContaining({
				action: 'fail-config',
				remedy: expect.stringContaining('My Domain'),
			}) as Error,
		);
	});
});

describe('a query', () => {
	test('is read to its end, however short the server cuts the pages', async () => {
		const { connection, requests } = scripted([
			page([row(id(1)), row(id(2))], '0r8xx5R2yF2gs3VASQ-2'),
			page([], '0r8xx5R2yF2gs3VASQ-2'),
			page([row(id(3))]),
		]);
		const { records } = await queryPage(connection, SOQL);
		expect(records).toEqual([{ Id: id(1) }, { Id: id(2) }, { Id: id(3) }]);
		expect(requests[1]?.url).toBe(
			'https://mycompany.my.salesforce.com/services/data/v67.0/query/0r8xx5R2yF2gs3VASQ-2',
		);
		expect(connection.calls).toBe(3);
	});

	test('takes more than jsforce’s ten thousand records', async () => {
		const many = Array.from({ length: 6_000 }, (_, n) => row(id(n)));
		const { connection } = scripted([page(many, '0r8-6000'), page(many)]);
		expect((await queryPage(connection, SOQL)).records).toHaveLength(12_000);
	});

	test('loses attributes at every depth and keeps parent records', async () => {
		const { connection } = scripted([
			page([
				row(id(1), { Account: { attributes: { type: 'Account' }, Name: 'GenePoint' }, Fax: null }),
			]),
		]);
		expect((await queryPage(connection, SOQL)).records).toEqual([
			{ Id: id(1), Account: { Name: 'GenePoint' }, Fax: null },
		]);
	});

	test('starts again from the front when Salesforce forgets the cursor', async () => {
		const gone = refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
		const { connection } = scripted([
			page([row(id(1))], '0r8-1'),
			gone,
			page([row(id(1))], '0r8-1'),
			page([row(id(2))]),
		]);
		expect((await queryPage(connection, SOQL)).records).toEqual([{ Id: id(1) }, { Id: id(2) }]);
	});

	test('gives up when the cursor is forgotten three times', async () => {
		const gone = refusal(404, 'INVALID_QUERY_LOCATOR');
		const start = page([row(id(1))], '0r8-1');
		const { connection, left } = scripted([start, gone, start, gone, start, gone]);
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject({
			code: 'INVALID_QUERY_LOCATOR',
		});
		expect(left).toHaveLength(0);
	});

	test('too long for a URL goes as one composite request', async () => {
		const long = `SELECT ${Array.from({ length: 900 }, (_, n) => `Field_${n}__c`).join(', ')} FROM Contact LIMIT 5`;
		const [first] = [page([row(id(1))], '0r8-1').body];
		const { connection, requests } = scripted([
			{
				status: 200,
				body: {
					compositeResponse: [
						{ body: first, httpHeaders: {}, httpStatusCode: 200, referenceId: 'page' },
					],
				},
			},
			page([row(id(2))]),
		]);
		const { records } = await queryPage(connection, long, { all: true });
		expect(records).toEqual([{ Id: id(1) }, { Id: id(2) }]);
		expect(requests[0]).toMatchObject({
			method: 'POST',
			url: 'https://mycompany.my.salesforce.com/services/data/v67.0/composite',
			headers: { 'content-type': 'application/json' },
		});
		const { compositeRequest } = JSON.parse(requests[0]?.body ?? '') as {
			compositeRequest: Array<{ method: string; url: string; referenceId: string }>;
		};
		expect(compositeRequest).toEqual([
			{
				method: 'GET',
				url: `/services/data/v67.0/queryAll?q=${encodeURIComponent(long)}`,
				referenceId: 'page',
			},
		]);
	});

	test('refused inside a composite request is refused like any other', async () => {
		const long = `SELECT Id FROM Contact WHERE Name = '${'x'.repeat(13_000)}'`;
		const { connection } = scripted([
			{
				status: 200,
				body: {
					compositeResponse: [
						{
							body: [
								{
									errorCode: 'INVALID_FIELD',
									message: "No such column 'Nope__c' on entity 'Contact'.",
								},
							],
							httpHeaders: {},
							httpStatusCode: 400,
							referenceId: 'page',
						},
					],
				},
			},
		]);
		await expect(queryPage(connection, long)).rejects.toMatchObject({
			code: 'INVALID_FIELD',
			fields: ['Nope__c'],
			status: 400,
		});
	});

	test('by ids is cut into queries that Salesforce takes', async () => {
		const ids = Array.from({ length: 200 }, (_, n) => id(n));
		const { connection, requests } = scripted([page([row(id(0))]), page([row(id(199))])]);
		const records = await fetchByIds(connection, 'Contact', ['Email'], ids, {
			includeDeleted: true,
		});
		expect(records).toHaveLength(2);
		for (const { url } of requests) {
			expect(url).toContain('/queryAll?q=');
			expect(url.length).toBeLessThan(16_384);
		}
		const asked = requests.flatMap(({ url }) => decodeURIComponent(url).match(/003\d{15}/g) ?? []);
		expect(asked).toEqual(ids);
	});

	test('without ids asks nothing', async () => {
		const { connection, requests } = scripted([]);
		expect(await fetchByIds(connection, 'Contact', [], [])).toEqual([]);
		expect(requests).toHaveLength(0);
	});
});

describe('trouble', () => {
	const good = page([row(id(1))]);

	test.each([
		['503', refusal(503, 'SERVER_UNAVAILABLE')],
		['a query that took too long', refusal(400, 'QUERY_TIMEOUT')],
		[
			'an HTML page with 502',
			{ status: 502, body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } },
		],
		[
			'an HTML page with 200',
			{
				status: 200,
				body: '<html>Down for maintenance</html>',
				headers: { 'content-type': 'text/html' },
			},
		],
		['half an answer', { status: 200, body: '{"totalSize":1,"done":true,"records":[{"Id":"0' }],
		['no answer', 'no answer' as const],
	])('%s is tried again, after a while, and counted', async (_, step) => {
		const { connection, waits } = scripted([step, step, good]);
		expect((await queryPage(connection, SOQL)).records).toEqual([{ Id: id(1) }]);
		expect(waits).toEqual([750, 1500]);
		expect(connection.calls).toBe(3);
	});

	test('that stays ends after four tries', async () => {
		const { connection, waits, left } = scripted(
			Array.from({ length: 6 }, () => refusal(503, 'SERVER_UNAVAILABLE')),
		);
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject({
			action: 'retry',
			code: 'SERVER_UNAVAILABLE',
			retryInMs: 60_000,
		});
		expect(waits).toHaveLength(3);
		expect(left).toHaveLength(2);
	});

	test.each([
		[401, 'INVALID_SESSION_ID', 'Session expired or invalid', 'fail-auth'],
		[403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 'daily-limit'],
		[403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.', 'back-off'],
		[
			403,
			'API_DISABLED_FOR_ORG',
			'API is not enabled for this Organization or Partner',
			'fail-config',
		],
		[400, 'MALFORMED_QUERY', 'unexpected token', 'fail-config'],
	])('%i %s (%s) is not tried again', async (status, code, message, action) => {
		const { connection, requests } = scripted([refusal(status, code, message)]);
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject({ code, action, status });
		expect(requests).toHaveLength(1);
	});

	test('with no answer names its cause', async () => {
		const { connection } = scripted(Array.from({ length: 4 }, () => 'no answer' as const));
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject({
			code: 'NO_ANSWER',
			cause: expect.any(NoAnswerError),
		});
	});

	test.each([['[]'], ['{}'], ['{"records":{},"done":true}'], ['{"done":false,"records":[]}']])(
		'JSON that is no answer to a query (%s) is said to be that',
		async (body) => {
			const { connection } = scripted([{ status: 200, body }]);
			await expect(queryPage(connection, SOQL)).rejects.toMatchObject({
				code: 'UNREADABLE_ANSWER',
			});
		},
	);

	test('a redirect is explained, not followed', async () => {
		const { connection } = scripted([
			{ status: 302, body: '', headers: { location: 'https://x' } },
		]);
		await expect(queryPage(connection, SOQL)).rejects.toMatchObject({
			action: 'fail-config',
			message: expect.stringContaining('redirect'),
		});
	});

	test('a job is not begun once the workflow is switched off', async () => {
		const { connection, requests } = scripted(
			[{ status: 200, body: { id: 'x' } }],
			AbortSignal.abort(),
		);
		const aborted = expect.objectContaining({ name: 'AbortError' });
		await expect(createQueryJob(connection, SOQL)).rejects.toEqual(aborted);
		expect(requests).toEqual([]);
	});

	test('a cancelled execution stops waiting for an answer at once', async () => {
		const stop = new AbortController();
		const { connection } = scripted(['silence'], stop.signal);
		const read = queryPage(connection, SOQL);
		stop.abort(new Error('cancelled'));
		await expect(read).rejects.toThrow('cancelled');
	});
});

describe('the organisation', () => {
	test('its clock comes from the Date header of an uncounted request', async () => {
		const { connection, requests } = scripted([{ status: 200, body: [{ version: '67.0' }] }]);
		expect(await serverNow(connection)).toBe('2026-05-06T12:07:50Z');
		expect(requests[0]?.url).toBe('https://mycompany.my.salesforce.com/services/data');
	});

	test('without a Date header there is no clock, rather than ours', async () => {
		const { connection } = scripted([{ status: 200, body: [], headers: { date: '' } }]);
		await expect(serverNow(connection)).rejects.toMatchObject({ code: 'NO_SERVER_CLOCK' });
	});

	test('its id is found with the api scope alone', async () => {
		const { connection, requests } = scripted([page([row('00D1a000000H3O9EAK')])]);
		expect(await organizationId(connection)).toBe('00D1a000000H3O9EAK');
		expect(requests).toHaveLength(1);
	});

	test('its id comes from the user info where the object is hidden', async () => {
		const { connection } = scripted([
			refusal(400, 'INVALID_TYPE'),
			{ status: 200, body: { organization_id: '00D1a000000H3O9EAK' } },
		]);
		expect(await organizationId(connection)).toBe('00D1a000000H3O9EAK');
	});

	test('a session that ended is not hidden by the second way', async () => {
		const { connection, requests } = scripted([refusal(401, 'INVALID_SESSION_ID')]);
		await expect(organizationId(connection)).rejects.toMatchObject({ action: 'fail-auth' });
		expect(requests).toHaveLength(1);
	});
});

test('describe gives the fields that a mapping needs', async () => {
	const { connection, requests } = scripted([
		{
			status: 200,
			body: {
				name: 'Contact',
				fields: [
					{
						name: 'Salutation',
						label: 'Salutation',
						type: 'picklist',
						length: 40,
						nillable: true,
						updateable: true,
						filterable: true,
						calculated: false,
						compoundFieldName: 'Name',
						picklistValues: [
							{ value: 'Mr.', label: 'Mr.', active: true, validFor: null, defaultValue: false },
						],
						soapType: 'xsd:string',
					},
				],
			},
		},
	]);
	expect(await describeFields(connection, 'Contact')).toEqual([
		{
			name: 'Salutation',
			label: 'Salutation',
			type: 'picklist',
			length: 40,
			nillable: true,
			updateable: true,
			filterable: true,
			calculated: false,
			compoundFieldName: 'Name',
			picklistValues: [{ value: 'Mr.', label: 'Mr.', active: true }],
		},
	]);
	expect(requests[0]?.url).toMatch(/\/services\/data\/v67\.0\/sobjects\/Contact\/describe$/);
});
