import fc from 'fast-check';
import type { Trouble, World } from './world.ts';

/*
 * What happens in a story: people edit on both sides, webhooks come, come twice or get lost, the two
 * triggers run, answers get lost and processes die.
 */

const EMAILS = ['zoe', 'quentin', 'kim', 'ana', 'bo', 'lee', 'max'].map(
	(name) => `${name}@example.com`,
);
const FIRST = ['Zoë', 'Quentin', ''];
const LAST = ['Zoëlle', 'Quentin-Roux', 'Kim'];
const PHONES = ['+33612345678', '+33612345679', ''];

const who = fc.nat({ max: 4 });
const pick = <T>(values: readonly T[]) => fc.constantFrom(...values);
const webhook = pick(['told', 'twice', 'lost'] as const);

const salesforceValue = fc.oneof(
	fc.record({ Email: pick([...EMAILS, null]) }),
	fc.record({ FirstName: pick(FIRST.map((name) => name || null)) }),
	fc.record({ LastName: pick(LAST) }),
	fc.record({ MobilePhone: pick(PHONES.map((phone) => phone || null)) }),
	fc.record({ HasOptedOutOfEmail: fc.boolean() }),
);
const brevoValue = fc.oneof(
	fc.record({ attributes: fc.record({ FIRSTNAME: pick(FIRST) }) }),
	// An empty last name is refused on the way back.
	fc.record({ attributes: fc.record({ LASTNAME: pick([...LAST, '']) }) }),
	fc.record({ attributes: fc.record({ SMS: pick(PHONES) }) }),
	fc.record({ newEmail: pick(EMAILS) }),
	fc.record({ emailBlacklisted: fc.boolean() }),
);

export const steps = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant('create' as const),
			values: fc.record({
				Email: pick([...EMAILS, null]),
				FirstName: pick(FIRST.map((name) => name || null)),
				LastName: pick(LAST),
				MobilePhone: pick([null, null, ...PHONES.map((phone) => phone || null)]),
			}),
		}),
	},
	{
		weight: 5,
		arbitrary: fc.record({ kind: fc.constant('edit' as const), who, values: salesforceValue }),
	},
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constant('edit-in-brevo' as const),
			who,
			values: brevoValue,
			webhook,
		}),
	},
	fc.record({ kind: fc.constant('delete' as const), who }),
	fc.record({ kind: fc.constant('undelete' as const), who }),
	fc.record({
		kind: fc.constant('merge' as const),
		who,
		loser: who,
		takesAddress: fc.boolean(),
	}),
	fc.record({ kind: fc.constant('swap' as const), who, other: who }),
	fc.record({ kind: fc.constant('delete-in-brevo' as const), who, webhook }),
	fc.record({ kind: fc.constant('born-in-brevo' as const), email: pick(EMAILS) }),
	{ weight: 5, arbitrary: fc.record({ kind: fc.constant('there' as const) }) },
	{
		weight: 4,
		arbitrary: fc.record({ kind: fc.constant('back' as const), sweeps: fc.boolean() }),
	},
	fc.record({
		kind: fc.constant('trouble' as const),
		troubles: fc.array(pick<Trouble>(['lost-before', 'lost-after', 'unavailable']), {
			minLength: 1,
			maxLength: 3,
		}),
	}),
	fc.record({ kind: fc.constant('crash' as const) }),
	{
		weight: 2,
		arbitrary: fc.record({
			kind: fc.constant('create-lead' as const),
			Email: pick([...EMAILS, null]),
			LastName: pick(LAST),
		}),
	},
	fc.record({ kind: fc.constant('edit-lead' as const), who, values: salesforceValue }),
	fc.record({ kind: fc.constant('convert' as const), who }),
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('leads-there' as const) }) },
	fc.record({ kind: fc.constant('leads-back' as const), sweeps: fc.boolean() }),
	fc.record({ kind: fc.constant('wait' as const), minutes: pick([1, 12]) }),
);

export type Step = (typeof steps extends fc.Arbitrary<infer T> ? T : never) & { kind: string };

/** What the story says about consent, to be held against the end. */
export interface Consent {
	/** The last thing that a person said on that side; undefined when nothing. */
	salesforce?: boolean;
	brevo?: boolean | undefined;
	/** Somebody was allowed again on that side at some time. */
	salesforceOptedIn?: boolean;
	brevoOptedIn?: boolean;
}

export interface Played {
	/** Ids of all records that people made, in order. */
	readonly ids: readonly string[];
	/** The same of leads. */
	readonly leads: readonly string[];
	/** Leads that were converted. */
	readonly converted: ReadonlySet<string>;
	readonly consent: ReadonlyMap<string, Consent>;
	/** Records whose contact a person deleted in Brevo. */
	readonly deletedInBrevo: ReadonlySet<string>;
	/** Records that a person deleted in Salesforce at some time. */
	readonly deletedInSalesforce: ReadonlySet<string>;
	/** Addresses of contacts that were made in Brevo. */
	readonly born: ReadonlySet<string>;
}

/** Every story begins with two people who are synced. */
const BEGINNING: readonly Step[] = [
	...EMAILS.slice(0, 2).map((Email, index) => ({
		kind: 'create' as const,
		values: { Email, FirstName: 'Zoë', LastName: LAST[index] ?? '', MobilePhone: null },
	})),
	{ kind: 'there' },
];

/** Plays a story; what cannot happen (a duplicate address, a record that is gone) does not. */
export async function play(
	world: World,
	leadWorld: World,
	story: readonly Step[],
	beginning = BEGINNING,
): Promise<Played> {
	const ids: string[] = [];
	const leads: string[] = [];
	const converted = new Set<string>();
	const consent = new Map<string, Consent>();
	const deletedInBrevo = new Set<string>();
	const deletedInSalesforce = new Set<string>();
	const born = new Set<string>();
	const salesforce = world.salesforce.admin;
	const brevo = world.brevo.admin;
	const idOf = (index: number): string | undefined => ids[index % Math.max(1, ids.length)];
	const emailOf = (id: string): unknown =>
		salesforce.records({ object: 'Contact', ids: [id] })[0]?.['Email'] ?? null;
	const consentOf = (id: string): Consent => {
		const known = consent.get(id) ?? {};
		consent.set(id, known);
		return known;
	};
	const tell = async (id: string, how: 'told' | 'twice' | 'lost'): Promise<void> => {
		if (how !== 'lost') await world.ledger.hints.note(world.stream, [id]);
		if (how === 'twice') await world.ledger.hints.note(world.stream, [id]);
	};
	for (const step of [...beginning, ...story]) {
		world.clock.advance(1_000);
		const id = 'who' in step ? idOf(step.who) : undefined;
		switch (step.kind) {
			case 'create':
				ids.push(
					(salesforce.create({ object: 'Contact', values: step.values }) as { id: string }).id,
				);
				break;
			case 'edit':
				if (
					id === undefined ||
					!possible(() => salesforce.update({ object: 'Contact', id, values: step.values }))
				)
					break;
				if ('HasOptedOutOfEmail' in step.values) {
					const said = consentOf(id);
					said.salesforce = step.values.HasOptedOutOfEmail;
					if (!said.salesforce) said.salesforceOptedIn = true;
				}
				break;
			case 'edit-in-brevo':
				if (id === undefined || !possible(() => brevo.edit({ ext_id: id, ...step.values }))) break;
				// A new address lifts the blocklisting in Brevo, whoever gives it.
				if ('newEmail' in step.values) consentOf(id).brevo = undefined;
				if ('emailBlacklisted' in step.values) {
					const said = consentOf(id);
					said.brevo = step.values.emailBlacklisted;
					if (!said.brevo) said.brevoOptedIn = true;
				}
				await tell(id, step.webhook);
				break;
			case 'delete':
				if (id !== undefined && possible(() => salesforce.delete({ object: 'Contact', id })))
					deletedInSalesforce.add(id);
				break;
			case 'undelete':
				if (id !== undefined) possible(() => salesforce.undelete({ object: 'Contact', id }));
				break;
			case 'merge': {
				const loser = idOf(step.loser);
				if (id === undefined || loser === undefined) break;
				const values = step.takesAddress ? { Email: emailOf(loser) } : {};
				const merge = { object: 'Contact', winner: id, losers: [loser], values };
				if (possible(() => salesforce.merge(merge))) deletedInSalesforce.add(loser);
				break;
			}
			case 'swap': {
				const other = idOf(step.other);
				if (id === undefined || other === undefined) break;
				const [one, two] = [emailOf(id), emailOf(other)];
				possible(() => salesforce.update({ object: 'Contact', id, values: { Email: two } }));
				// In one second it would be a bulk edit (limit bulk-email-edit).
				world.clock.advance(2_000);
				possible(() => salesforce.update({ object: 'Contact', id: other, values: { Email: one } }));
				break;
			}
			case 'delete-in-brevo':
				if (id === undefined || !possible(() => brevo.edit({ ext_id: id, delete: true }))) break;
				deletedInBrevo.add(id);
				await tell(id, step.webhook);
				break;
			case 'born-in-brevo':
				if (possible(() => world.bornInBrevo(step.email))) born.add(step.email);
				break;
			case 'there':
				await world.there().catch(() => undefined);
				break;
			case 'back':
				await world.back(step.sweeps).catch(() => undefined);
				break;
			case 'trouble':
				world.troubles.push(...step.troubles);
				break;
			case 'crash':
				world.crashes = true;
				break;
			case 'create-lead': {
				const { Email, LastName } = step;
				const values = { Email, LastName, Company: 'Acme' };
				leads.push((salesforce.create({ object: 'Lead', values }) as { id: string }).id);
				break;
			}
			case 'edit-lead': {
				const lead = leads[step.who % Math.max(1, leads.length)];
				const { values } = step;
				if (lead === undefined || converted.has(lead)) break;
				possible(() => salesforce.update({ object: 'Lead', id: lead, values }));
				break;
			}
			case 'convert': {
				const lead = leads[step.who % Math.max(1, leads.length)];
				if (lead === undefined || converted.has(lead)) break;
				ids.push((salesforce.convert({ id: lead }) as { contactId: string }).contactId);
				converted.add(lead);
				break;
			}
			case 'leads-there':
				await leadWorld.there().catch(() => undefined);
				break;
			case 'leads-back':
				await leadWorld.back(step.sweeps).catch(() => undefined);
				break;
			case 'wait':
				world.clock.advance(step.minutes * 60_000);
				break;
		}
	}
	return { ids, leads, converted, consent, deletedInBrevo, deletedInSalesforce, born };
}

function possible(act: () => unknown): boolean {
	try {
		act();
		return true;
	} catch {
		return false;
	}
}
