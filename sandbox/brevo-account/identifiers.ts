/** What makes a contact one contact: identifiers that are unique in the account. */

export const IDENTIFIERS = ['email', 'ext_id', 'SMS', 'WHATSAPP', 'LANDLINE_NUMBER'] as const;
export type Identifier = (typeof IDENTIFIERS)[number];
export type IdentifierValues = Partial<Record<Identifier, string>>;

/** Letters, digits and hyphens in the domain: 'b.levy@expressl&t.net' is refused. */
const EMAIL = /^[^\s@"(),:;<>[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/i;

export const isEmail = (value: string): boolean => value.length <= 254 && EMAIL.test(value);

/**
 * Digits of a phone with country code, or undefined when Brevo would refuse it. Brevo takes
 * 91xxxxxxxxxx, +91… and 0091…, also "+44 (0)7771234567" (changelog 2020-04-29), 6 to 16 digits.
 */
export function phoneDigits(value: string): string | undefined {
	const text = value.trim().replace(/\(0\)/, '');
	if (!/^(\+|00)?[\d\s().-]+$/.test(text)) return undefined;
	const digits = text.replace(/^00/, '').replace(/\D/g, '');
	// A number that begins with 0 has no country code.
	return digits.length >= 6 && digits.length <= 16 && !digits.startsWith('0') ? digits : undefined;
}

/** RudderStack and Brevo's own examples: a contact without address gets one of this domain. */
export const syntheticEmail = (digits: string): string => `${digits}@mailin-sms.com`;
