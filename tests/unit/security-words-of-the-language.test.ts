import { listAttributes } from '../../sync/brevo/attributes.ts';
import { getContact } from '../../sync/brevo/contacts.ts';
import { csvChunks } from '../../sync/brevo/csv.ts';
import { BrevoError } from '../../sync/brevo/errors.ts';
import { hintsOf } from '../../sync/brevo/events.ts';
import { waitForProcesses } from '../../sync/brevo/processes.ts';
import { compileFilter } from '../../sync/changes/filter.ts';
import { countQuery, newestQuery } from '../../sync/changes/soql.ts';
import { attributeKind } from '../../sync/mapping/field.ts';
import { mapBack } from '../../sync/mapping/map-back.ts';
import { mapRecord } from '../../sync/mapping/map-record.ts';
import { preflight } from '../../sync/mapping/preflight.ts';
import { csvRecords } from '../../sync/salesforce/csv.ts';
import { describeFields } from '../../sync/salesforce/describe.ts';
import { explainLogin } from '../../sync/salesforce/login-errors.ts';
import { queryPage } from '../../sync/salesforce/read.ts';
import { json, world } from './brevo-script.ts';
import { page, scripted } from './salesforce-fake.ts';

/* Names that every JavaScript object knows without having them. Whoever may name an attribute, a
   field, a status or a code may choose one of these. */

const WORDS = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'valueOf',
	'hasOwnProperty',
	'__defineGetter__',
] as const;

const ID = '003000000000001AAA';
const host = () => world(() => 'no-answer').host;

afterEach(() => {
	// Whatever the test did: no object has learnt anything.
	expect(Object.keys(Object.prototype)).toEqual([]);
	expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
	expect(typeof {}.toString).toBe('function');
});

describe.each(WORDS)('“%s”', (word) => {
	it('as an error code of Brevo is a refusal like any unknown code', async () => {
		const { client } = world(() => json(400, { code: word, message: 'no' }));
		const asked = getContact(client, ID, 'ext_id');
		await expect(asked).rejects.toBeInstanceOf(BrevoError);
		await expect(asked).rejects.toMatchObject({ remedy: expect.any(String), status: 400 });
	});

	it('as an error code of a setting has words for people', async () => {
		const { client } = world(() => json(403, { code: word, message: 'no' }));
		await expect(getContact(client, ID, 'ext_id')).rejects.toMatchObject({
			remedy: expect.stringContaining('base URL'),
		});
	});

	it('as the state of an import is not its end', async () => {
		const { client } = world((_, nth) =>
			json(200, { processes: [{ id: 1, status: nth < 3 ? word : 'completed' }], count: 1 }),
		);
		const ended: string[] = [];
		const { unfinished } = await waitForProcesses(client, [1], {
			deadlineMs: 600_000,
			onEnded: async ({ state }) => void ended.push(state),
		});
		expect(ended).toEqual(['completed']);
		expect(unfinished.size).toBe(0);
	});

	it('as name, category and type of a Brevo attribute is an attribute that nothing is written to', async () => {
		const { client } = world(() =>
			json(200, {
				attributes: [
					{ name: word, category: 'normal', type: 'text' },
					{ name: 'A', category: word, type: 'text' },
					{ name: 'B', category: 'normal', type: word },
				],
			}),
		);
		const attributes = await listAttributes(client);
		expect(attributes.map(({ name }) => name)).toEqual([word, 'B']);
		expect(attributes.map(attributeKind)).toEqual(['text', undefined]);
	});

	it('as attribute and field of a mapping row is reported, and maps nothing', () => {
		const mapping = [
			{ attribute: 'EMAIL', field: 'Email' },
			{ attribute: word, field: word },
		];
		const email = { name: 'Email', label: 'Email', type: 'email' };
		expect(preflight(mapping, [email], [])).toMatchObject([
			{ limit: 'attribute-missing', severity: 'stops' },
		]);
		const mapped = mapRecord({ Id: ID, Email: 'a@b.example' }, mapping, [email], []);
		expect(mapped).toMatchObject({ kind: 'rejected' });
	});

	it('as a field of Salesforce keeps its value to itself, in both directions', () => {
		const fields = [
			{ name: 'Email', label: 'Email', type: 'email' },
			{ name: word, label: 'Odd', type: 'string', length: 80, updateable: true },
		];
		const attributes = [{ name: 'ODD', category: 'normal', type: 'text' }] as const;
		const rows = [
			{ attribute: 'EMAIL', field: 'Email' },
			{ attribute: 'ODD', field: word },
		];
		const record = JSON.parse(`{"Id":"${ID}","Email":"a@b.example","${word}":"x"}`) as object;
		expect(mapRecord({ ...record }, rows, fields, attributes)).toMatchObject({
			kind: 'mapped',
			contact: { attributes: { ODD: 'x' } },
		});
		// A record that does not bring the field: what every object has is not its value.
		const empty = mapRecord({ Id: ID, Email: 'a@b.example' }, rows, fields, attributes);
		expect(empty).toMatchObject({ kind: 'mapped', contact: { attributes: {} } });
		const back = mapBack(
			{ email: 'a@b.example', attributes: { ODD: 'y' } },
			{ rows, fields, attributes, object: 'Contact', options: {} },
		);
		expect(back.kind === 'mapped' && Object.entries(back.fields)).toContainEqual([word, 'y']);
	});

	it('as a heading of a Bulk result is a field like any other, also below a parent', async () => {
		const text = `Id,${word},Account.${word},${word}.polluted\n${ID},x,y,z\n`;
		const read = csvRecords(text, new Map(), host());
		// No name of a field begins like that.
		if (word.startsWith('_')) {
			await expect(read).rejects.toMatchObject({ code: 'UNREADABLE_ANSWER' });
			return;
		}
		const [record] = await read;
		expect(record?.['Id']).toBe(ID);
		expect(Object.hasOwn(record ?? {}, word)).toBe(true);
		expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
	});

	it('as a field of a queried record is a field like any other, also below a parent', async () => {
		const odd = JSON.parse(
			`{"attributes":{},"Id":"${ID}","${word}":{"attributes":{},"polluted":"z"}}`,
		) as unknown;
		const { connection } = scripted([page([odd])]);
		const { records } = await queryPage(connection, 'SELECT Id FROM Contact LIMIT 1');
		expect(Object.keys(records[0] ?? {})).toEqual(['Id', word]);
		expect(Object.getPrototypeOf(records[0])).toBe(Object.prototype);
	});

	it('as the type of a described field is one that cannot be filtered by', async () => {
		const { connection } = scripted([
			{ status: 200, body: { fields: [{ name: 'Odd__c', label: 'Odd', type: word }] } },
		]);
		const fields = await describeFields(connection, 'Contact');
		const rows = [{ field: 'Odd__c', operator: 'equals' as const, value: 'x' }];
		expect(() => compileFilter({ rows }, fields)).toThrow(/cannot filter by/);
	});

	it('as an operator or an object is refused in words', () => {
		const fields = [{ name: 'LastName', label: 'Last Name', type: 'string' }];
		const rows = [{ field: 'LastName', operator: word as 'equals', value: 'x' }];
		expect(() => compileFilter({ rows }, fields)).toThrow(/“This operator” does not fit/);
		const object = word as 'Contact';
		expect(() => newestQuery({ object, fields: [], limit: 1 })).toThrow(/neither Contact nor Lead/);
		expect(() => countQuery({ object, reachable: false })).toThrow(/neither Contact nor Lead/);
	});

	it('as a heading of an import is a column with the values of its own rows only', () => {
		const withWord = JSON.parse(`{"${word}":"x"}`) as Record<string, string>;
		const rows = [{ ...withWord }, { CITY: 'Paris' }].map((attributes, index) => ({
			index,
			contact: { email: `${index}@b.example`, attributes },
		}));
		// A spread does not copy what is set by `__proto__:`, JSON.parse makes it an own property.
		expect(Object.hasOwn(rows[0]?.contact.attributes ?? {}, word)).toBe(true);
		const [chunk] = [...csvChunks(rows)];
		const lines = (chunk?.csv ?? '').trimEnd().split('\n');
		const at = (lines[0] ?? '').split(';').indexOf(word);
		expect(lines.slice(1).map((line) => line.split(';')[at])).toEqual(['x', '']);
	});

	it('as a key of a webhook is nobody’s contact', () => {
		const body: unknown = JSON.parse(
			`{"event":"${word}","${word}":{"email":"a@b.example"},"content":[{"${word}":"x"}]}`,
		);
		expect(hintsOf(body)).toEqual([{ kind: 'other' }]);
	});

	it('as an error of the login is a refused login', () => {
		expect(explainLogin(word)).toMatchObject({ action: 'fail-auth', remedy: expect.any(String) });
	});
});
