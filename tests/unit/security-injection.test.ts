import { parseQuery } from '@jetstreamapp/soql-parser-js';
import naughty from 'big-list-of-naughty-strings';
import { BrevoSyncApi } from '../../credentials/BrevoSyncApi.credentials.ts';
import { withSession } from '../../credentials/salesforce/session.ts';
import { addChoices } from '../../sync/brevo/choices.ts';
import { deleteContact, getContact } from '../../sync/brevo/contacts.ts';
import { createList } from '../../sync/brevo/lists.ts';
import { sendMail } from '../../sync/brevo/mail.ts';
import { routeUrl } from '../../sync/brevo/routes.ts';
import { compileFilter } from '../../sync/changes/filter.ts';
import {
	byIdsQuery,
	everyPageQuery,
	keysetQuery,
	newestQuery,
	QueryError,
} from '../../sync/changes/soql.ts';
import { UnusableCredentialError } from '../../sync/host.ts';
import { deleteRecords, updateRecords } from '../../sync/salesforce/write.ts';
import { bodyOf, json, pathOf, world } from './brevo-script.ts';
import { scripted } from './salesforce-fake.ts';

/* Values that try to be more than values: in addresses, headers, queries and bodies. */

const ID = '003000000000001AAA';
const OTHER = '003000000000002AAA';
const IS_ID = /^[a-z0-9]{15}([a-z0-9]{3})?$/i;
const ATTACKS = [
	'../../account',
	'..%2f..%2faccount',
	'%2e%2e/account',
	'a/b',
	'a\\b',
	'?identifierType=contact_id',
	'x&identifierType=contact_id',
	'#fragment',
	'a\r\nx-injected: 1',
	'a\u0000b',
	'@attacker.example',
	'//attacker.example/',
	'https://attacker.example/',
	'jane+tag@example.com',
	'用户@例子.公司',
	'\u202Emoc.elpmaxe@enaj',
	'😀',
	"' OR Id != null OR Name = '",
	'\\',
	"\\' OR Id != null --",
	// Alone these two are another address; see below.
	...naughty.filter((text) => !/^\.{0,2}$/.test(text)),
];

describe('an identifier in an address', () => {
	it('stays one segment of the path and nothing else', () => {
		for (const text of ATTACKS) {
			const url = new URL(
				routeUrl('https://api.brevo.com/v3', 'PUT /contacts/{identifier}', {
					params: { identifier: text },
					query: { identifierType: 'ext_id' },
				}),
			);
			expect([url.origin, url.username, url.hash]).toEqual(['https://api.brevo.com', '', '']);
			expect([...url.searchParams]).toEqual([['identifierType', 'ext_id']]);
			const segments = url.pathname.split('/');
			expect(segments.slice(0, -1)).toEqual(['', 'v3', 'contacts']);
			expect(decodeURIComponent(segments.at(-1) ?? '')).toBe(text);
		}
	});

	it('and in a query one value', () => {
		for (const text of ATTACKS) {
			const url = new URL(
				routeUrl('https://api.brevo.com/v3', 'GET /contacts', { query: { modifiedSince: text } }),
			);
			expect([...url.searchParams]).toEqual([['modifiedSince', text]]);
			expect([url.pathname, url.hash]).toEqual(['/v3/contacts', '']);
		}
	});

	it.each(['', '.', '..'])('%j would be another address, so nothing is sent', async (text) => {
		const { client, requests } = world(() => json(200, {}));
		await expect(getContact(client, text, 'email_id')).rejects.toThrow('needs a value');
		await expect(deleteContact(client, text, 'email_id')).rejects.toThrow('needs a value');
		expect(requests).toEqual([]);
	});

	it('half a character is sent as the sign for a broken one', () => {
		const url = routeUrl('https://api.brevo.com/v3', 'GET /contacts/{identifier}', {
			params: { identifier: 'a\uD83D' },
		});
		expect(decodeURIComponent(new URL(url).pathname)).toBe('/v3/contacts/a\uFFFD');
	});

	it('the name of an attribute, which the account gives, is one too', async () => {
		const name = '../../account?x=1#y';
		const attribute = { name, category: 'category', enumeration: [] };
		const { client, requests } = world(({ method }) =>
			method === 'GET' ? json(200, { attributes: [attribute] }) : { status: 204 },
		);
		await addChoices(client, new Map([[name, new Set(['New'])]]));
		const put = requests.find(({ method }) => method === 'PUT');
		expect(put && pathOf(put)).toBe(
			`PUT /contacts/attributes/category/${encodeURIComponent(name)}`,
		);
	});
});

describe('names and texts in a body', () => {
	it('the name of a list is a text of the body', async () => {
		for (const name of ATTACKS) {
			const { client, requests } = world(() => json(201, { id: 7 }));
			await createList(client, { name, folderId: 1 });
			expect(requests.map(pathOf)).toEqual(['POST /contacts/lists']);
			expect(bodyOf(requests[0])).toEqual({ name, folderId: 1 });
		}
	});

	it('a notice shows what stands in it and runs none of it', async () => {
		const { client, requests } = world(() => json(201, { messageId: 'x' }));
		const text = '<img src=x onerror=alert(1)> & "Contacts"\r\nBcc: attacker@example.com';
		const mail = { from: 'a@b.example', to: ['c@d.example'], subject: text, name: 'n' };
		await sendMail(client, { ...mail, paragraphs: [text] });
		const { htmlContent, headers, to } = bodyOf(requests[0]) as Record<string, unknown>;
		expect(htmlContent).not.toMatch(/<img/);
		expect(htmlContent).toContain('&lt;img src=x onerror=alert(1)&gt; &amp;');
		expect(Object.keys(headers as object)).toEqual(['idempotencyKey']);
		expect(to).toEqual([{ email: 'c@d.example' }]);
	});
});

describe('a value in a query', () => {
	const FIELDS = [
		{ name: 'LastName', label: 'Last Name', type: 'string' },
		{ name: 'Tags__c', label: 'Tags', type: 'multipicklist' },
		{ name: 'OwnerId', label: 'Owner', type: 'reference' },
		{ name: 'Age__c', label: 'Age', type: 'double' },
		{ name: 'CreatedDate', label: 'Created', type: 'datetime' },
		{ name: 'Birthdate__c', label: 'Birth', type: 'date' },
		{ name: 'Vip__c', label: 'Vip', type: 'boolean' },
	];
	const OPERATORS = ['equals', 'notEquals', 'contains', 'startsWith', 'in', 'greaterThan'] as const;

	/** What an independent parser makes of the query: one condition on the field, and the limit. */
	const understood = (filter: string) =>
		parseQuery(newestQuery({ object: 'Contact', fields: [], filter, limit: 5 }));

	it.each(FIELDS)('of $type is one literal or is refused without being quoted', ({ name }) => {
		for (const value of ATTACKS) {
			for (const operator of OPERATORS) {
				let filter: string | undefined;
				try {
					filter = compileFilter({ rows: [{ field: name, operator, value }] }, FIELDS);
				} catch (error) {
					expect(error).toBeInstanceOf(QueryError);
					if (value.length > 8) {
						const { message, remedy } = error as QueryError;
						expect(message + remedy).not.toContain(value);
					}
					continue;
				}
				const query = understood(filter ?? '');
				expect(query.limit).toBe(5);
				expect(query.sObject).toBe('Contact');
				expect(query.where).toMatchObject({ left: { field: name } });
				expect(Object.keys(query.where ?? {})).toEqual(['left']);
			}
		}
	});

	it('the field of a filter is one of the object or is refused', () => {
		for (const field of ATTACKS) {
			const rows = [{ field, operator: 'equals' as const, value: 'x' }];
			expect(() => compileFilter({ rows }, FIELDS)).toThrow(QueryError);
		}
	});

	it('an id, a time, a field and an object are what they are or are refused', () => {
		for (const text of ATTACKS) {
			const object = 'Contact';
			const after = { systemModstamp: '2026-11-25T09:00:00Z', id: ID };
			const asks = [
				...(IS_ID.test(text)
					? []
					: [
							() => byIdsQuery({ object, fields: [], ids: [ID, text] }),
							() => everyPageQuery({ object, fields: [], after: text, limit: 1 }),
							() => keysetQuery({ object, fields: [], limit: 1, after: { ...after, id: text } }),
						]),
				() =>
					keysetQuery({ object, fields: [], limit: 1, after: { ...after, systemModstamp: text } }),
				() => newestQuery({ object: text as typeof object, fields: [], limit: 1 }),
				() => newestQuery({ object, fields: [], limit: text as unknown as number }),
			];
			for (const ask of asks) expect(ask).toThrow(QueryError);
			const ask = () => newestQuery({ object, fields: [text], limit: 1 });
			// Some of these strings could be names of fields, and then are nothing more.
			if (!/^[a-z][\w.]*$/i.test(text)) expect(ask).toThrow(QueryError);
			else expect(ask()).toMatch(/^SELECT [\w., ]+ FROM Contact ORDER BY [\w, ]+ LIMIT 1$/);
		}
	});
});

describe('the id of a record that is written', () => {
	it.each([`${ID},${OTHER}`, `${ID}&allOrNone=true`, `${ID}/../x`, '00Q', '', `${ID}\r\nx: y`])(
		'%j is refused alone, and nothing of it is sent',
		async (id) => {
			const done = { status: 200, body: [{ success: true, id: OTHER, errors: [] }] };
			for (const write of [
				async (connection: Parameters<typeof deleteRecords>[0]) =>
					await deleteRecords(connection, [id, OTHER]),
				async (connection: Parameters<typeof deleteRecords>[0]) =>
					await updateRecords(connection, 'Contact', [
						{ id, fields: { LastName: 'x' } },
						{ id: OTHER, fields: { LastName: 'x' } },
					]),
			]) {
				const { connection, requests } = scripted([done]);
				expect(await write(connection)).toMatchObject([
					{ kind: 'refused', error: { code: 'MALFORMED_ID' } },
					{ kind: 'written' },
				]);
				expect(requests).toHaveLength(1);
				const { url = '', body = '' } = requests[0] ?? {};
				if (id !== '') expect(decodeURIComponent(url) + body).not.toContain(id);
			}
		},
	);

	it('is never taken from the fields', async () => {
		const { connection, requests } = scripted([
			{ status: 200, body: [{ success: true, id: ID, errors: [] }] },
		]);
		const fields = {
			id: OTHER,
			Id: OTHER,
			' ID ': OTHER,
			attributes: { type: 'User' },
			LastName: 'x',
		};
		await updateRecords(connection, 'Contact', [{ id: ID, fields }]);
		expect(JSON.parse(String(requests[0]?.body))).toEqual({
			allOrNone: false,
			records: [{ LastName: 'x', attributes: { type: 'Contact' }, id: ID }],
		});
	});
});

describe('a credential', () => {
	const brevo = new BrevoSyncApi();
	const sign = async (data: Record<string, string>, request: object): Promise<unknown> => {
		const { authenticate } = brevo;
		if (typeof authenticate !== 'function') throw new Error('Brevo signs by a function');
		return await authenticate(data, request as never);
	};
	const KEY = 'xkeysib-planted';

	it.each([
		{ url: 'https://api.brevo.com/v3/contacts' },
		{ url: '/account', baseURL: 'https://api.brevo.com/v3' },
		{ uri: 'https://api.brevo.com/v3/contacts' },
	])('of Brevo signs a request to its own host: %j', async (request) => {
		expect(await sign({ apiKey: KEY, baseUrl: 'https://api.brevo.com/v3' }, request)).toMatchObject(
			{
				headers: { 'api-key': KEY },
			},
		);
	});

	it.each([
		{ url: 'https://attacker.example/v3/contacts' },
		{ url: 'http://api.brevo.com/v3/contacts' },
		{ url: 'https://api.brevo.com:8443/v3' },
		{ url: 'https://api.brevo.com@attacker.example/' },
		{ url: 'https://api.brevo.com.attacker.example/' },
		{ url: '//attacker.example/', baseURL: 'https://api.brevo.com/v3' },
		{ url: 'https://attacker.example/', baseURL: 'https://api.brevo.com/v3' },
		{ uri: 'https://attacker.example/' },
		{ uri: 'https://attacker.example/', url: 'https://api.brevo.com/v3' },
		{ url: '' },
	])('of Brevo signs no request to another: %j', async (request) => {
		const signed = sign({ apiKey: KEY, baseUrl: '' }, request);
		await expect(signed).rejects.toBeInstanceOf(UnusableCredentialError);
		await expect(signed).rejects.not.toThrow(KEY);
	});

	it.each(['\n', ' ', '\r\n'])(
		'of Brevo may have been pasted with %j around the key',
		async (blank) => {
			const request = { url: 'https://api.brevo.com/v3/account' };
			expect(await sign({ apiKey: `${blank}${KEY}${blank}` }, request)).toMatchObject({
				headers: { 'api-key': KEY },
			});
		},
	);

	it.each(['a\r\nx-injected: 1', 'a\u0000', 'clé', 'a b'])(
		'of Brevo with %j for a key says so before anything is sent',
		async (apiKey) => {
			const signed = sign({ apiKey }, { url: 'https://api.brevo.com/v3/account' });
			await expect(signed).rejects.toMatchObject({
				message: 'The API key of the Brevo credential holds characters that no key has',
				remedy: expect.stringContaining('Copy the key again'),
			});
			await expect(signed).rejects.not.toThrow(apiKey);
		},
	);

	const session = {
		environment: 'production',
		accessToken: 'planted-token',
		instanceUrl: 'https://mycompany.my.salesforce.com',
	};

	it.each([
		{ url: 'https://attacker.example/services/data' },
		{ uri: 'https://attacker.example/services/data' },
		{ url: '/services/data', baseURL: 'https://attacker.example' },
		{ url: 'http://mycompany.my.salesforce.com/services/data' },
		{ url: 'https://mycompany.my.salesforce.com@attacker.example/' },
	])('of Salesforce signs no request to another host: %j', async (request) => {
		await expect(
			(async () => await withSession(session, request as never))(),
		).rejects.toBeInstanceOf(UnusableCredentialError);
	});

	it('of Salesforce signs the request of an HTTP Request node to its own host', async () => {
		const signed = await withSession(session, {
			uri: 'https://mycompany.my.salesforce.com/services/data',
		} as never);
		expect(signed).toEqual({
			url: 'https://mycompany.my.salesforce.com/services/data',
			headers: { Authorization: 'Bearer planted-token' },
		});
	});
});
