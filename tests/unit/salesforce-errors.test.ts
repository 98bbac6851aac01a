import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_ACTIONS, ERROR_RULES, ruleForStatus } from '../../sync/salesforce/error-rules.ts';
import { errorOfAnswer } from '../../sync/salesforce/errors.ts';
import { explainLogin, LOGIN_RULES } from '../../sync/salesforce/login-errors.ts';
import { retried } from '../../sync/salesforce/retry.ts';
import { scripted } from './salesforce-fake.ts';

const answer = (status: number, body: unknown) => ({
	status,
	headers: {},
	body: typeof body === 'string' ? body : JSON.stringify(body),
});
const refused = (status: number, errorCode: string, message: string, fields?: string[]) =>
	errorOfAnswer(answer(status, [{ message, errorCode, ...(fields && { fields }) }]));

const SECRET = 'jane.doe+private@example.com';

test.each([
	[
		400,
		'STRING_TOO_LONG',
		`First Name: data value too large: ${SECRET} (max length=40)`,
		['FirstName'],
	],
	[400, 'INVALID_EMAIL_ADDRESS', `Email: invalid email address: ${SECRET}`, ['Email']],
	[400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', SECRET, []],
	// A rule's own words, a query's text: what stands there in quotes need not be a field.
	[400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', "The field 'jane.doe' is not a team mate", []],
	[400, 'MALFORMED_QUERY', "field 'jane.doe' is unknown", undefined],
	[400, 'DELETE_FAILED', `Your attempt to delete ${SECRET} could not be completed`, []],
	[400, 'MALFORMED_QUERY', `SELECT Id FROM Contact WHERE Email = '${SECRET}'`, undefined],
	[400, 'A_CODE_OF_TOMORROW', SECRET, [SECRET]],
	[400, SECRET, SECRET, [SECRET]],
])(
	'%i %s: no value of Salesforce’s message survives (promise I8)',
	(status, code, message, fields) => {
		const error = refused(status, code, message, fields);
		const everything = [
			error.message,
			error.remedy,
			error.code,
			error.stack,
			JSON.stringify(error),
		];
		expect(everything.join('\n')).not.toContain('jane.doe');
		expect(error.fields).toEqual((fields ?? []).filter((field) => field !== SECRET));
	},
);

test.each([
	[
		"\nSELECT Id,Nope__c FROM Contact\n ^\nERROR at Row:1:Column:11\nNo such column 'Nope__c' on entity 'Contact'. If you",
		'Nope__c',
	],
	["No such column 'foo' on sobject of type Bar", 'foo'],
	["field 'Description' can not be filtered in a query call", 'Description'],
])('INVALID_FIELD names the field: %s', (message, field) => {
	const error = refused(400, 'INVALID_FIELD', message);
	expect(error).toMatchObject({ action: 'fail-config', fields: [field] });
	expect(error.message).toContain(field);
});

test('the two request limits that share a code are told apart', () => {
	const daily = refused(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
	const busy = refused(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.');
	expect([daily.action, daily.retryInMs]).toEqual(['daily-limit', 900_000]);
	expect([busy.action, busy.retryInMs]).toEqual(['back-off', 120_000]);
});

test.each([
	[400, 'UNABLE_TO_LOCK_ROW', 'retry'],
	[400, 'QUERY_TIMEOUT', 'retry'],
	[400, 'INVALID_QUERY_LOCATOR', 'read-again'],
	[403, 'API_DISABLED_FOR_ORG', 'fail-config'],
	[403, 'API_CURRENTLY_DISABLED', 'fail-config'],
	[403, 'INSUFFICIENT_ACCESS', 'fail-config'],
	[400, 'INVALID_TYPE', 'fail-config'],
	[401, 'INVALID_SESSION_ID', 'fail-auth'],
	[400, 'SOMETHING_NEW', 'reject'],
	[500, 'SOMETHING_NEW', 'retry'],
	[401, 'SOMETHING_NEW', 'fail-auth'],
])('%i %s means %s', (status, code, action) => {
	expect(refused(status, code, '')).toMatchObject({ code, action, status });
});

test.each([
	[502, '<html>Bad Gateway</html>', 'UNREADABLE_ANSWER', 'retry'],
	[503, '', 'HTTP_503', 'retry'],
	[400, '<html></html>', 'UNREADABLE_ANSWER', 'reject'],
	[431, '', 'HTTP_431', 'fail-config'],
	[401, '', 'HTTP_401', 'fail-auth'],
	[300, '["/services/data/v67.0/sobjects/Contact/003"]', 'HTTP_300', 'fail-config'],
	[
		400,
		'{"error":"invalid_grant","error_description":"expired access/refresh token"}',
		'invalid_grant',
		'fail-auth',
	],
	[
		400,
		'[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"x","fields":[]}]',
		'UNABLE_TO_LOCK_ROW',
		'retry',
	],
	[400, '[null]', 'HTTP_400', 'reject'],
])('%i with body %p is %s, %s', (status, body, code, action) => {
	expect(errorOfAnswer(answer(status, body))).toMatchObject({ code, action });
});

test('every rule says what happened and what to do', () => {
	const rules = [
		...Object.values(ERROR_RULES),
		...LOGIN_RULES.map(({ rule }) => rule),
		explainLogin('?'),
	];
	for (const { action, message, remedy } of rules) {
		expect(Object.keys(ERROR_ACTIONS)).toContain(action);
		expect(message).toMatch(/^\p{Lu}.*[^.]$/su);
		expect(remedy).toMatch(/^\p{Lu}.*\.$/su);
	}
	for (let status = 200; status < 600; status += 1)
		expect(ruleForStatus(status).remedy).toBeTruthy();
});

test.each([
	['invalid_grant', "user hasn't approved this consumer", /not allowed to use this app/],
	['invalid_grant', 'audience is invalid', /address that the login token/],
	['invalid_grant', 'no client credentials user enabled', /no user to run as/],
	['invalid_grant', 'request not supported on this domain', /My Domain URL/],
	['invalid_grant', 'expired access/refresh token', /expired or was revoked/],
	['invalid_grant', 'authentication failure', /refused the login/],
	['invalid_client_id', 'client identifier invalid', /client ID/],
	['invalid_client', 'invalid client credentials', /client ID and secret/],
	['what_is_this', '', /refused the login/],
])('a login refused with %s (%s) is explained', (error, description, message) => {
	expect(explainLogin(error, description).message).toMatch(message);
});

test('a rule that cannot be reached stands nowhere in the login table', () => {
	const seen = new Set<string>();
	for (const { error, when } of LOGIN_RULES) {
		expect(seen).not.toContain(error);
		if (!when) seen.add(error);
	}
});

test('what is not Salesforce’s trouble is not tried again', async () => {
	const { connection } = scripted([]);
	let tries = 0;
	const broken = retried(connection.host, () => {
		tries += 1;
		return Promise.reject(new RangeError('a bug'));
	});
	await expect(broken).rejects.toThrow(RangeError);
	expect(tries).toBe(1);
});

const CAPTURED = path.resolve(__dirname, '../../../shared/data/salesforce/sf-responses.json');
if (existsSync(CAPTURED)) {
	const { examples } = JSON.parse(readFileSync(CAPTURED, 'utf8')) as {
		examples: Array<{ id: string; status: number | null; body: unknown }>;
	};
	const errors = examples.filter(({ status }) => status !== null && status >= 400);
	test.each(errors)('the captured answer $id is understood', ({ status, body }) => {
		const error = errorOfAnswer(answer(status ?? 0, body));
		expect(error.code).not.toMatch(/^HTTP_|UNREADABLE/);
		expect([...Object.keys(ERROR_RULES), 'invalid_grant']).toContain(error.code);
	});
} else {
	console.log('Skipped: captured Salesforce answers are not on this machine (../shared/data).');
}
