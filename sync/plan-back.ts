import { blankHash } from './field-hashes.ts';
import type { FieldHashes, Ledger, Link } from './ledger/ledger.ts';
import { type Candidate, inDoubt, type Verdict } from './plan.ts';

/**
 * Decides for each change that was made in Brevo whether it has to be written to Salesforce. Costs
 * no API call and no task. All candidates belong to one stream back; the verdicts are in order.
 */
export async function planBack(
	ledger: Ledger,
	brevoAccount: string,
	candidates: readonly Candidate[],
): Promise<Verdict[]> {
	const backOf = candidates[0]?.sync.backOf;
	if (backOf === undefined) return [];
	const links = await ledger.links.get(
		backOf,
		candidates.map(({ sync }) => sync.id),
	);
	const doubtful = await inDoubt(ledger, brevoAccount, candidates);
	return candidates.map(({ sync, contact }) => {
		const link = links.get(sync.id);
		// Only what this sync wrote into Brevo may come back from there (promise I5).
		if (!link || link.removedAt) return { kind: 'excluded', limit: 'born-in-brevo' };
		if (!contact) return { kind: 'write', hash: ledger.hash('delete') };
		const optsOut = contact.emailBlacklisted === true && !link.brevoOptedOut;
		const doubt = doubtful.has(sync.id) ? ({ inDoubt: true } as const) : {};
		if (!doubt.inDoubt && !optsOut && isKnown(ledger, link, sync.brevo ?? {}))
			return { kind: 'unchanged' };
		const hash = ledger.hash(JSON.stringify([sync.brevo, optsOut]));
		return { kind: 'write', hash, ...doubt, ...(optsOut && { optsOut }) };
	});
}

/** Whether the contact has nothing that Salesforce did not have last; what we wrote comes to this. */
export const isKnown = (
	ledger: Pick<Ledger, 'hash'>,
	{ fields }: Link,
	brevo: FieldHashes,
): boolean =>
	Object.entries(brevo).every(
		// Of an attribute that was never written, such as an empty phone, "empty" is no news.
		([name, hash]) => hash === (fields[name] ?? blankHash(ledger, name)),
	);
