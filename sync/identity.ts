import type { Ledger } from './ledger/ledger.ts';
import type { MappedContact } from './mapping/map-record.ts';

/** Keyed hashes of the identifiers that are unique in a Brevo account, to see who owns them. */
export interface IdentifierHashes {
	readonly emailHash?: string;
	readonly smsHash?: string;
}

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
