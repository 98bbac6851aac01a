import type { IdentifierHashes, Ledger } from './ledger/ledger.ts';
import type { MappedContact } from './mapping/map-record.ts';

/** Hashes of a contact's e-mail address (already case-folded) and SMS number (already E.164). */
export function identifierHashes(
	ledger: Pick<Ledger, 'hash'>,
	contact: Pick<MappedContact, 'email' | 'attributes'>,
): IdentifierHashes {
	const sms = contact.attributes['SMS'];
	return {
		...(contact.email && { emailHash: ledger.hash(`email|${contact.email}`) }),
		...(typeof sms === 'string' && sms !== '' && { smsHash: ledger.hash(`sms|${sms}`) }),
	};
}

/** A hash of which nobody remembers whether it is an address's or a number's. */
export const ofEitherKind = (hash: string): IdentifierHashes => ({
	emailHash: hash,
	smsHash: hash,
});
