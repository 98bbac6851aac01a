import type { LiftableLimitId } from '../../sync/limits/table.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { nameAttributeOf, NAMES_BY_LANGUAGE, resolveAttributes } from '../../sync/mapping/pairs.ts';
import type { Mapping } from '../../sync/mapping/pairs.ts';
import { preflight, usableRows } from '../../sync/mapping/preflight.ts';

const FIELDS: readonly SalesforceField[] = [
	{ name: 'Email', label: 'Email', type: 'email' },
	{ name: 'FirstName', label: 'First Name', type: 'string' },
	{ name: 'LastName', label: 'Last Name', type: 'string' },
	{ name: 'LeadSource', label: 'Lead Source', type: 'picklist' },
	{ name: 'MailingAddress', label: 'Mailing Address', type: 'address' },
	{ name: 'AnnualRevenue', label: 'Annual Revenue', type: 'currency' },
	{ name: 'Score__c', label: 'Score', type: 'double', calculated: true },
	{ name: 'DoNotCall', label: 'Do Not Call', type: 'boolean' },
];
const ATTRIBUTES: readonly BrevoAttribute[] = [
	{ name: 'PRENOM', category: 'normal', type: 'text' },
	{ name: 'NOM', category: 'normal', type: 'text' },
	{ name: 'BIRTHDAY', category: 'normal', type: 'date' },
	{ name: 'SCORE', category: 'normal', type: 'float' },
	{ name: 'VIP', category: 'normal', type: 'boolean' },
	{ name: 'REACHED', category: 'calculated' },
];
const EMAIL = { attribute: 'EMAIL', field: 'Email' };
const problems = (...rows: Mapping) => preflight([EMAIL, ...rows], FIELDS, ATTRIBUTES);

test('a sound mapping has no problem', () => {
	expect(problems({ attribute: 'PRENOM', field: 'FirstName' })).toEqual([]);
});

test('You must map at least the fields Email or SMS', () => {
	const found = preflight([{ attribute: 'NOM', field: 'LastName' }], FIELDS, ATTRIBUTES);
	expect(found).toMatchObject([{ limit: 'email-or-sms-mapped', severity: 'stops' }]);
	expect(preflight([], FIELDS, ATTRIBUTES)).toHaveLength(1);
});

test.each([
	['a field that vanished or is hidden', 'NOM', 'HasOptedOutOfEmail', 'field-missing'],
	['an attribute that the account does not have', 'LASTNAME', 'LastName', 'attribute-missing'],
	['an attribute that Brevo fills itself', 'REACHED', 'LastName', 'attribute-read-only'],
	['a type that does not fit', 'BIRTHDAY', 'AnnualRevenue', 'attribute-type'],
	['an address as a whole', 'NOM', 'MailingAddress', 'compound-field'],
	['a formula field', 'SCORE', 'Score__c', 'formula-field'],
	['a yes/no field', 'VIP', 'DoNotCall', 'boolean-field'],
	['a picklist field', 'NOM', 'LeadSource', 'picklist-field'],
	['an attribute in two rows', 'EMAIL', 'LastName', 'attribute-twice'],
])('%s stops before anything is written', (_, attribute, field, limit) => {
	const row = { attribute, field };
	const [found, ...more] = problems(row);
	expect(more).toEqual([]);
	expect(found).toMatchObject({ limit, row, severity: 'stops' });
	expect(found?.message).toMatch(new RegExp(`${field}|${attribute}`));
	expect(found?.remedy).not.toBe('');
});

test('a lifted limit stops nothing', () => {
	const lifts = new Set<LiftableLimitId>(['formula-field', 'boolean-field', 'picklist-field']);
	const mapping = [
		EMAIL,
		{ attribute: 'SCORE', field: 'Score__c' },
		{ attribute: 'VIP', field: 'DoNotCall' },
		{ attribute: 'NOM', field: 'LeadSource' },
	];
	expect(preflight(mapping, FIELDS, ATTRIBUTES, lifts)).toEqual([]);
});

test('every problem is told, each with its row', () => {
	const found = preflight(
		[
			{ attribute: 'GONE', field: 'LastName' },
			{ attribute: 'NOM', field: 'Gone__c' },
		],
		FIELDS,
		ATTRIBUTES,
	);
	expect(found.map(({ limit }) => limit)).toEqual([
		'email-or-sms-mapped',
		'attribute-missing',
		'field-missing',
	]);
});

test('an incomplete row is dropped with a word, the rest works', () => {
	const mapping = [EMAIL, { attribute: 'NOM', field: ' ' }, { attribute: '', field: 'LastName' }];
	const found = preflight(mapping, FIELDS, ATTRIBUTES);
	expect(found).toMatchObject([
		{ limit: 'row-incomplete', severity: 'drops-row' },
		{ limit: 'row-incomplete', severity: 'drops-row' },
	]);
	expect(usableRows(mapping, found, ATTRIBUTES)).toEqual([EMAIL]);
});

describe('@FIRSTNAME and @LASTNAME stand for the names of the account', () => {
	const NAMES: Mapping = [
		{ attribute: '@FIRSTNAME', field: 'FirstName' },
		{ attribute: '@LASTNAME', field: 'LastName' },
	];
	const account = (...names: string[]): BrevoAttribute[] =>
		names.map((name) => ({ name, category: 'normal', type: 'text' }));

	test.each(NAMES_BY_LANGUAGE.map((language) => [language['@FIRSTNAME'], language['@LASTNAME']]))(
		'%s and %s',
		(first = '', last = '') => {
			expect(resolveAttributes(NAMES, account(last, first, 'CITY'))).toEqual([
				{ attribute: first, field: 'FirstName' },
				{ attribute: last, field: 'LastName' },
			]);
		},
	);

	test('a language of which both names exist wins over one that lacks half', () => {
		const attributes = account('FIRSTNAME', 'PRENOM', 'NOM');
		expect(nameAttributeOf('@FIRSTNAME', attributes)).toBe('PRENOM');
		expect(nameAttributeOf('@LASTNAME', account('NOM'))).toBe('NOM');
	});

	test('an account without such an attribute works without the row', () => {
		const mapping = [EMAIL, ...NAMES];
		const found = preflight(mapping, FIELDS, account('CITY'));
		expect(found).toMatchObject([
			{ limit: 'attribute-missing', severity: 'drops-row' },
			{ limit: 'attribute-missing', severity: 'drops-row' },
		]);
		expect(usableRows(mapping, found, account('CITY'))).toEqual([EMAIL]);
	});

	test('a stand-in beside the attribute that it means fills that attribute twice', () => {
		const found = problems({ attribute: 'NOM', field: 'LastName' }, ...NAMES);
		expect(found).toMatchObject([{ limit: 'attribute-twice', row: NAMES[1] }]);
	});
});
