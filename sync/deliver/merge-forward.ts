import type { BrevoContact } from '../brevo/contact.ts';
import type { StoredContact } from '../brevo/stored-contact.ts';
import { blankHash, emailIn, fieldHashes, storedHash } from '../field-hashes.ts';
import { identifierHashes } from '../identity.ts';
import type { Conflict, FieldHashes, IdentifierHashes, Ledger, Link } from '../ledger/ledger.ts';
import { resolve, type Resolution } from '../merge.ts';
import type { Profile } from '../profile.ts';
import type { Delivery } from './delivery.ts';

/** What a merge found out about a record's contact. */
export interface Merged {
	/** What both sides have once the contact is written, and, of `owed`, what Salesforce has. */
	readonly agreed: FieldHashes;
	readonly identifiers: IdentifierHashes;
	/**
	 * Brevo has already what Salesforce has and the link does not know: the write of a run that died,
	 * which its task paid for.
	 */
	readonly wasWritten: boolean;
	/** Attributes whose value in Brevo still has to go to Salesforce. */
	readonly owed: readonly string[];
	/** So has a new opt-out in Brevo. */
	readonly owesOptOut: boolean;
	readonly conflicts: ReadonlyArray<Omit<Conflict, 'at'>>;
}

/** Only a new opt-out is carried: who was allowed again in Brevo since stays so there. */
export const isNewOptOut = (contact: BrevoContact, link: Link | undefined): boolean =>
	contact.emailBlacklisted === true && !(link && !link.removedAt && link.salesforceOptedOut);

export interface MergeOptions {
	/** The contact has to go to another list than before. */
	readonly isNewTarget: boolean;
	/** Told what was found, before anything is written. */
	readonly note: (merged: Merged) => void;
}

/**
 * Both ways: only what has changed in Salesforce is sent, so that an edit in Brevo that is still on
 * its way back is not overwritten.
 */
export function forwardMerge(
	ledger: Ledger,
	{ rows, attributes }: Profile,
	link: Link,
	delivery: Delivery,
	{ isNewTarget, note }: MergeOptions,
): (stored: StoredContact) => BrevoContact | undefined {
	return (stored) => {
		const { contact, sync } = delivery;
		const wanted = fieldHashes(ledger, contact);
		const stamps = {
			salesforce: Date.parse(sync?.systemModstamp ?? ''),
			brevo: Date.parse(stored.modifiedAt ?? ''),
		};
		const resolved = Object.entries(wanted).map(([name, salesforce]) => {
			const sides = {
				base: link.fields[name],
				salesforce,
				brevo: storedHash(ledger, stored, name, attributes),
				blank: blankHash(ledger, name),
			};
			const rule = rows.find(({ attribute }) => attribute === name)?.rule ?? 'salesforce';
			return {
				name,
				hash: salesforce,
				...resolve(sides, rule, stamps, sync?.inDoubt && 'salesforce'),
			};
		});
		const names = (winner: Resolution['winner']): ReadonlySet<string> =>
			new Set(resolved.filter((one) => one.winner === winner).map(({ name }) => name));
		const sent = names('salesforce');
		const owed = names('brevo');
		const { integration, recordId } = link;
		note({
			// Where Brevo wins this is what Salesforce has: whatever Brevo has by then goes back to it.
			agreed: wanted,
			identifiers: owed.has('EMAIL')
				? identifierHashes(ledger, { ...contact, email: emailIn(stored) })
				: identifierHashes(ledger, contact),
			wasWritten: resolved.some(
				({ name, hash, winner }) => winner === 'agreed' && link.fields[name] !== hash,
			),
			owed: [...owed],
			owesOptOut: stored.emailBlacklisted && link.brevoOptedOut !== true,
			conflicts: resolved
				.filter(({ conflict }) => conflict)
				.map(({ name, winner }) => ({
					integration,
					recordId,
					field: name,
					winner: winner === 'brevo' ? 'brevo' : 'salesforce',
				})),
		});
		const isRenamed =
			storedHash(ledger, stored, 'EMAIL', attributes) !== (link.fields['EMAIL'] ?? '');
		// A new address alone lifts Brevo's blocklisting (Brevo reference).
		const wasLifted = link.brevoOptedOut === true && isRenamed;
		const optsOut = !stored.emailBlacklisted && (wasLifted || isNewOptOut(contact, link));
		if (sent.size === 0 && !optsOut && !isNewTarget) return undefined;
		return {
			...(contact.ext_id !== undefined && { ext_id: contact.ext_id }),
			...(contact.email !== undefined && sent.has('EMAIL') && { email: contact.email }),
			...(optsOut && { emailBlacklisted: true }),
			attributes: Object.fromEntries(
				Object.entries(contact.attributes).filter(([name]) => sent.has(name)),
			),
		};
	};
}
