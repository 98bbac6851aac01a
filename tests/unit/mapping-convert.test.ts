import { AS_BREVO_DOCUMENTS } from '../../sync/limits/table.ts';
import type { LiftableLimitId, Lifts } from '../../sync/limits/table.ts';
import { convertValue } from '../../sync/mapping/convert.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { SALESFORCE_FIELD_TYPES } from '../../sync/mapping/field.ts';
import { pair } from '../../sync/mapping/pairing.ts';
import { PLAIN_ATTRIBUTES } from './attributes.ts';

const ALL_LIFTED: Lifts = new Set<LiftableLimitId>([
	'formula-field',
	'boolean-field',
	'picklist-field',
]);

const ATTRIBUTES = {
	...PLAIN_ATTRIBUTES,
	category: {
		name: 'LEVEL',
		category: 'category',
		type: 'category',
		enumeration: [
			{ value: 1, label: 'Primary' },
			{ value: 2, label: 'Secondary' },
			{ value: 0, label: 'Tertiary', valueStr: 'T3' },
		],
	},
} as const satisfies Record<string, BrevoAttribute>;
type AttributeName = keyof typeof ATTRIBUTES;

const field = (type: string, more: Partial<SalesforceField> = {}): SalesforceField => ({
	name: 'Field__c',
	label: 'Field',
	type,
	...more,
});

/** Which attributes each Salesforce type may go into, once every limit is lifted. */
const TEXTS: readonly AttributeName[] = ['EMAIL', 'SMS', 'text', 'date', 'float', 'category'];
const OFFERED: Record<(typeof SALESFORCE_FIELD_TYPES)[number], readonly AttributeName[]> = {
	string: TEXTS,
	textarea: TEXTS,
	url: TEXTS,
	id: TEXTS,
	reference: TEXTS,
	encryptedstring: TEXTS,
	time: TEXTS,
	email: ['EMAIL', 'text'],
	phone: ['SMS', 'text'],
	date: ['text', 'date'],
	datetime: ['text', 'date'],
	int: ['text', 'float'],
	long: ['text', 'float'],
	double: ['text', 'float'],
	currency: ['text', 'float'],
	percent: ['text', 'float'],
	boolean: ['text', 'boolean'],
	picklist: ['text', 'category', 'choices'],
	combobox: ['text', 'category', 'choices'],
	multipicklist: ['text', 'choices'],
	address: [],
	location: [],
	base64: [],
	anyType: [],
	complexvalue: [],
	json: [],
};

describe.each(SALESFORCE_FIELD_TYPES)('a Salesforce %s field', (type) => {
	test.each(Object.keys(ATTRIBUTES) as AttributeName[])('into %s', (name) => {
		const pairing = pair(field(type), ATTRIBUTES[name], ALL_LIFTED);
		expect(pairing.ok).toBe(OFFERED[type].includes(name));
		if (!pairing.ok) {
			const compound = type === 'address' || type === 'location';
			expect(pairing.limit).toBe(compound ? 'compound-field' : 'attribute-type');
		}
	});
});

describe('as Brevo documents', () => {
	test.each([
		[
			'formula fields are not supported',
			field('string', { calculated: true }),
			'text',
			'formula-field',
		],
		['boolean fields are not supported', field('boolean'), 'text', 'boolean-field'],
		['boolean attributes are not supported', field('string'), 'boolean', 'boolean-field'],
		['picklist fields are not supported', field('picklist'), 'text', 'picklist-field'],
		['multi-select picklists are not supported', field('multipicklist'), 'text', 'picklist-field'],
		['category attributes are not supported', field('string'), 'category', 'picklist-field'],
		['multiple-choice attributes are not supported', field('string'), 'choices', 'picklist-field'],
	] as const)('%s', (_, given, name, limit) => {
		expect(pair(given, ATTRIBUTES[name], AS_BREVO_DOCUMENTS)).toMatchObject({ ok: false, limit });
		expect(convertValue('x', given, ATTRIBUTES[name])).toMatchObject({ ok: false, limit });
	});

	test('lifting one limit does not lift the other of the pair', () => {
		const lifts: Lifts = new Set<LiftableLimitId>(['boolean-field']);
		const formula = field('boolean', { calculated: true });
		expect(pair(formula, ATTRIBUTES.boolean, lifts)).toMatchObject({ limit: 'formula-field' });
		expect(pair(field('boolean'), ATTRIBUTES.boolean, lifts).ok).toBe(true);
	});

	test.each(['calculated', 'global', 'transactional'] as const)(
		'a %s attribute cannot be written',
		(category) => {
			const attribute: BrevoAttribute = { name: 'X', category, type: 'text' };
			expect(pair(field('string'), attribute, ALL_LIFTED)).toMatchObject({
				limit: 'attribute-read-only',
				shape: category,
			});
		},
	);

	test('EXT_ID belongs to the sync', () => {
		const attribute: BrevoAttribute = { name: 'EXT_ID', category: 'normal', type: 'text' };
		expect(pair(field('string'), attribute, ALL_LIFTED)).toMatchObject({
			limit: 'attribute-read-only',
		});
	});

	test('a field type that Salesforce adds later is not offered', () => {
		expect(pair(field('hologram'), ATTRIBUTES.text, ALL_LIFTED)).toMatchObject({
			limit: 'attribute-type',
		});
		expect(pair(field('toString'), ATTRIBUTES.text, ALL_LIFTED)).toMatchObject({ ok: false });
	});
});

describe('values', () => {
	test.each<[string, AttributeName, unknown, unknown]>([
		['string', 'text', '  Zoë\u0000 O’Neill ', 'Zoë O’Neill'],
		['textarea', 'text', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
		['string', 'text', 'half \uD83D emoji', 'half \uFFFD emoji'],
		['string', 'date', '1990-09-25', '1990-09-25'],
		['string', 'float', '12.50', 12.5],
		['string', 'category', 'secondary', 2],
		['double', 'float', 12.5, 12.5],
		['currency', 'float', -0, 0],
		['int', 'text', 42, '42'],
		['date', 'date', '1961-02-10', '1961-02-10'],
		['datetime', 'date', '2026-05-01T23:30:00.000+0000', '2026-05-02'],
		['datetime', 'text', '2026-05-01T07:25:37.000+0000', '2026-05-01T07:25:37.000+0000'],
		['email', 'EMAIL', ' Rose@Edge.com', 'rose@edge.com'],
		['phone', 'SMS', '06 12 34 56 78', '+33612345678'],
		['phone', 'text', '06 12 34 56 78', '06 12 34 56 78'],
		['boolean', 'boolean', false, false],
		['boolean', 'text', true, 'true'],
		['picklist', 'text', 'Trade Show', 'Trade Show'],
		['picklist', 'category', 'Primary', 1],
		['picklist', 'category', 'Tertiary', 'T3'],
		['picklist', 'choices', 'English', ['English']],
		['multipicklist', 'choices', 'français;English;English', ['Français', 'English']],
		['multipicklist', 'text', 'a;b', 'a;b'],
	])('%s into %s: %p is %p', (type, name, value, expected) => {
		const options = { lifts: ALL_LIFTED, defaultCountry: 'FR', zone: 'Europe/Paris' } as const;
		expect(convertValue(value, field(type), ATTRIBUTES[name], options)).toEqual({
			ok: true,
			value: expected,
		});
	});

	test.each<[string, AttributeName, unknown, string, string]>([
		['string', 'text', { street: '1 Main St' }, 'value-type', 'object'],
		['double', 'text', Number.NaN, 'value-type', 'number'],
		['string', 'date', '25/09/1990', 'date-format', 'text, 10 characters'],
		['string', 'float', '1,234', 'number-format', 'text, 5 characters'],
		['email', 'EMAIL', 'b.levy@expressl&t.net', 'email-invalid', 'text, 21 characters'],
		['phone', 'SMS', '1234', 'phone-digits', 'digits, 4'],
		['boolean', 'boolean', 'yes', 'value-type', 'text, 3 characters'],
		['picklist', 'category', 'Quaternary', 'category-option', 'text, 10 characters'],
		['multipicklist', 'choices', 'English;Klingon', 'category-option', 'text, 15 characters'],
	])('%s into %s: %p is refused by %s as "%s"', (type, name, value, limit, shape) => {
		expect(convertValue(value, field(type), ATTRIBUTES[name], { lifts: ALL_LIFTED })).toEqual({
			ok: false,
			limit,
			shape,
			field: 'Field__c',
			attribute: ATTRIBUTES[name].name,
		});
	});

	test.each<[string, AttributeName, unknown]>([
		['string', 'text', ''],
		['date', 'date', ''],
		['double', 'float', ''],
		['email', 'EMAIL', ''],
		['picklist', 'category', ''],
		['multipicklist', 'choices', []],
	])('an emptied %s clears %s', (type, name, cleared) => {
		for (const empty of [null, '', '   ', '\u0000']) {
			expect(convertValue(empty, field(type), ATTRIBUTES[name], { lifts: ALL_LIFTED })).toEqual({
				ok: true,
				value: cleared,
			});
		}
	});

	test('a phone number that you empty in Salesforce is not emptied in Brevo (limit phone-cleared)', () => {
		expect(convertValue(null, field('phone'), ATTRIBUTES.SMS)).toEqual({
			ok: true,
			value: undefined,
			leftOut: { limit: 'phone-cleared', field: 'Field__c', attribute: 'SMS' },
		});
	});
});
