import { parsePhoneNumberFromString as parseWithMax } from 'libphonenumber-js/max';
import { checkPhone, phoneCountries } from '../../sync/limits/checks/phone.ts';
import type { CountryCode } from '../../sync/limits/checks/phone.ts';
import { sharedText, whenShared } from './mapping-data.ts';

describe('phone numbers of every region', () => {
	interface Written {
		readonly e164: string;
		readonly international: string;
		readonly national: string;
		readonly rfc3966: string;
	}
	const examples = (): Array<[CountryCode, Written]> => {
		const { countries } = JSON.parse(sharedText('contacts/phone-examples-by-country.json')) as {
			countries: Record<string, Record<string, Written | number>>;
		};
		return Object.entries(countries).flatMap(([region, types]) =>
			Object.values(types)
				.filter((written): written is Written => typeof written === 'object')
				.map((written): [CountryCode, Written] => [region as CountryCode, written]),
		);
	};

	/** Benin went from 8 to 10 digits in 2024; two examples of the data are of the old plan. */
	const OLD_PLAN = new Set(['+22985751234', '+22981123456']);

	whenShared('all four ways of writing a number give its E.164 form', () => {
		const all = examples().filter(([, { e164 }]) => !OLD_PLAN.has(e164));
		const wrong = all.flatMap(([region, written]) =>
			Object.entries(written)
				.map(([format, text]) => ({ region, format, text, checked: checkPhone(text, region) }))
				.filter(({ checked }) => !checked.ok || checked.value !== written.e164),
		);
		expect(all.length).toBeGreaterThan(700);
		expect(new Set(all.map(([region]) => region)).size).toBe(245);
		expect(wrong).toEqual([]);
	});

	whenShared('the small metadata judge and read every number as the full ones do', () => {
		for (const [region, { national }] of examples()) {
			const full = parseWithMax(national, region);
			const checked = checkPhone(national, region);
			expect(checked.ok ? checked.value : 'refused').toBe(
				full?.isPossible() ? full.number : 'refused',
			);
		}
	});
});

describe('limit phone-digits: the phone number must have 6 to 16 digits', () => {
	test.each([
		['1234', 'FR', 'digits, 4'],
		['1234', undefined, 'digits, 4'],
		['n/a', 'FR', 'digits, 0'],
		['911', 'US', 'digits, 3'],
		['+12345678901234567', 'FR', 'digits, 17'],
		['06 12 34 56 78 / 07 12 34 56 78', 'FR', 'digits, 20'],
	] as const)('%s (%s) is refused as %s', (text, country, shape) => {
		expect(checkPhone(text, country)).toEqual({ ok: false, limit: 'phone-digits', shape });
	});

	test('100,000 digits are refused at once', () => {
		expect(checkPhone('0'.repeat(100_000), 'FR')).toMatchObject({ limit: 'phone-digits' });
	});

	test('the digits are counted with the country code: 5 national ones can be enough', () => {
		expect(checkPhone('62889', 'AC')).toEqual({ ok: true, value: '+24762889' });
	});
});

describe('a phone number becomes E.164', () => {
	test.each([
		['06 12 34 56 78', 'FR', '+33612345678'],
		['06.12.34.56.78', 'FR', '+33612345678'],
		['0033612345678', undefined, '+33612345678'],
		['0033612345678', 'US', '+33612345678'],
		['011 33 6 12 34 56 78', 'US', '+33612345678'],
		['33612345678', 'FR', '+33612345678'],
		['+44 (0)7771234567', undefined, '+447771234567'],
		['+49 0711 2842222', undefined, '+497112842222'],
		['(512) 757-6000', 'US', '+15127576000'],
		['(512) 757-6000 x123', 'US', '+15127576000'],
		['(512) 757-6000 ext. 12', 'US', '+15127576000'],
		['Mob. 06 12 34 56 78', 'FR', '+33612345678'],
		['＋３３ ６１２３４５６７８', undefined, '+33612345678'],
		['٠٦١٢٣٤٥٦٧٨', 'FR', '+33612345678'],
		[33612345678, 'FR', '+33612345678'],
	] as const)('%s (%s) is %s', (text, country, value) => {
		expect(checkPhone(text, country)).toEqual({ ok: true, value });
	});

	test('without country code and default country it is refused (limit phone-country-missing)', () => {
		expect(checkPhone('06 12 34 56 78')).toEqual({
			ok: false,
			limit: 'phone-country-missing',
			shape: 'digits, 10',
		});
	});

	test.each([
		['+999123456', undefined],
		['(5) 555-4729', 'MX'],
	] as const)('%s (%s) fits no numbering plan (limit phone-invalid)', (text, country) => {
		expect(checkPhone(text, country)).toMatchObject({ ok: false, limit: 'phone-invalid' });
	});
});

test('the countries to choose from are those of the phone library', () => {
	expect(phoneCountries()).toEqual(expect.arrayContaining(['FR', 'US', 'AC']));
	expect(phoneCountries().length).toBeGreaterThanOrEqual(245);
});
