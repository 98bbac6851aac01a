import { entryOf } from './entry-of.ts';
import type { StoredContact } from './brevo/stored-contact.ts';
import type { FieldHashes, Ledger } from './ledger/ledger.ts';
import { canonicalText } from './mapping/canonical.ts';
import { type BrevoAttribute, findAttribute } from './mapping/field.ts';
import { canonicalValue } from './mapping/field-values.ts';
import type { MappedContact } from './mapping/map-record.ts';

type Hasher = Pick<Ledger, 'hash'>;

/** Long enough that two values of one field never meet; a link holds one for each field. */
const LENGTH = 16;

/** Keyed hash of one attribute's canonical value; what a link remembers instead of the value. */
export const fieldHash = (ledger: Hasher, attribute: string, canonical: string): string =>
	ledger.hash(`field|${attribute}|${canonical}`).slice(0, LENGTH);

/** Hashes of all that a contact says, EMAIL included. */
export function fieldHashes(ledger: Hasher, contact: MappedContact): FieldHashes {
	const { email, attributes } = contact;
	const values = { ...attributes, ...(email !== undefined && { EMAIL: email }) };
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [
			name,
			fieldHash(ledger, name, canonicalText(name, value)),
		]),
	);
}

/** The hash of "empty" for this attribute. */
export const blankHash = (ledger: Hasher, attribute: string): string =>
	fieldHash(ledger, attribute, canonicalText(attribute, ''));

/** Brevo gives a contact that has only a phone such an address; it is nobody's. */
const SYNTHETIC_EMAIL = /@mailin-sms\.com$/i;

/** The address of a contact as Brevo has it, in lower case; '' when it has none of its own. */
export const emailIn = ({ email = '' }: Pick<StoredContact, 'email'>): string =>
	SYNTHETIC_EMAIL.test(email) ? '' : email.trim().toLowerCase();

/** Hash of what a contact in Brevo has for this attribute. */
export function storedHash(
	ledger: Hasher,
	stored: Pick<StoredContact, 'email' | 'attributes'>,
	name: string,
	attributes: readonly BrevoAttribute[],
): string {
	const value = name === 'EMAIL' ? emailIn(stored) : entryOf(stored.attributes, name);
	const attribute = findAttribute(name, attributes);
	const canonical = attribute ? canonicalValue(attribute, value) : canonicalText(name, value);
	return fieldHash(ledger, name, canonical);
}
