// The smallest metadata: it reads national numbers of every region and knows their lengths, which
// is all that is asked of it. "max" also tells mobile from landline and costs twice the bytes; the
// tests show that both give the same number for every region's examples.
import { getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/min';
import { failed, passed } from './checked.ts';
import type { Checked } from './checked.ts';
import { digitsIn, digitsShape, shapeOf } from './shape.ts';

export type { CountryCode };

/** Help page R13: "entre 6 et 16 chiffres". Counted on the number with its country code. */
export const FEWEST_PHONE_DIGITS = 6;
export const MOST_PHONE_DIGITS = 16;

/** Every country that a number without a country code can be taken to be of (ISO 3166). */
export const phoneCountries = (): CountryCode[] => getCountries();

const fits = (digits: number): boolean =>
	digits >= FEWEST_PHONE_DIGITS && digits <= MOST_PHONE_DIGITS;

/** "0033..." as people write "+33..."; Brevo reference: SMS may be 91..., +91... or 0091.... */
const plusForDoubleZero = (text: string): string => text.replace(/^[\s(]*00/, '+');

/**
 * Reads the number as the default country would dial it; failing that, "00" as "+". Parsed is not
 * yet possible: libphonenumber also gives numbers that are too short or too long.
 */
function read(text: string, country: CountryCode | undefined): PhoneNumber | undefined {
	const dialled = parsePhoneNumberFromString(text, country);
	if (dialled?.isPossible()) return dialled;
	const international = parsePhoneNumberFromString(plusForDoubleZero(text), country);
	return international?.isPossible() ? international : dialled;
}

/**
 * Limits `phone-digits`, `phone-invalid`, `phone-country-missing`. Takes a number as people write
 * it and the country of numbers without a country code; gives E.164 ("+33612345678"). An extension
 * ("x123") is dropped: Brevo has no place for it.
 */
export function checkPhone(value: unknown, country?: CountryCode): Checked<string> {
	const raw = typeof value === 'number' ? String(value) : value;
	if (typeof raw !== 'string') return failed('phone-invalid', shapeOf(value));
	// East Asian keyboards give a full-width plus and digits.
	const text = raw.normalize('NFKC');
	const number = read(text, country);
	if (number?.isPossible()) {
		const digits = number.number.length - 1;
		return fits(digits) ? passed(number.number) : failed('phone-digits', digitsShape(digits));
	}
	const written = digitsIn(text);
	if (!fits(written)) return failed('phone-digits', digitsShape(written));
	const hasCountry = number !== undefined || country !== undefined || /^[\s(]*\+/.test(text);
	return failed(hasCountry ? 'phone-invalid' : 'phone-country-missing', digitsShape(written));
}
