import { parseQuery, type WhereClause } from '@jetstreamapp/soql-parser-js';
import fc from 'fast-check';
import { compileFilter, type FilterRow } from '../../sync/changes/filter.ts';
import { OPERATORS, OPERATORS_OF } from '../../sync/changes/filter-operators.ts';
import { QueryError } from '../../sync/changes/soql.ts';
import { SALESFORCE_FIELD_TYPES, type SalesforceField } from '../../sync/mapping/field.ts';

const field = (name: string, type: string, filterable = true): SalesforceField => ({
	name,
	label: `${name} label`,
	type,
	filterable,
});
const FIELDS = [
	field('LastName', 'string'),
	field('Email', 'email'),
	field('LeadSource', 'picklist'),
	field('Interests__c', 'multipicklist'),
	field('DoNotCall', 'boolean'),
	field('Score__c', 'double'),
	field('Renewal__c', 'date'),
	field('Birthdate', 'date'),
	field('CreatedDate', 'datetime'),
	field('AccountId', 'reference'),
	field('Description', 'textarea', false),
	field('MailingAddress', 'address'),
];
const compile = (...rows: FilterRow[]) => compileFilter({ rows }, FIELDS);
const row = (name: string, operator: FilterRow['operator'], value?: unknown): FilterRow => ({
	field: name,
	operator,
	value,
});

test.each<[FilterRow, string]>([
	[row('LastName', 'equals', "O'Brien"), "LastName = 'O\\'Brien'"],
	[row('lastname', 'notEquals', 'x'), "LastName != 'x'"],
	[row('LastName', 'contains', '100%_\\'), "LastName LIKE '%100\\%\\_\\\\%'"],
	[row('Email', 'startsWith', 'jane'), "Email LIKE 'jane%'"],
	[row('LeadSource', 'in', 'Web, Phone,,Web'), "LeadSource IN ('Web', 'Phone')"],
	[row('LeadSource', 'in', ['Web, or not']), "LeadSource IN ('Web, or not')"],
	[row('Email', 'isEmpty', 'ignored'), 'Email = null'],
	[row('Email', 'isNotEmpty'), 'Email != null'],
	[row('DoNotCall', 'equals', 'TRUE'), 'DoNotCall = true'],
	[row('DoNotCall', 'notEquals', false), 'DoNotCall != false'],
	[row('Score__c', 'greaterThan', '+12.50'), 'Score__c > 12.50'],
	[row('Score__c', 'in', '1,-2'), 'Score__c IN (1, -2)'],
	[row('Renewal__c', 'lessThan', '2026-02-28'), 'Renewal__c < 2026-02-28'],
	[row('Renewal__c', 'greaterThan', 'last_n_days:30'), 'Renewal__c > LAST_N_DAYS:30'],
	[row('CreatedDate', 'greaterThan', '2026-02-28'), 'CreatedDate > 2026-02-28T00:00:00Z'],
	[
		row('CreatedDate', 'lessThan', '2026-02-28T01:00:00+01:00'),
		'CreatedDate < 2026-02-28T00:00:00Z',
	],
	[row('CreatedDate', 'lessThan', new Date(0)), 'CreatedDate < 1970-01-01T00:00:00Z'],
	[row('AccountId', 'equals', '001dM00003jU9GyQAK'), "AccountId = '001dM00003jU9GyQAK'"],
	[row('Interests__c', 'contains', 'A;B'), "Interests__c INCLUDES ('A;B')"],
	[row('Interests__c', 'in', 'A,B'), "Interests__c INCLUDES ('A', 'B')"],
	[row('Interests__c', 'equals', 'A;B'), "Interests__c = 'A;B'"],
	[row('Birthdate', 'isEmpty'), 'Birthdate = null'],
])('%j becomes %s, which a parser understands', (filter, condition) => {
	expect(compile(filter)).toBe(condition);
	expect(() => parseQuery(`SELECT Id FROM Contact WHERE (${condition})`)).not.toThrow();
});

test('no rows are no condition', () => expect(compile()).toBeUndefined());

test('rows are combined by one operator only, which real SOQL demands', () => {
	const rows = [
		row('LastName', 'equals', 'a'),
		row('Email', 'isEmpty'),
		row('DoNotCall', 'equals', true),
	];
	expect(compileFilter({ rows, combine: 'any' }, FIELDS)).toBe(
		"LastName = 'a' OR Email = null OR DoNotCall = true",
	);
	expect(compileFilter({ rows, combine: 'all' }, FIELDS)).toBe(
		"LastName = 'a' AND Email = null AND DoNotCall = true",
	);
});

test.each<[FilterRow, RegExp]>([
	[row('Nope__c', 'equals', 'x'), /there is no field Nope__c,/],
	[row('no name', 'equals', 'x'), /no field of that name/],
	[row('', 'equals', 'x'), /no field is chosen/],
	[row('Description', 'contains', 'x'), /cannot filter by “Description label” \(Description\)/],
	[row('MailingAddress', 'equals', 'x'), /cannot filter/],
	[row('Email', 'greaterThan', 'x'), /“Greater Than” does not fit/],
	[row('DoNotCall', 'isEmpty'), /does not fit/],
	[row('DoNotCall', 'equals', 'yes'), /neither true nor false/],
	[row('Score__c', 'contains', '1'), /does not fit/],
	[row('Score__c', 'equals', '1,5'), /not a number/],
	[row('Score__c', 'equals', '1 OR Id != null'), /not a number/],
	[row('Score__c', 'equals', NaN), /not a number/],
	[row('Renewal__c', 'equals', '2026-02-30'), /not a date/],
	[row('Renewal__c', 'equals', '28.02.2026'), /not a date/],
	[row('CreatedDate', 'equals', '2026-02-30T00:00:00Z'), /not a time/],
	[row('CreatedDate', 'equals', '2026-02-28T25:00:00Z'), /not a time/],
	[row('Birthdate', 'greaterThan', '1990-01-01'), /does not fit/],
	[row('AccountId', 'equals', "x' OR Id != '"), /not a Salesforce id/],
	[row('LastName', 'equals', ''), /is empty/],
	[row('LastName', 'equals', undefined), /is missing/],
	[row('LastName', 'equals', { toString: () => 'x' }), /is missing/],
	[row('LastName', 'in', ' , '), /is empty/],
	[row('LastName', 'equals', 'x'.repeat(4_001)), /4,000/],
	[row('LastName', 'equals', 'a\u0000b'), /no text/],
	[row('LastName', 'equals', '\ud800'), /no text/],
	[{ field: 'Email', operator: 'matches' as never, value: 'x' }, /“This operator” does not fit/],
])('%j is refused and the row is named', (filter, message) => {
	const refused = () => compile(row('LastName', 'equals', 'fine'), filter);
	expect(refused).toThrow(QueryError);
	expect(refused).toThrow(message);
	expect(refused).toThrow(/^Filter 2: /);
	expect(refused).toThrow(
		expect.objectContaining({ remedy: expect.stringMatching(/\.$/) }) as Error,
	);
});

test('a refusal never quotes the value (promise I8)', () => {
	const refused = () => compile(row('Score__c', 'equals', 'jane@example.com'));
	expect(refused).toThrow(
		expect.not.objectContaining({ message: expect.stringContaining('jane') }) as Error,
	);
});

test.each(SALESFORCE_FIELD_TYPES)('every operator offered for %s compiles', (type) => {
	const values: Record<string, string> = {
		boolean: 'true',
		date: '2026-01-01',
		datetime: '2026-01-01',
		id: '001dM00003jU9GyQAK',
		number: '1',
		text: 'x',
		multipicklist: 'x',
	};
	const accepted: string[] = [];
	for (const operator of Object.keys(OPERATORS) as Array<FilterRow['operator']>) {
		for (const value of Object.values(values)) {
			try {
				const condition = compileFilter({ rows: [row('F__c', operator, value)] }, [
					field('F__c', type),
				]);
				parseQuery(`SELECT Id FROM Contact WHERE ${condition}`);
				accepted.push(operator);
				break;
			} catch (error) {
				if (!(error instanceof QueryError)) throw error;
			}
		}
	}
	const known: string[][] = Object.values(OPERATORS_OF).map((list) => [...list].sort());
	expect([[], ...known]).toContainEqual(accepted.sort());
});

/** SOQL's own reading of a string literal, written from the reference, not from our code. */
function unescaped(quoted: string): string {
	const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
	return quoted
		.slice(1, -1)
		.replace(/\\(?:u([\dA-Fa-f]{4})|(.))/gs, (_, code?: string, c: string = '') =>
			code ? String.fromCharCode(parseInt(code, 16)) : (escapes[c] ?? c),
		);
}
const conditions = (soql: string) => {
	const found: Array<{ field?: string; operator: string; value: unknown }> = [];
	let at: WhereClause | undefined = parseQuery(soql).where;
	while (at) {
		found.push(at.left as never);
		at = 'right' in at ? at.right : undefined;
	}
	return found;
};
const nasty = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				"'",
				'\\',
				'%',
				'_',
				'\n',
				'\t',
				'\u2028',
				'"',
				')',
				'(',
				' OR ',
				' AND ',
				'--',
				"\\'",
				'é',
				'😀',
				',',
			),
			fc.string({ unit: 'grapheme', maxLength: 4 }),
		),
		{ minLength: 1, maxLength: 12 },
	)
	.map((parts) => parts.join(''))
	.filter((text) => text !== '' && !/\p{Surrogate}|(?![\n\r\t])\p{Cc}/u.test(text));

test('whatever the value, the query keeps its shape and the literal means the value', () => {
	fc.assert(
		fc.property(nasty, nasty, (equal, like) => {
			const condition = compile(
				row('LastName', 'equals', equal),
				row('Email', 'contains', like),
				row('LeadSource', 'in', [equal, `${like}x`]),
			);
			const found = conditions(`SELECT Id FROM Contact WHERE (${condition}) ORDER BY Id LIMIT 1`);
			expect(found.map(({ field: name, operator }) => [name, operator])).toEqual([
				['LastName', '='],
				['Email', 'LIKE'],
				['LeadSource', 'IN'],
			]);
			expect(unescaped(String(found[0]?.value))).toBe(equal);
			expect(unescaped(String(found[1]?.value))).toBe(`%${like}%`);
			const inList = (found[2]?.value as string[]).map(unescaped);
			expect(inList).toEqual([...new Set([equal, `${like}x`])]);
		}),
		{ numRuns: 400 },
	);
});
