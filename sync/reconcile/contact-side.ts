import type { StoredContact } from '../brevo/stored-contact.ts';
import { blankHash, storedHash } from '../field-hashes.ts';
import type { FieldHashes, Ledger, Link } from '../ledger/ledger.ts';
import { targetHash } from '../plan.ts';
import type { Profile } from '../profile.ts';

/** What Brevo's contacts are compared with. */
export interface ContactDesk {
	readonly ledger: Ledger;
	readonly integration: string;
	readonly profile: Profile;
	/** Changes come back from Brevo, too. */
	readonly isBothWays: boolean;
	/** Lists by the target of links. */
	readonly places: ReadonlyMap<string, readonly number[]>;
	/** Whether Salesforce has a record with this id. */
	readonly isRecord: (id: string) => boolean;
}

/** Where a contact differs from what was last written to it. */
export interface Drift {
	readonly brevoId: number;
	/** Hashes of what Brevo has, by attribute. */
	readonly fields: FieldHashes;
	/** It is missing in a list. */
	readonly isUnlisted: boolean;
}

/**
 * Brevo's side, a page at a time: which of the integration's contacts there are, and where they differ
 * from what the ledger knows. Keeps ids and hashes of what differs, no value.
 */
export class ContactSide {
	/** Contacts that were read, each once. */
	readonly seen = new Set<number>();
	/** Live links whose contact is there. */
	readonly present = new Map<string, number>();
	readonly drifted = new Map<string, Drift>();
	/** Contacts in a list that were taken out of it with their record. */
	readonly listed = new Map<string, number>();
	/** Contacts of records that have no link. */
	readonly unlinked = new Map<string, number>();
	/** Contacts without a Salesforce id. */
	bornInBrevo = 0;
	/** Contacts with a Salesforce id that this integration has not written. */
	ofOthers = 0;
	readonly #desk: ContactDesk;

	constructor(desk: ContactDesk) {
		this.#desk = desk;
	}

	async add(contacts: readonly StoredContact[]): Promise<void> {
		const { ledger, integration, isRecord } = this.#desk;
		const fresh = contacts.filter(({ id }) => !this.seen.has(id));
		const ids = fresh.flatMap(({ extId }) => extId ?? []);
		const links = await ledger.links.get(integration, ids);
		for (const contact of fresh) {
			this.seen.add(contact.id);
			const { extId } = contact;
			const link = extId === undefined ? undefined : links.get(extId);
			if (extId === undefined) this.bornInBrevo += 1;
			else if (link) this.#compare(contact, link);
			else if (isRecord(extId)) this.unlinked.set(extId, contact.id);
			else this.ofOthers += 1;
		}
	}

	#compare(contact: StoredContact, link: Link): void {
		const { recordId } = link;
		if (link.removedAt) {
			if (this.#wasTakenOut(link) && this.#isInAList(contact))
				this.listed.set(recordId, contact.id);
			return;
		}
		this.present.set(recordId, contact.id);
		const fields = this.#differing(contact, link);
		const isUnlisted = this.#isUnlisted(contact, link);
		if (isUnlisted || Object.keys(fields).length > 0)
			this.drifted.set(recordId, { brevoId: contact.id, fields, isUnlisted });
	}

	#differing(contact: StoredContact, link: Link): FieldHashes {
		const { ledger, profile, isBothWays } = this.#desk;
		const differing: Record<string, string> = {};
		for (const { attribute: name } of profile.rows) {
			const hash = storedHash(ledger, contact, name, profile.attributes);
			const base = link.fields[name];
			// The first write leaves alone what Brevo has where Salesforce has nothing.
			const isKept = !isBothWays && base === blankHash(ledger, name);
			if (hash !== base && !isKept) differing[name] = hash;
		}
		return differing;
	}

	/** A target whose lists are not known says nothing; nor does who left a list by their own wish. */
	#isUnlisted({ listIds, listUnsubscribed }: StoredContact, { target }: Link): boolean {
		const lists = this.#desk.places.get(target) ?? [];
		return lists.some((id) => !listIds.includes(id) && !listUnsubscribed.includes(id));
	}

	#isInAList({ listIds }: StoredContact): boolean {
		return [...this.#desk.places.values()].some((lists) =>
			lists.some((id) => listIds.includes(id)),
		);
	}

	/** Not one that a deletion was to leave alone, or whose address another record has taken. */
	#wasTakenOut({ target }: Link): boolean {
		return target === targetHash(this.#desk.ledger, '');
	}
}
