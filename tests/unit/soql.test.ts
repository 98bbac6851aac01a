import { parseQuery } from '@jetstreamapp/soql-parser-js';
import {
	byIdsQuery,
	keysetQuery,
	newestQuery,
	normaliseStamp,
	QueryError,
	stampOfMs,
} from '../../sync/changes/soql.ts';

const ID = '003000000000001AAA';
const LATER = '003000000000002AAA';
const AT = '2026-11-20T09:00:00Z';

const query = (more: Partial<Parameters<typeof keysetQuery>[0]> = {}) =>
	keysetQuery({ object: 'Contact', fields: ['Email'], limit: 200, ...more });
const whereOf = (soql: string) => / WHERE (.*) ORDER BY /.exec(soql)?.[1];

test.each([
	['2026-11-20T09:00:00.000+0000', AT],
	['2026-11-20T09:00:00.000Z', AT],
	['2026-11-20T09:00:00Z', AT],
	['2026-11-20T10:00:00.999+01:00', AT],
	['2026-11-20T10:00:00+0100', AT],
])('the stamp %s is %s', (stamp, normal) => expect(normaliseStamp(stamp)).toBe(normal));

test.each([
	'',
	'undefined',
	'2026-11-20',
	'2026-11-20 09:00:00Z',
	'2026-13-20T09:00:00Z',
	"2026-11-20T09:00:00Z' OR",
])('%p is no stamp', (stamp) => expect(() => normaliseStamp(stamp)).toThrow(QueryError));

test('milliseconds are cut, never rounded up to a second that is not over', () => {
	expect(stampOfMs(Date.parse('2026-11-20T09:00:00.999Z'))).toBe(AT);
});

describe('the keyset query', () => {
	test('asks from the beginning, in order, with a limit', () => {
		expect(query()).toBe(
			'SELECT Id, SystemModstamp, CreatedDate, LastModifiedById, IsDeleted, MasterRecordId, Email FROM Contact' +
				' ORDER BY SystemModstamp ASC, Id ASC LIMIT 200',
		);
	});

	test('goes on after the last record, within its second too', () => {
		expect(whereOf(query({ after: { systemModstamp: AT, id: ID } }))).toBe(
			`SystemModstamp >= ${AT} AND (SystemModstamp > ${AT} OR Id > '${ID}')`,
		);
	});

	test('with an empty id begins with the whole second', () => {
		expect(whereOf(query({ after: { systemModstamp: AT, id: '' } }))).toBe(
			`SystemModstamp >= ${AT}`,
		);
	});

	test.each([
		[
			{ systemModstamp: AT, id: ID },
			{ systemModstamp: '2026-11-20T08:00:00Z', id: LATER },
		],
		[
			{ systemModstamp: '2026-11-20T08:00:00.000+0000', id: LATER },
			{ systemModstamp: AT, id: ID },
		],
		[
			{ systemModstamp: AT, id: ID },
			{ systemModstamp: AT, id: '' },
		],
		[undefined, { systemModstamp: AT, id: ID }],
	])('begins at the later of cursor and floor (%#)', (after, floor) => {
		expect(whereOf(query({ after, floor }))).toContain(`${AT} OR Id > '${ID}'`);
	});

	test('puts the filter in brackets of its own', () => {
		const filter = "City = 'Paris' OR City = 'Lyon'";
		expect(whereOf(query({ filter }))).toBe(`(${filter})`);
		const both = query({ filter, after: { systemModstamp: AT, id: ID } });
		expect(whereOf(both)).toBe(
			`SystemModstamp >= ${AT} AND (SystemModstamp > ${AT} OR Id > '${ID}') AND (${filter})`,
		);
	});

	test('is what an independent parser understands', () => {
		const soql = query({
			filter: "City = 'Paris' OR City = 'Lyon'",
			after: { systemModstamp: AT, id: ID },
		});
		expect(parseQuery(soql)).toMatchObject({
			sObject: 'Contact',
			limit: 200,
			orderBy: [
				{ field: 'SystemModstamp', order: 'ASC' },
				{ field: 'Id', order: 'ASC' },
			],
		});
	});

	test.each(['Contact', 'Lead'] as const)(
		'reads each system field of a %s once, whatever is asked',
		(object) => {
			const soql = keysetQuery({
				object,
				fields: ['id', 'EMAIL', 'Email', 'systemmodstamp', 'Account.Name'],
				limit: 1,
			});
			const fields = /^SELECT (.*) FROM/.exec(soql)?.[1]?.split(', ') ?? [];
			const lower = fields.map((field) => field.toLowerCase());
			expect(new Set(lower).size).toBe(fields.length);
			expect(fields).toEqual(
				expect.arrayContaining([
					'Id',
					'SystemModstamp',
					'CreatedDate',
					'IsDeleted',
					'MasterRecordId',
					'EMAIL',
					'Account.Name',
				]),
			);
			expect(fields.includes('IsConverted')).toBe(object === 'Lead');
			expect(fields.includes('ConvertedContactId')).toBe(object === 'Lead');
		},
	);

	test.each([
		{ fields: ['Email FROM User--'] },
		{ fields: ['(SELECT Id FROM Cases)'] },
		{ fields: [''] },
		{ after: { systemModstamp: AT, id: "x' OR Id != '" } },
		{ after: { systemModstamp: 'TODAY', id: '' } },
		{ limit: 0 },
		{ limit: 1.5 },
		{ limit: 50_001 },
		{ filter: 'x'.repeat(100_000) },
	])('cannot be bent or overstretched (%#)', (more) =>
		expect(() => query(more)).toThrow(QueryError),
	);
});

test('records are fetched by ids', () => {
	expect(byIdsQuery({ object: 'Lead', fields: [], ids: [ID, LATER] })).toMatch(
		/FROM Lead WHERE Id IN \('003000000000001AAA','003000000000002AAA'\)$/,
	);
	expect(() => byIdsQuery({ object: 'Lead', fields: [], ids: ["a') OR ("] })).toThrow(QueryError);
});

test('the newest records come first', () => {
	expect(newestQuery({ object: 'Contact', fields: [], limit: 5 })).toMatch(
		/FROM Contact ORDER BY SystemModstamp DESC, Id DESC LIMIT 5$/,
	);
});
