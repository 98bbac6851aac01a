import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { isLimitId, LIMITS } from '../../sync/limits/table.ts';
import type { LiftableLimitId } from '../../sync/limits/table.ts';
import { convertValue } from '../../sync/mapping/convert.ts';
import { SALESFORCE_FIELD_TYPES } from '../../sync/mapping/field.ts';
import type { BrevoAttribute, SalesforceField } from '../../sync/mapping/field.ts';
import { mapRecord } from '../../sync/mapping/map-record.ts';
import type { Mapping } from '../../sync/mapping/pairs.ts';
import { sharedText, whenShared } from './mapping-data.ts';

const LIFTS = new Set<LiftableLimitId>(['formula-field', 'boolean-field', 'picklist-field']);
const ATTRIBUTES: readonly BrevoAttribute[] = [
	{ name: 'EMAIL', category: 'normal', type: 'text' },
	{ name: 'SMS', category: 'normal', type: 'text' },
	{ name: 'NOTE', category: 'normal', type: 'text' },
	{ name: 'BIRTHDAY', category: 'normal', type: 'date' },
	{ name: 'AMOUNT', category: 'normal', type: 'float' },
	{ name: 'VIP', category: 'normal', type: 'boolean' },
	{ name: 'LEVEL', category: 'category', enumeration: [{ value: 1, label: 'one' }] },
	{ name: 'TAGS', category: 'normal', type: 'multiple-choice', multiCategoryOptions: ['one'] },
];
const SHAPE =
	/^(nothing|number|object|yes\/no value|digits, \d+|text, \d+ characters?|list, \d+ items?)$/;

const anyField = fc
	.constantFrom(...SALESFORCE_FIELD_TYPES)
	.map((type): SalesforceField => ({ name: 'F', label: 'F', type }));
const dirty = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.emailAddress(),
	fc.stringMatching(/^[+0 ()x./-]{0,3}[0-9 ().-]{0,25}$/),
	fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
	fc.anything(),
);

describe('for every value of every type pair', () => {
	test('conversion never throws, names a known limit, and no shape holds the value', () => {
		fc.assert(
			fc.property(anyField, fc.constantFrom(...ATTRIBUTES), dirty, (field, attribute, value) => {
				const converted = convertValue(value, field, attribute, { lifts: LIFTS });
				if (converted.ok) return;
				expect(isLimitId(converted.limit)).toBe(true);
				if (LIMITS[converted.limit].direction === 'set-up') return;
				if (['boolean-field', 'picklist-field'].includes(converted.limit)) return;
				expect(converted.shape).toMatch(SHAPE);
			}),
			{ numRuns: 1000 },
		);
	});

	test('converting what was converted changes nothing, so an unchanged record costs no task', () => {
		const stable = fc.constantFrom('string', 'textarea', 'email', 'phone', 'date', 'double');
		const plain = ATTRIBUTES.filter(({ name }) => !['VIP', 'LEVEL', 'TAGS'].includes(name));
		fc.assert(
			fc.property(stable, fc.constantFrom(...plain), dirty, (type, attribute, value) => {
				const field = { name: 'F', label: 'F', type };
				const options = { defaultCountry: 'FR' } as const;
				const once = convertValue(value, field, attribute, options);
				if (!once.ok || once.value === undefined || once.value === '') return;
				expect(convertValue(once.value, field, attribute, options)).toEqual(once);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('real-world data', () => {
	whenShared('names of every locale pass unchanged', () => {
		const { locales } = JSON.parse(sharedText('contacts/names-by-locale.json')) as {
			locales: Record<string, Readonly<Record<string, unknown>>>;
		};
		const names = Object.values(locales)
			.flatMap((locale) => Object.values(locale))
			.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
			.filter((name) => typeof name === 'string');
		const field = { name: 'LastName', label: 'Last Name', type: 'string' };
		const note: BrevoAttribute = { name: 'NOTE', category: 'normal', type: 'text' };
		const changed = names.filter((name) => {
			const converted = convertValue(name, field, note);
			return !converted.ok || converted.value !== name.trim();
		});
		expect(names.length).toBeGreaterThan(2000);
		expect(changed).toEqual([]);
	});

	const FIELDS: readonly SalesforceField[] = [
		{ name: 'email', label: 'Email', type: 'email' },
		{ name: 'phone', label: 'Phone', type: 'phone' },
		{ name: 'name', label: 'Name', type: 'string' },
		{ name: 'born', label: 'Born', type: 'date' },
	];
	const MAPPING: Mapping = [
		{ attribute: 'EMAIL', field: 'email' },
		{ attribute: 'SMS', field: 'phone' },
		{ attribute: 'NOTE', field: 'name' },
		{ attribute: 'BIRTHDAY', field: 'born' },
	];
	const limitsOf = (
		file: string,
		columns: Readonly<Record<string, string>>,
		country: 'US' | 'GB',
	) => {
		const rows = parse<Record<string, string>>(sharedText(`contacts/${file}`), {
			columns: true,
			bom: true,
		});
		const counts: Record<string, number> = { mapped: 0 };
		for (const row of rows) {
			const record = Object.fromEntries(
				Object.entries(columns).map(([name, column]) => [name, row[column] ?? null]),
			);
			const mapped = mapRecord(record, MAPPING, FIELDS, ATTRIBUTES, { defaultCountry: country });
			const limits =
				mapped.kind === 'mapped' ? ['mapped'] : mapped.reasons.map(({ limit }) => limit);
			for (const limit of limits) counts[limit] = (counts[limit] ?? 0) + 1;
		}
		return counts;
	};

	whenShared('the dirty contact files end as contacts or under these limits, and no other', () => {
		const us = { email: 'personal_email', phone: 'personal_phone2', name: 'employee_last_name' };
		const uk = { email: 'email', phone: 'phone2', name: 'last_name' };
		const splink = { email: 'email', name: 'surname', born: 'dob' };
		expect({
			us: limitsOf('us-500.csv', us, 'US'),
			uk: limitsOf('uk-500.csv', uk, 'GB'),
			splink: limitsOf('splink-fake-1000.csv', splink, 'GB'),
		}).toEqual({
			us: { mapped: 500 },
			uk: { mapped: 500 },
			splink: { mapped: 867, 'email-or-sms-missing': 112, 'email-invalid': 21 },
		});
	});

	whenShared('the sample org of a Developer Edition: 20 contacts and 22 leads', () => {
		const org = JSON.parse(sharedText('salesforce/developer-edition.json')) as Record<
			'contacts' | 'leads',
			ReadonlyArray<Readonly<Record<string, unknown>>>
		>;
		const fields: readonly SalesforceField[] = [
			{ name: 'Email', label: 'Email', type: 'email' },
			{ name: 'MobilePhone', label: 'Mobile', type: 'phone' },
			{ name: 'LastName', label: 'Last Name', type: 'string' },
			{ name: 'Birthdate', label: 'Birthdate', type: 'date' },
		];
		const mapping: Mapping = [
			{ attribute: 'EMAIL', field: 'Email' },
			{ attribute: 'SMS', field: 'MobilePhone' },
			{ attribute: 'NOTE', field: 'LastName' },
			{ attribute: 'BIRTHDAY', field: 'Birthdate' },
		];
		const limits = [...org.contacts, ...org.leads]
			.map((record) => mapRecord(record, mapping, fields, ATTRIBUTES, { defaultCountry: 'US' }))
			.flatMap((mapped) => (mapped.kind === 'rejected' ? mapped.reasons : []))
			.map(({ limit }) => limit);
		expect(org.contacts.length + org.leads.length).toBe(42);
		expect(limits).toEqual([
			'email-invalid',
			'email-invalid',
			'email-or-sms-missing',
			'email-or-sms-missing',
		]);
	});
});
