import type { SandboxClock } from '../service.ts';
import type { Attributes } from './attributes.ts';
import {
	type Identifier,
	IDENTIFIERS,
	type IdentifierValues,
	isEmail,
	phoneDigits,
	syntheticEmail,
} from './identifiers.ts';

export interface Contact {
	readonly id: number;
	ids: IdentifierValues;
	/** Without the identifiers. */
	attributes: Record<string, unknown>;
	/** Most contacts are in one; a Set each would be most of the memory. */
	lists: readonly number[];
	emailBlacklisted: boolean;
	smsBlacklisted: boolean;
	readonly createdAt: number;
	modifiedAt: number;
}

/** What a request wants a contact to be. */
export interface ContactChange {
	readonly email?: string;
	readonly extId?: string;
	readonly attributes?: Readonly<Record<string, unknown>>;
	readonly listIds?: readonly number[];
	readonly unlinkListIds?: readonly number[];
	readonly emailBlacklisted?: boolean;
	readonly smsBlacklisted?: boolean;
}

export type ChangeResult =
	| { readonly kind: 'created' | 'updated'; readonly contact: Contact }
	| {
			readonly kind: 'duplicate';
			readonly while: 'create' | 'update';
			readonly identifiers: readonly Identifier[];
	  }
	| { readonly kind: 'invalid'; readonly message: string };

export type ChangeKind = 'contact_updated' | 'contact_deleted' | 'list_addition' | 'unsubscribed';
export interface ContactEvent {
	readonly kind: ChangeKind;
	readonly contact: Contact;
	readonly listIds?: readonly number[];
	readonly blacklisted?: boolean;
}

/** All contacts of the account, indexed by each identifier. */
export class Contacts {
	readonly #clock: SandboxClock;
	readonly #attributes: Attributes;
	readonly #byId = new Map<number, Contact>();
	readonly #index: Record<Identifier, Map<string, number>>;
	readonly #members = new Map<number, Set<number>>();
	/** All of them, for pages; made anew after one was removed. */
	#inOrder: Contact[] | undefined = [];
	#nextId = 1;
	/** Told of every change; the webhooks listen. */
	onEvent: (event: ContactEvent) => void = () => undefined;

	constructor(clock: SandboxClock, attributes: Attributes) {
		this.#clock = clock;
		this.#attributes = attributes;
		const empty = IDENTIFIERS.map((name) => [name, new Map<string, number>()] as const);
		this.#index = Object.fromEntries(empty) as Record<Identifier, Map<string, number>>;
	}

	get size(): number {
		return this.#byId.size;
	}

	byId(id: number): Contact | undefined {
		return this.#byId.get(id);
	}

	find(identifier: Identifier, value: string): Contact | undefined {
		const id = this.#index[identifier].get(normal(identifier, value));
		return id === undefined ? undefined : this.#byId.get(id);
	}

	/** In order of creation. */
	all(): readonly Contact[] {
		return (this.#inOrder ??= [...this.#byId.values()]);
	}

	members(listId: number): ReadonlySet<number> {
		return this.#members.get(listId) ?? new Set();
	}

	/**
	 * Creates a contact, or with `mayUpdate` (updateEnabled) updates the one that the first of the
	 * identifiers names; the others must be free or its own, because nothing is merged without
	 * forceMerge (Brevo SDK 6).
	 */
	upsert(change: ContactChange, mayUpdate: boolean): ChangeResult {
		const wanted = this.#identifiers(change);
		if (typeof wanted === 'string') return { kind: 'invalid', message: wanted };
		const owners = this.#owners(wanted);
		const [owner] = owners;
		if (!owner) return { kind: 'created', contact: this.#create(wanted, change) };
		const [named] = entries(wanted);
		if (!mayUpdate || owner.identifier !== named?.[0]) {
			const identifiers = owners.map(({ identifier }) => identifier);
			return { kind: 'duplicate', while: 'create', identifiers };
		}
		return this.#update(owner.contact, wanted, change);
	}

	/** Updates one contact. */
	update(contact: Contact, change: ContactChange): ChangeResult {
		const wanted = this.#identifiers(change);
		if (typeof wanted === 'string') return { kind: 'invalid', message: wanted };
		return this.#update(contact, wanted, change);
	}

	remove(contact: Contact): void {
		for (const listId of contact.lists) this.#members.get(listId)?.delete(contact.id);
		for (const [name, value] of entries(contact.ids)) this.#index[name].delete(normal(name, value));
		this.#byId.delete(contact.id);
		this.#inOrder = undefined;
		this.onEvent({ kind: 'contact_deleted', contact });
	}

	/** True when the contact was not in the list. */
	addToList(contact: Contact, listId: number): boolean {
		if (contact.lists.includes(listId)) return false;
		contact.lists = [...contact.lists, listId];
		const members = this.#members.get(listId) ?? new Set();
		this.#members.set(listId, members.add(contact.id));
		return true;
	}

	removeFromList(contact: Contact, listId: number): boolean {
		if (!contact.lists.includes(listId)) return false;
		this.#members.get(listId)?.delete(contact.id);
		contact.lists = contact.lists.filter((id) => id !== listId);
		return true;
	}

	/** An attribute is deleted, and with it what the contacts have in it. */
	forgetAttribute(name: string): void {
		for (const contact of this.all()) contact.attributes = without(contact.attributes, name);
	}

	/** The identifiers of a change, or what is wrong with one. */
	#identifiers({ email, extId, attributes = {} }: ContactChange): IdentifierValues | string {
		const ids: IdentifierValues = {};
		const address =
			email ?? (typeof attributes['EMAIL'] === 'string' ? attributes['EMAIL'] : undefined);
		if (address !== undefined && address !== '') {
			if (!isEmail(address)) return 'Invalid email address';
			ids.email = address.toLowerCase();
		}
		if (extId !== undefined && extId !== '') ids.ext_id = extId;
		for (const name of ['SMS', 'WHATSAPP', 'LANDLINE_NUMBER'] as const) {
			const value = attributes[name] as string | number | undefined;
			if (value === undefined || value === '') continue;
			const digits = phoneDigits(typeof value === 'number' ? String(value) : value);
			if (digits === undefined) return 'Invalid phone number';
			ids[name] = digits;
		}
		return ids;
	}

	#owners(
		ids: IdentifierValues,
	): Array<{ readonly identifier: Identifier; readonly contact: Contact }> {
		return entries(ids).flatMap(([identifier, value]) => {
			const contact = this.find(identifier, value);
			return contact ? [{ identifier, contact }] : [];
		});
	}

	#create(ids: IdentifierValues, change: ContactChange): Contact {
		const now = this.#clock.now();
		const phone = ids.SMS ?? ids.WHATSAPP ?? ids.LANDLINE_NUMBER;
		// One number may be somebody's WhatsApp and somebody else's SMS; an address is one contact's.
		const address = phone === undefined ? undefined : syntheticEmail(phone);
		const isFree = address !== undefined && !this.find('email', address);
		const withAddress = !ids.email && isFree ? { ...ids, email: address } : ids;
		const contact: Contact = {
			id: this.#nextId++,
			ids: {},
			attributes: {},
			lists: [],
			emailBlacklisted: false,
			smsBlacklisted: false,
			createdAt: now,
			modifiedAt: now,
		};
		this.#byId.set(contact.id, contact);
		this.#inOrder?.push(contact);
		this.#apply(contact, withAddress, change);
		return contact;
	}

	#update(contact: Contact, ids: IdentifierValues, change: ContactChange): ChangeResult {
		const taken = this.#owners(ids).filter(({ contact: owner }) => owner.id !== contact.id);
		if (taken.length > 0)
			return {
				kind: 'duplicate',
				while: 'update',
				identifiers: taken.map(({ identifier }) => identifier),
			};
		const renamed =
			ids.email !== undefined && contact.ids.email !== undefined && ids.email !== contact.ids.email;
		this.#apply(contact, ids, change);
		// Brevo reference: a new address can lift the blocklisting.
		if (renamed && change.emailBlacklisted === undefined) contact.emailBlacklisted = false;
		contact.modifiedAt = this.#clock.now();
		return { kind: 'updated', contact };
	}

	#apply(contact: Contact, ids: IdentifierValues, change: ContactChange): void {
		for (const [name, value] of entries(ids)) {
			const before = contact.ids[name];
			if (before !== undefined) this.#index[name].delete(normal(name, before));
			contact.ids[name] = value;
			this.#index[name].set(normal(name, value), contact.id);
		}
		this.#clearPhones(contact, change.attributes ?? {});
		this.#setAttributes(contact, change.attributes ?? {});
		if (change.emailBlacklisted !== undefined) contact.emailBlacklisted = change.emailBlacklisted;
		if (change.smsBlacklisted !== undefined) contact.smsBlacklisted = change.smsBlacklisted;
		const added = (change.listIds ?? []).filter((listId) => this.addToList(contact, listId));
		for (const listId of change.unlinkListIds ?? []) this.removeFromList(contact, listId);
		this.onEvent({
			kind: 'contact_updated',
			contact,
			...(change.emailBlacklisted !== undefined && { blacklisted: change.emailBlacklisted }),
		});
		if (added.length > 0) this.onEvent({ kind: 'list_addition', contact, listIds: added });
	}

	/** Changelog 2020-04-29: SMS can be unset only when the contact has a valid address. */
	#clearPhones(contact: Contact, attributes: Readonly<Record<string, unknown>>): void {
		for (const name of ['SMS', 'WHATSAPP', 'LANDLINE_NUMBER'] as const) {
			const before = contact.ids[name];
			if (attributes[name] !== '' || before === undefined) continue;
			if (contact.ids.email?.endsWith('@mailin-sms.com')) continue;
			this.#index[name].delete(normal(name, before));
			contact.ids = Object.fromEntries(entries(contact.ids).filter(([kept]) => kept !== name));
		}
	}

	#setAttributes(contact: Contact, attributes: Readonly<Record<string, unknown>>): void {
		for (const [name, value] of Object.entries(this.#attributes.accepted(attributes))) {
			if ((IDENTIFIERS as readonly string[]).includes(name) || name === 'EMAIL') continue;
			if (value !== '') contact.attributes[name] = value;
			else contact.attributes = without(contact.attributes, name);
		}
	}
}

const normal = (identifier: Identifier, value: string): string =>
	identifier === 'email' ? value.toLowerCase() : value;

function entries(ids: IdentifierValues): Array<[Identifier, string]> {
	const found: Array<[Identifier, string]> = [];
	for (const name of IDENTIFIERS) {
		const value = ids[name];
		if (value !== undefined) found.push([name, value]);
	}
	return found;
}

const without = (
	values: Readonly<Record<string, unknown>>,
	name: string,
): Record<string, unknown> =>
	Object.fromEntries(Object.entries(values).filter(([kept]) => kept !== name));
