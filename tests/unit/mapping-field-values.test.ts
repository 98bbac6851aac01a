import fc from 'fast-check';
import { canonicalText } from '../../sync/mapping/canonical.ts';
import { convertValue } from '../../sync/mapping/convert.ts';
import { ALL_LIFTED } from '../../sync/limits/lifts.ts';
import type { BrevoAttribute } from '../../sync/mapping/field.ts';
import { canonicalValue } from '../../sync/mapping/field-values.ts';
import { PLAIN_ATTRIBUTES } from './attributes.ts';

const ATTRIBUTES = {
	...PLAIN_ATTRIBUTES,
	category: {
		name: 'LEVEL',
		category: 'category',
		enumeration: [
			{ value: 1, label: 'Primary', valueStr: '1' },
			{ value: 2, label: '1' },
			{ value: 0, label: 'Tertiary', valueStr: 'T3' },
		],
	},
} as const satisfies Record<string, BrevoAttribute>;
type AttributeName = keyof typeof ATTRIBUTES;
const names = Object.keys(ATTRIBUTES) as AttributeName[];
const canonical = (name: AttributeName, value: unknown) => canonicalValue(ATTRIBUTES[name], value);

describe('spellings that leave Brevo in the same state have one text', () => {
	test.each<[AttributeName, unknown[]]>([
		['EMAIL', ['rose@edge.com', ' Rose@Edge.COM ']],
		['EMAIL', ['jo@münchen.de', 'jo@xn--mnchen-3ya.de']],
		['SMS', ['+33612345678', '33612345678', '0033 6 12 34 56 78', 33_612_345_678]],
		['text', [' Zoë\u0000 ', 'Zoë']],
		['text', ['one\r\ntwo', 'one\ntwo']],
		['text', [44_300, '44300']],
		['date', ['2026-05-01', '2026-05-01T00:00:00.000Z', '2026-05-01 00:00:00', ' 2026-05-01']],
		['float', [12.5, '12.50', '12.5', ' 12.5 ']],
		['float', [0, -0, '0']],
		['boolean', [true, 'true']],
		['boolean', [false, 'false']],
		['category', [1, '1', 'Primary', 'primary']],
		['category', ['T3', 'Tertiary', 'tertiary']],
		[
			'choices',
			[
				['Français', 'English', 'English'],
				['english', 'français'],
			],
		],
		['choices', [['English'], 'English']],
	])('%s: %p', (name, spellings) => {
		const texts = new Set(spellings.map((spelling) => canonical(name, spelling)));
		expect([...texts]).toHaveLength(1);
		expect(texts).not.toContain('');
	});

	test.each(names)('an empty %s is "", however it is written', (name) => {
		for (const empty of [undefined, null, '', '  ', [], Number.NaN]) {
			expect(canonical(name, empty)).toBe('');
		}
	});

	test('the address that Brevo makes up for a phone-only contact is no address', () => {
		expect(canonical('EMAIL', '33058407248@mailin-sms.com')).toBe('');
		expect(canonical('text', '33058407248@mailin-sms.com')).not.toBe('');
	});
});

describe('values that differ in Brevo have another text', () => {
	test.each<[AttributeName, unknown[]]>([
		['EMAIL', ['a@b.co', 'b@b.co']],
		['SMS', ['33612345678', '33612345679', '']],
		['text', ['x', 'X', '']],
		['date', ['2026-05-01', '2026-05-02', '05/01/2026', '2026-02-31', '']],
		['float', [1, 1.1, 'many', '']],
		['boolean', [true, false, '']],
		['category', [1, 2, 'T3', 'unknown', '']],
		['choices', [['English'], ['Français'], ['English', 'Français'], []]],
	])('%s: %p', (name, values) => {
		expect(new Set(values.map((value) => canonical(name, value))).size).toBe(values.length);
	});
});

const anything = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.emailAddress(),
	fc.stringMatching(/^\+?[0-9 ]{0,18}$/),
	fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
	fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
	fc.constantFrom('Primary', 'TERTIARY', 'English;français', 'true'),
	fc.jsonValue(),
);

test('no value of JSON makes it throw, and its own text is canonical already', () => {
	fc.assert(
		fc.property(fc.constantFrom(...names), anything, (name, value) => {
			const once = canonical(name, value);
			const again: unknown = name === 'choices' && once !== '' ? JSON.parse(once) : once;
			expect(canonical(name, again)).toBe(once);
		}),
		{ numRuns: 1000 },
	);
});

test('what the way there sends has the text that the links remember of it', () => {
	const types = ['string', 'email', 'phone', 'date', 'double', 'boolean', 'picklist'] as const;
	const pairs = fc.tuple(fc.constantFrom(...types, 'multipicklist'), fc.constantFrom(...names));
	fc.assert(
		fc.property(pairs, anything, ([type, name], value) => {
			const field = { name: 'F', label: 'F', type };
			const options = { lifts: ALL_LIFTED, defaultCountry: 'FR' } as const;
			const sent = convertValue(value, field, ATTRIBUTES[name], options);
			if (!sent.ok || sent.value === undefined) return;
			if (/@mailin-sms\.com$/i.test(String(sent.value))) return;
			expect(canonical(name, sent.value)).toBe(canonicalText(ATTRIBUTES[name].name, sent.value));
		}),
		{ numRuns: 1000 },
	);
});
