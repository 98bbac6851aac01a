import { type BrakeRule, brakeRemovals } from '../deliver/brake.ts';
import type { Host } from '../host.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { DIFFERENCE_KINDS, DIFFERENCES } from './differences.ts';
import type { Finding } from './findings.ts';

export interface RepairRule {
	/** Most records that may come again for it; each costs at most one task. */
	readonly budget: number;
	/** What becomes of contacts whose record Salesforce does not show and does not call deleted. */
	readonly vanished: 'leave' | 'remove';
	/** How many removals need nobody's word. */
	readonly brake: BrakeRule;
}

export interface Repair {
	/** Records that come again by themselves. */
	readonly handedOver: number;
	/** Removals that wait for somebody's word. */
	readonly held: number;
	/** What the budget had no room for. */
	readonly overBudget: number;
}

/** Why the records wait; see the limits table. */
const DRIFT = 'drift';
/** Due since ever, but not for want of quota (0). */
const AT_ONCE = 1;

/**
 * Hands over what differs to the normal path: the ledger learns what is true, and the records come
 * again with the trigger's next round, where the guard charges them as ever. Nothing is written here.
 */
export async function repair(
	{ ledger, integration, host }: { ledger: Ledger; integration: string; host: Host },
	findings: readonly Finding[],
	rule: RepairRule,
): Promise<Repair> {
	const wanted = inOrder(findings).filter(
		({ kind }) => kind !== 'vanished' || rule.vanished === 'remove',
	);
	// What an earlier reconciliation has handed over and is still under way counts, too.
	const underWay = await ledger.pages.deferredCount(integration, DRIFT);
	const room = Math.max(0, rule.budget - underWay);
	const chosen = wanted.slice(0, room);
	const { held } = await brakeRemovals(
		ledger,
		integration,
		await ledger.links.count(integration),
		rule.brake,
		chosen.filter(({ kind }) => DIFFERENCES[kind].removes).map(({ recordId }) => recordId),
		host.clock.now(),
	);
	const going = chosen.filter(({ recordId }) => !held.has(recordId));
	await ledger.links.revise(
		going.flatMap(({ recordId, inBrevo: fields }) =>
			fields ? [{ integration, recordId, fields }] : [],
		),
	);
	const misplaced = going.filter(({ isMisplaced }) => isMisplaced);
	await ledger.links.misplaced(
		integration,
		misplaced.map(({ recordId }) => recordId),
	);
	await ledger.pages.record(
		going.map(({ recordId, kind }) => ({
			integration,
			recordId,
			outcome: 'deferred',
			limit: DRIFT,
			dueAt: AT_ONCE,
			...(DIFFERENCES[kind].removes && { gone: true as const }),
		})),
	);
	return { handedOver: going.length, held: held.size, overBudget: wanted.length - chosen.length };
}

/** What matters most first: who objects, then what should not be there. */
const inOrder = (findings: readonly Finding[]): Finding[] =>
	DIFFERENCE_KINDS.flatMap((kind) => findings.filter((finding) => finding.kind === kind));
