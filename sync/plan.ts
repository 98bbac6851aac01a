import type { SyncContext } from './changes/change.ts';
import { fieldHashes } from './field-hashes.ts';
import { type IdentifierHashes, identifierHashes } from './identity.ts';
import type { Ledger, Link } from './ledger/ledger.ts';
import { type EmailChange, emailEdits } from './limits/checks/bulk-email-edit.ts';
import type { LimitId } from './limits/table.ts';
import { canonicalContact } from './mapping/canonical.ts';
import type { MappedContact } from './mapping/map-record.ts';

/** One record that may have to be written to Brevo; without `contact` it is to be removed there. */
export interface Candidate {
	readonly sync: SyncContext;
	readonly contact?: MappedContact;
}

export type Verdict =
	/** `hash`: what is written; see `contentHash`. */
	| { readonly kind: 'write'; readonly hash: string }
	| { readonly kind: 'unchanged' }
	| {
			readonly kind: 'excluded' | 'rejected';
			readonly limit: LimitId;
			readonly field?: string;
			/** Salesforce id of the record that owns the identifier. */
			readonly owner?: string;
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
	const owners = new Owners(
		await ledger.links.owners(
			brevoAccount,
			identifiers.flatMap(({ emailHash, smsHash }) => [emailHash ?? [], smsHash ?? []].flat()),
		),
	);
	// Who leaves with this page leaves the address to others, as the loser of a merge does.
	for (const { sync, contact } of candidates) if (!contact) owners.leave(integration, sync.id);
	const bulk = await bulkEdited(ledger, integration, candidates, identifiers, links);
	await noteOptIns(ledger, candidates, links);
	return candidates.map(({ sync, contact }, index) => {
		const link = links.get(sync.id);
		if (!contact) return planRemoval(ledger, target, link);
		const own = identifiers[index] ?? {};
		const hash = contentHash(ledger, target, contact);
		if (link && isAsWritten(ledger, target, link, contact)) return { kind: 'unchanged' };
		if (bulk.has(sync.id)) {
			return { kind: 'excluded', limit: 'bulk-email-edit', field: 'EMAIL', number: bulk.size };
		}
		return owners.claim(integration, sync.id, own) ?? { kind: 'write', hash };
	});
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
	if (contact.emailBlacklisted && !link.salesforceOptedOut) return false;
	return Object.entries(fieldHashes(ledger, contact)).every(
		([name, hash]) => link.fields[name] === hash,
	);
}

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

/** How long a bulk edit is remembered for those of its records that come with later pages. */
const BULK_EDIT_MS = 7 * 86_400_000;

/** Limit bulk-email-edit: records whose address was changed together with that of others. */
async function bulkEdited(
	ledger: Ledger,
	integration: string,
	candidates: readonly Candidate[],
	identifiers: readonly IdentifierHashes[],
	links: ReadonlyMap<string, Link>,
): Promise<ReadonlySet<string>> {
	const changes = candidates.flatMap(({ sync }, index): EmailChange[] => {
		const { id, modifiedBy, systemModstamp, lifts } = sync;
		const before = links.get(id)?.emailHash;
		const after = identifiers[index]?.emailHash;
		const isEdit = before !== undefined && after !== undefined && before !== after;
		if (!isEdit || modifiedBy === undefined || lifts?.includes('bulk-email-edit')) return [];
		return [{ recordId: id, modifiedBy, systemModstamp }];
	});
	const bulk = new Set<string>();
	for (const [edit, recordIds] of emailEdits(changes)) {
		const key = `bulk-email-edit|${integration}|${edit}`;
		const isBulk = recordIds.size > 1;
		if (isBulk) await ledger.cache.set(key, 'true', BULK_EDIT_MS);
		if (isBulk || (await ledger.cache.get(key))) for (const id of recordIds) bulk.add(id);
	}
	return bulk;
}

function planRemoval(ledger: Ledger, target: string, link: Link | undefined): Verdict {
	// Only what this sync wrote may be removed by it (promise I5).
	if (!link) return { kind: 'excluded', limit: 'not-linked' };
	if (link.removedAt) return { kind: 'unchanged' };
	return { kind: 'write', hash: ledger.hash(`remove|${target}`) };
}

interface Owner {
	readonly integration: string;
	readonly recordId: string;
}

/** Who owns an address or number, including the records earlier in the same page. */
class Owners {
	readonly #byHash: Map<string, Owner>;
	readonly #gone = new Set<string>();

	constructor(links: ReadonlyMap<string, Link>) {
		this.#byHash = new Map(links);
	}

	leave(integration: string, recordId: string): void {
		this.#gone.add(`${integration}|${recordId}`);
	}

	/** Takes the identifiers for a record, or says which one another record owns. */
	claim(integration: string, recordId: string, hashes: IdentifierHashes): Verdict | undefined {
		const claims = [
			{ hash: hashes.emailHash, limit: 'email-duplicate', field: 'EMAIL' },
			{ hash: hashes.smsHash, limit: 'sms-duplicate', field: 'SMS' },
		] as const;
		for (const { hash, limit, field } of claims) {
			const owner = hash === undefined ? undefined : this.#byHash.get(hash);
			if (owner && this.#holds(owner, integration, recordId)) {
				return { kind: 'rejected', limit, field, owner: owner.recordId };
			}
		}
		for (const { hash } of claims) if (hash) this.#byHash.set(hash, { integration, recordId });
		return undefined;
	}

	#holds(owner: Owner, integration: string, recordId: string): boolean {
		const isItself = owner.integration === integration && owner.recordId === recordId;
		return !isItself && !this.#gone.has(`${owner.integration}|${owner.recordId}`);
	}
}
