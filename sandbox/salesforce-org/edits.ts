import { mulberry32 } from '../faults.ts';
import { Refused } from './answers.ts';
import { type ObjectName, PREFIXES } from './ids.ts';
import type { Organization } from './organization.ts';
import { SEED } from './seed.ts';
import type { Row } from './store.ts';
import type { Writer } from './write.ts';

type Values = Readonly<Record<string, unknown>>;

/** When the sample organisation was created. */
const SEEDED_AT = Date.parse('2026-05-01T07:25:37Z');

const isObject = (name: string): name is ObjectName => Object.hasOwn(PREFIXES, name);

/** Puts records in as they are, without the API's checks. */
export function insert(
	organization: Organization,
	object: ObjectName,
	values: Values,
	at: number,
	id?: string,
): Row {
	const row: Row = {
		id: id ?? organization.newId(object),
		object,
		values,
		createdAt: at,
		modifiedAt: at,
		deleted: false,
	};
	organization.table(object).put(row);
	return row;
}

/** The sample organisation; without its contacts when others are brought. */
export function seed(organization: Organization, withContacts: boolean): void {
	for (const [object, { columns, rows }] of Object.entries(SEED)) {
		if (!isObject(object) || (!withContacts && (object === 'Contact' || object === 'Case')))
			continue;
		for (const row of rows) {
			const values = Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null]));
			const { Id: id, ...rest } = values;
			insert(organization, object, rest, SEEDED_AT, String(id));
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
		row.deleted = false;
		delete row.masterId;
		this.#touch(row);
		return { id };
	}

	hardDelete(object: string, id: string): { id: string } {
		const row = this.#row(object, id);
		this.#organization.table(row.object).purge(row);
		return { id };
	}

	/** Losers go into the recycle bin and point to the winner, whose stamp moves too. */
	merge(
		object: string,
		winnerId: string,
		loserIds: readonly string[],
		values: Values,
	): { id: string } {
		const winner = this.#writer.update(this.#object(object), winnerId, values);
		for (const loserId of loserIds) {
			const loser = this.#writer.live(winner.object, loserId);
			loser.deleted = true;
			loser.masterId = winner.id;
			this.#touch(loser);
		}
		return { id: winner.id };
	}

	/** A lead becomes a contact of an account; the lead stays, marked as converted. */
	convert(id: string): { leadId: string; contactId: string; accountId: string } {
		const lead = this.#writer.live('Lead', id);
		const {
			Company,
			FirstName,
			LastName,
			Salutation,
			Email,
			Phone,
			MobilePhone,
			Title,
			HasOptedOutOfEmail,
		} = lead.values;
		const account = this.#writer.create('Account', { Name: Company });
		const contact = this.#writer.create('Contact', {
			AccountId: account.id,
			FirstName,
			LastName,
			Salutation,
			Email,
			Phone,
			MobilePhone,
			Title,
			...(HasOptedOutOfEmail !== undefined && { HasOptedOutOfEmail }),
		});
		lead.values = {
			...lead.values,
			IsConverted: true,
			ConvertedAccountId: account.id,
			ConvertedContactId: contact.id,
			ConvertedDate: new Date(this.#organization.stamp()).toISOString().slice(0, 10),
		};
		this.#touch(lead);
		return { leadId: lead.id, contactId: contact.id, accountId: account.id };
	}

	/** A long transaction: stamped now, visible only after `seconds`. */
	lateCommit(object: string, values: Values, seconds: number): { id: string } {
		const row = insert(
			this.#organization,
			this.#object(object),
			values,
			this.#organization.stamp(),
		);
		row.visibleAt = this.#organization.clock.now() + seconds * 1000;
		return { id: row.id };
	}

	/** Many contacts at once, a thousand a second of the stamps; the same for the same seed. */
	load(contacts: number, seedNumber: number): { loaded: number } {
		const random = mulberry32(seedNumber);
		const first = this.#organization.stamp() - Math.ceil(contacts / 1000) * 1000;
		for (let n = 0; n < contacts; n += 1) {
			insert(this.#organization, 'Contact', person(n, random), first + Math.floor(n / 1000) * 1000);
		}
		return { loaded: contacts };
	}

	#object(name: string): ObjectName {
		if (isObject(name)) return name;
		throw new Error(`There is no object "${name}"; there are ${Object.keys(PREFIXES).join(', ')}`);
	}

	#row(object: string, id: string): Row {
		const row = this.#organization.table(this.#object(object)).get(id);
		if (!row) throw new Refused(404, 'NOT_FOUND', 'There is no such record');
		return row;
	}

	#touch(row: Row): void {
		this.#organization.table(row.object).touch(row, this.#organization.stamp());
	}
}

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
