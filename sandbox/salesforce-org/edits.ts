import { mulberry32 } from '../faults.ts';
import { readContactsCsv } from './csv.ts';
import { eighteen, isObjectName, type ObjectName, PREFIXES } from './ids.ts';
import type { Organization } from './organization.ts';
import { SEED } from './seed.ts';
import type { Row, Values } from './store.ts';
import type { Writer } from './write.ts';

/** When the sample organisation was created. */
const SEEDED_AT = Date.parse('2026-05-01T07:25:37Z');

/** The sample organisation; without its contacts when others are brought. */
export function seed(organization: Organization, withContacts: boolean): void {
	for (const [object, { columns, rows }] of Object.entries(SEED)) {
		if (!isObjectName(object) || (!withContacts && (object === 'Contact' || object === 'Case')))
			continue;
		for (const row of rows) {
			const values = Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null]));
			const { Id: id, ...rest } = values;
			organization.insert(object, rest, { at: SEEDED_AT, id: String(id) });
		}
	}
}

/** What people, processes and administrators do that the sync's API calls do not. */
export class Edits {
	readonly #organization: Organization;
	readonly #writer: Writer;

	constructor(organization: Organization, writer: Writer) {
		this.#organization = organization;
		this.#writer = writer;
	}

	create(object: string, values: Values): { id: string } {
		return { id: this.#writer.create(this.#object(object), values).id };
	}

	update(object: string, id: string, values: Values): { id: string } {
		return { id: this.#writer.update(this.#object(object), id, values).id };
	}

	remove(object: string, id: string): { id: string } {
		this.#writer.remove(this.#object(object), id);
		return { id };
	}

	undelete(object: string, id: string): { id: string } {
		const row = this.#row(object, id);
		if (!row.deleted) throw new Error('The record is not in the recycle bin');
		this.#organization.change(row, { deleted: false, masterId: undefined });
		return { id: row.id };
	}

	hardDelete(object: string, id: string): { id: string } {
		const row = this.#row(object, id);
		this.#organization.purge(row);
		return { id: row.id };
	}

	/** The integration's user sees the record no more, or again. */
	share(object: string, id: string, shared: boolean): { id: string } {
		const row = this.#row(object, id);
		this.#organization.share(row, shared);
		return { id: row.id };
	}

	/**
	 * One or two losers go into the recycle bin and point to the winner, whose stamp moves too and
	 * who gets their cases.
	 */
	merge(
		object: string,
		winnerId: string,
		loserIds: readonly string[],
		values: Values,
	): { id: string } {
		const name = this.#object(object);
		if (loserIds.length < 1 || loserIds.length > 2)
			throw new Error('A merge has one or two losers');
		const losers = loserIds.map((id) => this.#writer.live(name, id));
		if (losers.includes(this.#writer.live(name, winnerId))) {
			throw new Error('The winner is among the losers');
		}
		const winner = this.#writer.update(name, winnerId, values);
		for (const loser of losers) {
			this.#organization.change(loser, { deleted: true, masterId: winner.id });
			this.#inherit(loser.id, winner.id);
		}
		return { id: winner.id };
	}

	#inherit(loserId: string, winnerId: string): void {
		for (const row of this.#organization.table('Case').all()) {
			if (row.values['ContactId'] !== loserId) continue;
			this.#organization.change(row, { values: { ...row.values, ContactId: winnerId } });
		}
	}

	/** A lead becomes a contact of an account; the lead stays, marked as converted. */
	convert(id: string): { leadId: string; contactId: string; accountId: string } {
		const lead = this.#writer.live('Lead', id);
		if (lead.values['IsConverted'] === true) throw new Error('The lead is converted already');
		const account = this.#writer.create('Account', { Name: lead.values['Company'] });
		const carried = CARRIED.map((name) => [name, lead.values[name]] as const);
		const contact = this.#writer.create('Contact', {
			AccountId: account.id,
			...Object.fromEntries(carried.filter(([, value]) => value !== undefined)),
		});
		const converted = {
			Status: 'Closed - Converted',
			IsConverted: true,
			ConvertedAccountId: account.id,
			ConvertedContactId: contact.id,
			ConvertedDate: new Date(this.#organization.stamp()).toISOString().slice(0, 10),
		};
		this.#organization.change(lead, { values: { ...lead.values, ...converted } });
		return { leadId: lead.id, contactId: contact.id, accountId: account.id };
	}

	/** A long transaction: stamped now, visible only after `seconds`. */
	lateCommit(object: string, values: Values, seconds: number): { id: string } {
		const visibleAt = this.#organization.clock.now() + seconds * 1000;
		return { id: this.#organization.insert(this.#object(object), values, { visibleAt }).id };
	}

	/** Contacts from a file with Salesforce headings; rows that Salesforce would refuse are left out. */
	importCsv(csv: string): { accepted: number; refused: number } {
		const { accepted, refused } = readContactsCsv(csv);
		for (const values of accepted) this.#writer.create('Contact', values);
		return { accepted: accepted.length, refused: refused.length };
	}

	/** Many contacts at once, a thousand a second of the stamps; the same for the same seed. */
	load(contacts: number, seedNumber: number): { loaded: number } {
		const random = mulberry32(seedNumber);
		const first = this.#organization.stamp() - Math.ceil(contacts / 1000) * 1000;
		for (let n = 0; n < contacts; n += 1) {
			const at = first + Math.floor(n / 1000) * 1000;
			this.#organization.insert('Contact', person(n, random), { at });
		}
		return { loaded: contacts };
	}

	#object(name: string): ObjectName {
		if (isObjectName(name)) return name;
		throw new Error(`There is no object "${name}"; there are ${Object.keys(PREFIXES).join(', ')}`);
	}

	#row(object: string, id: string): Row {
		const row = this.#organization.table(this.#object(object)).get(eighteen(id));
		if (!row) throw new Error('There is no such record');
		return row;
	}
}

/** What a conversion copies from the lead to the contact. */
const CARRIED = [
	'Salutation',
	'FirstName',
	'LastName',
	'Email',
	'Phone',
	'MobilePhone',
	'Title',
	'LeadSource',
	'HasOptedOutOfEmail',
	'DoNotCall',
] as const;

const FIRST = [
	'Ada',
	'Ben',
	'Chloé',
	'Dmitri',
	'Émile',
	'Fatima',
	'Gül',
	'Håkon',
	'Ines',
	'Jürgen',
	'Kenji',
	'Łucja',
];
const LAST = [
	'Abel',
	'Brandt',
	'Corrêa',
	'Dubois',
	'Ekström',
	"O'Neill",
	'García',
	'Hansen',
	'Ivanov',
	'Jäger',
];

function person(n: number, random: () => number): Values {
	const pick = (names: readonly string[]): string =>
		names[Math.floor(random() * names.length)] ?? '';
	const [first, last] = [pick(FIRST), pick(LAST)];
	return {
		FirstName: first,
		LastName: last,
		Email: `person${n}@example.com`,
		MobilePhone: `+4915${String(100_000_000 + n)}`,
		Title: random() < 0.3 ? 'Manager' : null,
		MailingCity: random() < 0.5 ? 'Berlin' : 'Paris',
	};
}
