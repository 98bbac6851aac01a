import type { FieldHashes } from '../ledger/ledger.ts';
import type { ContactSide, Drift } from './contact-side.ts';
import type { Difference, Reason } from './differences.ts';
import type { RecordSide } from './record-side.ts';

/** One record whose two sides differ. */
export interface Finding {
	readonly kind: Difference;
	/** 18-character Salesforce id. */
	readonly recordId: string;
	readonly brevoId?: number;
	/** Attributes that differ. */
	readonly fields?: readonly string[];
	/** What Brevo has in their place; the ledger believed otherwise. */
	readonly inBrevo?: FieldHashes;
	/** The contact is not where the ledger believes it to be. */
	readonly isMisplaced?: true;
}

export interface Findings {
	readonly findings: readonly Finding[];
	/** Records that are left to the way back. */
	readonly wayBack: ReadonlySet<string>;
}

export interface CompareRules {
	readonly isBothWays: boolean;
	/** Attributes whose changes in Brevo come back to Salesforce. */
	readonly carriedBack: ReadonlySet<string>;
}

/** Puts both sides together: records that are in Salesforce, and what Brevo has of them. */
export function compareSides(
	records: RecordSide,
	contacts: ContactSide,
	liveLinks: Iterable<string>,
	rules: CompareRules,
): Findings {
	const findings: Finding[] = [];
	const wayBack = new Set<string>();
	for (const id of records.unwritten) findings.push(unwritten(contacts, id));
	for (const id of liveLinks) {
		if (!records.present.has(id) || records.alone.has(id) || records.unwritten.has(id)) continue;
		const brevoId = contacts.present.get(id);
		if (brevoId === undefined) {
			if (rules.isBothWays) wayBack.add(id);
			else findings.push({ kind: 'missing', recordId: id, isMisplaced: true });
			continue;
		}
		const { found, isOwed } = linked(records, contacts.drifted.get(id), { id, brevoId, ...rules });
		if (found) findings.push(found);
		else if (isOwed) wayBack.add(id);
	}
	for (const [recordId, brevoId] of contacts.listed)
		if (!records.present.has(recordId))
			findings.push({ kind: 'listed', recordId, brevoId, isMisplaced: true });
	return { findings, wayBack };
}

function unwritten({ unlinked }: ContactSide, recordId: string): Finding {
	const brevoId = unlinked.get(recordId);
	return brevoId === undefined
		? { kind: 'missing', recordId }
		: { kind: 'unlinked', recordId, brevoId };
}

/** A record whose contact is there. */
function linked(
	records: RecordSide,
	drift: Drift | undefined,
	{ id, brevoId, isBothWays, carriedBack }: CompareRules & { id: string; brevoId: number },
): { readonly found?: Finding; readonly isOwed: boolean } {
	const changed = records.changed.get(id) ?? {};
	const drifted = drift?.fields ?? {};
	const silent = records.silent.get(id);
	// What changed in Salesforce alone, or on both sides to different values.
	const fields = Object.keys(changed).filter((name) => drifted[name] !== changed[name]);
	const inBrevo: Record<string, string> = {};
	let isOwed = false;
	for (const [name, hash] of Object.entries(drifted)) {
		if (silent?.has(name) || hash === changed[name]) continue;
		const isConflict = name in changed;
		if (isBothWays && carriedBack.has(name)) {
			// A conflict is decided by the mapping's rule when the record comes.
			isOwed ||= !isConflict;
			continue;
		}
		inBrevo[name] = hash;
		if (!isConflict) fields.push(name);
	}
	const isUnlisted = drift?.isUnlisted === true;
	const kind = kindOf({
		optsOut: records.optOuts.has(id),
		isStale: fields.length > 0 || records.unmappable.has(id),
		isUnlisted,
	});
	if (!kind) return { isOwed };
	return {
		isOwed,
		found: {
			kind,
			recordId: id,
			brevoId,
			...(fields.length > 0 && { fields }),
			...(Object.keys(inBrevo).length > 0 && { inBrevo }),
			...(isUnlisted && { isMisplaced: true }),
		},
	};
}

/** One repair mends all of them. */
function kindOf(is: {
	readonly optsOut: boolean;
	readonly isStale: boolean;
	readonly isUnlisted: boolean;
}): Difference | undefined {
	if (is.optsOut) return 'optOut';
	if (is.isStale) return 'stale';
	return is.isUnlisted ? 'unlisted' : undefined;
}

/** Records that are explained, by reason. */
export function countReasons(reasons: Iterable<Reason>): Partial<Record<Reason, number>> {
	const counts: Partial<Record<Reason, number>> = {};
	for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
	return counts;
}
