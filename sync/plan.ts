import { bulkEdited } from './bulk-edits.ts';
import type { SyncContext } from './changes/change.ts';
import { fieldHashes } from './field-hashes.ts';
import { identifierHashes } from './identity.ts';
import type { IdentifierHashes, Ledger, Link } from './ledger/ledger.ts';
import type { LimitId } from './limits/table.ts';
import { canonicalContact } from './mapping/canonical.ts';
import type { MappedContact } from './mapping/map-record.ts';
import { Owners } from './owners.ts';
import { taskKey } from './quota/task-key.ts';

/** One record that may have to be written to Brevo; without `contact` it is to be removed there. */
export interface Candidate {
	readonly sync: SyncContext;
	readonly contact?: MappedContact;
}

export type Verdict =
	| {
			readonly kind: 'write';
			/** See `contentHash`. */
			readonly hash: string;
			readonly inDoubt?: true;
			/** Somebody objects, and the other side has not been told yet. */
			readonly optsOut?: true;
	  }
	| { readonly kind: 'unchanged' }
	| {
			readonly kind: 'excluded' | 'rejected';
			readonly limit: LimitId;
			readonly field?: string;
			/** Salesforce id of the record that owns the identifier. */
			readonly owner?: string;
			/** Keyed hash of that identifier. */
			readonly waitsFor?: string;
			/** How many records of this page were changed together. */
			readonly number?: number;
	  };

/**
 * Decides for each record whether it has to be written, from what was last written (links) and
 * who owns which address. Costs no API call and no task. `target` stands for where it is written
 * to (list ids): when that changes, a record counts as changed.
 * All candidates belong to one integration; the verdicts are in the same order.
 */
export async function planWrites(
	ledger: Ledger,
	brevoAccount: string,
	target: string,
	candidates: readonly Candidate[],
): Promise<Verdict[]> {
	const integration = candidates[0]?.sync.integration;
	if (integration === undefined) return [];
	const links = await ledger.links.get(
		integration,
		candidates.map(({ sync }) => sync.id),
	);
	const identifiers = candidates.map(({ contact }): IdentifierHashes =>
		contact ? identifierHashes(ledger, contact) : {},
	);
	const bulk = await bulkEdited(ledger, integration, candidates, identifiers, links);
	await noteOptIns(ledger, candidates, links);
	await leaveConverted(ledger, candidates, links);
	const owned = await ledger.links.owners(brevoAccount, identifiers);
	const yielding = await leadsBeforeContacts(ledger, integration, owned);
	const stuck = new Map<string, Verdict>();
	const doubtful = await inDoubt(ledger, brevoAccount, candidates);
	const judge = (movers: ReadonlySet<string>): Verdict[] => {
		const owners = new Owners(owned, yielding);
		// Who leaves with this page leaves the address to others, as the loser of a merge does.
		for (const { sync, contact } of candidates) {
			if (!contact || sync.change === 'converted') owners.leave(integration, sync.id);
		}
		for (const id of movers) owners.moves(integration, id, links.get(id)?.emailHash);
		return candidates.map(({ sync, contact }, index) => {
			const link = links.get(sync.id);
			if (!contact) return planRemoval(ledger, target, link, doubtful.has(sync.id));
			if (sync.change === 'converted') return { kind: 'excluded', limit: 'lead-converted' };
			const own = identifiers[index] ?? {};
			const hash = contentHash(ledger, target, contact);
			const doubt = doubtful.has(sync.id) ? ({ inDoubt: true } as const) : {};
			if (!doubt.inDoubt && link && isAsWritten(ledger, target, link, contact))
				return { kind: 'unchanged' };
			if (bulk.has(sync.id)) {
				return { kind: 'excluded', limit: 'bulk-email-edit', field: 'EMAIL', number: bulk.size };
			}
			const stays = stuck.get(sync.id);
			const news = optsOut(link, contact) ? ({ optsOut: true } as const) : {};
			return (
				stays ??
				owners.claim(integration, sync.id, own) ?? { kind: 'write', hash, ...doubt, ...news }
			);
		});
	};
	// Who gets another address in this page leaves the old one, provided that it can be written.
	let movers = new Set(
		candidates.flatMap(({ sync: { id } }, index) => {
			const [before, after] = [links.get(id)?.emailHash, identifiers[index]?.emailHash];
			return before !== undefined && after !== undefined && before !== after ? [id] : [];
		}),
	);
	for (;;) {
		const verdicts = judge(movers);
		candidates.forEach(({ sync: { id } }, index) => {
			const verdict = verdicts[index];
			// What stopped it is the reason, not what follows from its standing still.
			if (movers.has(id) && verdict && verdict.kind !== 'write') stuck.set(id, verdict);
		});
		const able = new Set([...movers].filter((id) => !stuck.has(id)));
		if (able.size === movers.size) return verdicts;
		movers = able;
	}
}

/**
 * Records whose last write was begun and never settled (a crash, a failed run): what the link says of
 * the other side may be old.
 */
export async function inDoubt(
	ledger: Ledger,
	brevoAccount: string,
	candidates: readonly Candidate[],
): Promise<ReadonlySet<string>> {
	const ids = new Map(candidates.map(({ sync }) => [taskKey(sync), sync.id]));
	const unsettled = await ledger.quota.unsettled(brevoAccount, [...ids.keys()]);
	return new Set([...unsettled].flatMap((key) => ids.get(key) ?? []));
}

/** Identity of a write: what a reservation of its task is taken up again for. */
export const contentHash = (
	ledger: Pick<Ledger, 'hash'>,
	target: string,
	contact: MappedContact,
): string => ledger.hash(`upsert|${target}|${canonicalContact(contact)}`);

/** What a link remembers of where it was written to. */
export const targetHash = (ledger: Pick<Ledger, 'hash'>, target: string): string =>
	ledger.hash(`target|${target}`).slice(0, 16);

/**
 * Whether a write would change nothing. What the contact does not say is left alone in Brevo: a
 * phone emptied in Salesforce is no change and no task (limit phone-cleared).
 */
function isAsWritten(ledger: Ledger, target: string, link: Link, contact: MappedContact): boolean {
	if (link.removedAt || link.target !== targetHash(ledger, target)) return false;
	if (optsOut(link, contact)) return false;
	return Object.entries(fieldHashes(ledger, contact)).every(
		([name, hash]) => link.fields[name] === hash,
	);
}

const optsOut = (link: Link | undefined, { emailBlacklisted }: MappedContact): boolean =>
	emailBlacklisted === true && !link?.salesforceOptedOut;

/** Who was allowed again in Salesforce may object there once more; Brevo is told of neither. */
async function noteOptIns(
	ledger: Ledger,
	candidates: readonly Candidate[],
	links: ReadonlyMap<string, Link>,
): Promise<void> {
	const back = candidates.filter(
		({ sync }) => sync.optedOut === false && links.get(sync.id)?.salesforceOptedOut,
	);
	await ledger.links.revise(
		back.map(({ sync: { integration, id: recordId } }) => ({
			integration,
			recordId,
			salesforceOptedOut: false,
		})),
	);
}

/** A converted lead goes on as a contact; what it owned in Brevo is that contact's to take. */
async function leaveConverted(
	ledger: Ledger,
	candidates: readonly Candidate[],
	links: ReadonlyMap<string, Link>,
): Promise<void> {
	const left = candidates.filter(({ sync }) => sync.change === 'converted' && links.has(sync.id));
	await ledger.links.revise(
		left.map(({ sync: { integration, id: recordId, systemModstamp } }) => ({
			integration,
			recordId,
			removedAt: Date.parse(systemModstamp),
		})),
	);
}

/** One person, one contact: where a lead and a contact have one address, the contact has it. */
async function leadsBeforeContacts(
	ledger: Ledger,
	integration: string,
	owned: ReadonlyMap<string, Link>,
): Promise<ReadonlySet<string>> {
	const others = new Set([...owned.values()].map((link) => link.integration));
	others.delete(integration);
	if (others.size === 0) return others;
	const objectOf = async (name: string) => (await ledger.integrations.get(name))?.object;
	if ((await objectOf(integration)) !== 'Contact') return new Set();
	const leads = new Set<string>();
	for (const name of others) if ((await objectOf(name)) === 'Lead') leads.add(name);
	return leads;
}

function planRemoval(
	ledger: Ledger,
	target: string,
	link: Link | undefined,
	isInDoubt: boolean,
): Verdict {
	const removal: Verdict = { kind: 'write', hash: ledger.hash(`remove|${target}`) };
	// The run that was to write it has died, perhaps after Brevo had it.
	if (isInDoubt) return removal;
	// Only what this sync wrote may be removed by it (promise I5).
	if (!link) return { kind: 'excluded', limit: 'not-linked' };
	// '': a reconciliation has found it there again.
	if (link.removedAt && link.target !== '') return { kind: 'unchanged' };
	return removal;
}
