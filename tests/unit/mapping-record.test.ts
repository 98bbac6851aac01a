import { mapRecord } from '../../sync/mapping/map-record.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import type { Mapping } from '../../sync/mapping/pairs.ts';

const FIELDS: readonly SalesforceField[] = [
	{ name: 'Email', label: 'Email', type: 'email' },
	{ name: 'MobilePhone', label: 'Mobile', type: 'phone' },
	{ name: 'Birthdate', label: 'Birthdate', type: 'date' },
	{ name: 'LastName', label: 'Last Name', type: 'string' },
	{ name: 'Account.Name', label: 'Account Name', type: 'string' },
];
const ATTRIBUTES: readonly BrevoAttribute[] = [
	{ name: 'LASTNAME', category: 'normal', type: 'text' },
	{ name: 'BIRTHDAY', category: 'normal', type: 'date' },
	{ name: 'COMPANY', category: 'normal', type: 'text' },
];
const MAPPING: Mapping = [
	{ attribute: 'EMAIL', field: 'Email' },
	{ attribute: 'SMS', field: 'MobilePhone' },
	{ attribute: 'BIRTHDAY', field: 'Birthdate' },
	{ attribute: 'LASTNAME', field: 'LastName' },
	{ attribute: 'COMPANY', field: 'Account.Name' },
];
const ROSE = {
	Id: '003dM00001vWOXJQA4',
	Email: 'Rose@Edge.com',
	MobilePhone: '(512) 757-9340',
	Birthdate: '1961-02-10',
	LastName: 'Gonzalez',
	Account: { Name: 'Edge Communications' },
	Title: 'SVP, Procurement',
};
const without = (name: string) =>
	Object.fromEntries(Object.entries(ROSE).filter(([field]) => field !== name));
const map = (changes: Readonly<Record<string, unknown>>, mapping = MAPPING) =>
	mapRecord({ ...ROSE, ...changes }, mapping, FIELDS, ATTRIBUTES, { defaultCountry: 'US' });

test('a record becomes a contact; fields that you leave out of the mapping are not synced', () => {
	expect(map({})).toEqual({
		kind: 'mapped',
		contact: {
			email: 'rose@edge.com',
			ext_id: '003dM00001vWOXJQA4',
			attributes: {
				SMS: '+15127579340',
				BIRTHDAY: '1961-02-10',
				LASTNAME: 'Gonzalez',
				COMPANY: 'Edge Communications',
			},
		},
		leftOut: [],
		emailEmptied: false,
	});
});

test('a record without e-mail and without a mobile number is no contact (limit email-or-sms-missing)', () => {
	expect(map({ Email: null, MobilePhone: '  ' })).toEqual({
		kind: 'rejected',
		reasons: [{ limit: 'email-or-sms-missing' }],
		emailEmptied: true,
	});
});

test('an emptied e-mail is told apart from one that was never selected (limit email-emptied)', () => {
	const unselected = without('Email');
	expect(map({ Email: '' })).toMatchObject({ kind: 'mapped', emailEmptied: true });
	expect(
		mapRecord(unselected, MAPPING, FIELDS, ATTRIBUTES, { defaultCountry: 'US' }),
	).toMatchObject({
		kind: 'mapped',
		emailEmptied: false,
	});
});

test('a phone emptied in Salesforce is not emptied in Brevo (limit phone-cleared)', () => {
	const mapped = map({ MobilePhone: null });
	expect(mapped).toMatchObject({
		kind: 'mapped',
		leftOut: [{ limit: 'phone-cleared', field: 'MobilePhone', attribute: 'SMS' }],
	});
	expect(mapped.kind === 'mapped' && Object.keys(mapped.contact.attributes)).not.toContain('SMS');
});

test('a phone number outside 6 to 16 digits keeps the whole record out (limit phone-digits)', () => {
	expect(map({ MobilePhone: '1234' })).toEqual({
		kind: 'rejected',
		reasons: [
			{ limit: 'phone-digits', field: 'MobilePhone', attribute: 'SMS', shape: 'digits, 4' },
		],
		emailEmptied: false,
	});
});

test('all reasons are told, not only the first, and none holds a value', () => {
	const rejected = map({
		Email: 'b.levy@expressl&t.net',
		MobilePhone: '1234',
		Birthdate: '10/02/61',
	});
	expect(rejected).toMatchObject({
		reasons: [{ limit: 'email-invalid' }, { limit: 'phone-digits' }, { limit: 'date-format' }],
	});
	expect(JSON.stringify(rejected)).not.toMatch(/levy|1234|10\/02/);
});

test('an emptied text or date is cleared; a parent that is gone counts as empty', () => {
	expect(map({ LastName: null, Birthdate: null, Account: null })).toMatchObject({
		contact: { attributes: { LASTNAME: '', BIRTHDAY: '', COMPANY: '' } },
	});
});

test('a field that the record does not bring stays as it is in Brevo', () => {
	const record = without('Birthdate');
	const mapped = mapRecord(record, MAPPING, FIELDS, ATTRIBUTES, { defaultCountry: 'US' });
	expect(mapped.kind === 'mapped' && Object.keys(mapped.contact.attributes)).toEqual([
		'SMS',
		'LASTNAME',
		'COMPANY',
	]);
});

test('a path may also stand as one key, as other n8n nodes write it', () => {
	expect(map({ 'Account.Name': 'GenePoint' })).toMatchObject({
		contact: { attributes: { COMPANY: 'GenePoint' } },
	});
});

test('an id that is no 18-character Salesforce id is not sent as ext_id', () => {
	for (const Id of ['003dM00001vWOXJ', '', 7, null, '003dM00001vWOXJQA4 ']) {
		const mapped = map({ Id });
		expect(mapped.kind === 'mapped' && Object.keys(mapped.contact)).toEqual([
			'email',
			'attributes',
		]);
	}
});

test('a field or attribute that vanished after the pre-flight rejects instead of being dropped', () => {
	const vanished = [
		...MAPPING,
		{ attribute: 'COMPANY', field: 'Gone__c' },
		{ attribute: 'GONE', field: 'LastName' },
	];
	expect(map({}, vanished)).toMatchObject({
		kind: 'rejected',
		reasons: [
			{ limit: 'field-missing', field: 'Gone__c' },
			{ limit: 'attribute-missing', attribute: 'GONE' },
		],
	});
});
