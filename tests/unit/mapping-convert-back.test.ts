import { ALL_LIFTED } from '../../sync/limits/lifts.ts';
import { convertBack } from '../../sync/mapping/convert-back.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { PLAIN_ATTRIBUTES } from './attributes.ts';

const ATTRIBUTES = {
	...PLAIN_ATTRIBUTES,
	category: {
		name: 'LEVEL',
		category: 'category',
		enumeration: [
			{ value: 1, label: 'Primary' },
			{ value: 0, label: 'Tertiary', valueStr: 'T3' },
		],
	},
	choices: {
		name: 'LANGUAGES',
		category: 'normal',
		type: 'multiple-choice',
		multiCategoryOptions: ['English', 'Français', 'a;b'],
	},
} as const satisfies Record<string, BrevoAttribute>;
type AttributeName = keyof typeof ATTRIBUTES;

const field = (type: string, more: Partial<SalesforceField> = {}): SalesforceField => ({
	name: 'Field__c',
	label: 'Field',
	type,
	updateable: true,
	...more,
});
const LEFT_OUT = { ok: true, value: undefined };
const back = (name: AttributeName, value: unknown, into: SalesforceField, lifts = ALL_LIFTED) =>
	convertBack(value, into, ATTRIBUTES[name], 'Contact', { lifts });

describe('values', () => {
	test.each<[AttributeName, unknown, string, unknown]>([
		['EMAIL', 'rose@edge.com', 'email', 'rose@edge.com'],
		['SMS', '33612345678', 'phone', '+33612345678'],
		['SMS', '33612345678', 'string', '+33612345678'],
		['text', ' Zoë\u0000 ', 'string', 'Zoë'],
		['text', 'one\r\ntwo', 'textarea', 'one\ntwo'],
		['text', 44_300, 'string', '44300'],
		['text', '06 12 34 56 78', 'phone', '06 12 34 56 78'],
		['text', 'Web', 'picklist', 'Web'],
		['text', 'a;b', 'multipicklist', 'a;b'],
		['text', '1990-09-25', 'date', '1990-09-25'],
		['text', '2026-05-01T07:25:37.000+0000', 'datetime', '2026-05-01T07:25:37.000+0000'],
		['text', '12.50', 'double', 12.5],
		['text', 'true', 'boolean', true],
		['date', '2026-05-01', 'date', '2026-05-01'],
		['date', '2026-05-01T00:00:00.000Z', 'date', '2026-05-01'],
		['date', '2026-05-01', 'string', '2026-05-01'],
		['float', 12.5, 'currency', 12.5],
		['float', '12', 'int', 12],
		['float', 12.5, 'string', '12.5'],
		['boolean', false, 'boolean', false],
		['category', 1, 'picklist', 'Primary'],
		['category', 'T3', 'string', 'Tertiary'],
		['choices', ['Français', 'English'], 'multipicklist', 'English;Français'],
		['choices', ['English'], 'picklist', 'English'],
	])('%s %p into %s is %p', (name, value, type, expected) => {
		expect(back(name, value, field(type))).toEqual({ ok: true, value: expected });
	});

	test('a choice goes back in the spelling of the Salesforce picklist', () => {
		const picklistValues = [{ value: 'ENGLISH' }, { value: 'primary' }];
		expect(back('choices', ['English'], field('multipicklist', { picklistValues }))).toMatchObject({
			value: 'ENGLISH',
		});
		expect(back('category', 1, field('picklist', { picklistValues }))).toMatchObject({
			value: 'primary',
		});
	});

	test.each<[AttributeName, string]>([
		['SMS', 'phone'],
		['text', 'string'],
		['date', 'date'],
		['float', 'double'],
		['category', 'picklist'],
		['choices', 'multipicklist'],
	])('an empty %s empties the %s field', (name, type) => {
		for (const empty of [undefined, null, '', ' ', []]) {
			expect(back(name, empty, field(type))).toEqual({ ok: true, value: null });
		}
	});
});

describe('left out', () => {
	test('an address that was taken away in Brevo: emptied in Salesforce it would freeze the contact', () => {
		expect(back('EMAIL', undefined, field('email'))).toEqual({ ok: true, value: undefined });
	});

	test('an unset yes/no attribute says neither yes nor no, and a checkbox cannot be null', () => {
		expect(back('boolean', undefined, field('boolean'))).toEqual(LEFT_OUT);
		expect(back('text', '', field('boolean'))).toEqual(LEFT_OUT);
	});

	test('the address that Brevo makes up for a phone-only contact is never written', () => {
		expect(back('EMAIL', '33058407248@mailin-sms.com', field('email'))).toEqual(LEFT_OUT);
		expect(back('EMAIL', '33058407248@MAILIN-SMS.com', field('string'))).toEqual(LEFT_OUT);
	});

	test('a day does not overwrite a moment: its time of day would be lost', () => {
		expect(back('date', '2026-05-01', field('datetime'))).toEqual(LEFT_OUT);
		expect(back('date', '', field('datetime'))).toEqual(LEFT_OUT);
	});

	test('fields that nobody may edit: read-only ones, formulas, those of a parent record', () => {
		expect(back('text', 'x', field('string', { updateable: false }))).toEqual(LEFT_OUT);
		expect(back('text', 'x', field('string', { calculated: true }))).toEqual(LEFT_OUT);
		expect(back('text', 'x', field('string', { name: 'Account.Name' }))).toEqual(LEFT_OUT);
	});

	test('pairs that are not mapped as Brevo documents: yes/no and drop-down lists', () => {
		expect(back('boolean', true, field('boolean'), new Set())).toEqual(LEFT_OUT);
		expect(back('text', 'Web', field('picklist'), new Set())).toEqual(LEFT_OUT);
		expect(back('text', '1', field('hologram'))).toEqual(LEFT_OUT);
	});
});

describe('refused', () => {
	test.each<[AttributeName, unknown, string, string, string]>([
		['date', '25/09/1990', 'date', 'date-format', 'text, 10 characters'],
		['date', '25/09/1990', 'string', 'date-format', 'text, 10 characters'],
		['date', '2026-02-31', 'date', 'date-format', 'text, 10 characters'],
		['text', '25/09/1990', 'date', 'date-format', 'text, 10 characters'],
		['text', '2026-05-01', 'datetime', 'date-format', 'text, 10 characters'],
		['text', '2026-05-01T07:25', 'datetime', 'date-format', 'text, 16 characters'],
		['text', '1,234', 'double', 'number-format', 'text, 5 characters'],
		['float', 'many', 'double', 'number-format', 'text, 4 characters'],
		['float', 12.5, 'int', 'value-type', 'number'],
		['text', 'yes', 'boolean', 'value-type', 'text, 3 characters'],
		['text', { a: 1 }, 'string', 'value-type', 'object'],
		['boolean', 'perhaps', 'boolean', 'value-type', 'text, 7 characters'],
		['SMS', 'none', 'phone', 'phone-digits', 'text, 4 characters'],
		['category', 'Quaternary', 'picklist', 'category-option', 'text, 10 characters'],
		['choices', ['English', 'Français'], 'picklist', 'value-type', 'list, 2 items'],
		['choices', ['a;b'], 'multipicklist', 'category-option', 'list, 1 item'],
	])('%s %p into %s by %s as "%s"', (name, value, type, limit, shape) => {
		expect(back(name, value, field(type))).toEqual({
			ok: false,
			limit,
			shape,
			field: 'Field__c',
			attribute: ATTRIBUTES[name].name,
		});
	});

	test('a text that does not fit its field (limits value-too-long, lead-first-name)', () => {
		const firstName = field('string', { name: 'FirstName', length: 40 });
		const into = (object: 'Contact' | 'Lead', letters: number) =>
			convertBack('é'.repeat(letters), firstName, ATTRIBUTES.text, object);
		expect(into('Lead', 40)).toMatchObject({ ok: true });
		expect(into('Lead', 41)).toMatchObject({ ok: false, limit: 'lead-first-name' });
		expect(into('Contact', 41)).toMatchObject({ ok: false, limit: 'value-too-long' });
		expect(back('category', 'T3', field('string', { length: 5 }))).toMatchObject({
			limit: 'value-too-long',
		});
	});
});
