import type { Ledger, LinkRevision, RecordOutcome, TaskKey } from '../ledger/ledger.ts';
import type { LimitId } from '../limits/table.ts';
import type { BackDelivered, BackPlan } from './back.ts';
import { outcomeOf } from './settle.ts';

export interface Moment {
	/** Our clock, milliseconds since the epoch. */
	readonly now: number;
	/** Salesforce's clock at its answer, ISO 8601. */
	readonly answeredAt: string;
}

/**
 * Writes down how changes from Brevo ended: what both sides have now, outcomes, tasks spent or given
 * back. May be repeated.
 */
export async function settleBack(
	ledger: Ledger,
	plans: readonly BackPlan[],
	results: readonly BackDelivered[],
	{ now, answeredAt }: Moment,
): Promise<void> {
	const links: Array<Parameters<typeof ledger.links.written>[0][number]> = [];
	const revisions: LinkRevision[] = [];
	const outcomes: RecordOutcome[] = [];
	const released: TaskKey[] = [];
	for (const [index, plan] of plans.entries()) {
		const result = results[index];
		if (!result) continue;
		const { delivery, link } = plan;
		const { sync, task } = delivery;
		if (result.kind === 'written') {
			if (!link) continue;
			links.push({
				link: { ...link, ...learnt(plan, result, now), salesforceWrittenAt: answeredAt },
				stream: sync.integration,
				...(sync.page !== undefined && { page: sync.page }),
				...(task && { task }),
			});
			continue;
		}
		const undecided = result.kind === 'deferred' && result.mayHaveHappened;
		if (task && !undecided) released.push(task);
		outcomes.push(outcomeOf(sync, result));
		if (link) revisions.push(...revisionOf(plan, result, now));
	}
	await ledger.conflicts.note(plans.flatMap(({ conflicts }) => conflicts));
	if (revisions.length > 0) await ledger.links.revise(revisions);
	if (links.length > 0) await ledger.links.written(links);
	if (outcomes.length > 0) await ledger.pages.record(outcomes);
	if (released.length > 0) await ledger.quota.release(released);
}

/** What the link knows after the write. */
const learnt = (
	{ delivery, agreed, identifiers }: BackPlan,
	{ how }: Extract<BackDelivered, { kind: 'written' }>,
	now: number,
) => ({
	fields: agreed,
	...identifiers,
	...(how === 'deleted' && { removedAt: now }),
	...(delivery.optsOut && { salesforceOptedOut: true as const, brevoOptedOut: true as const }),
});

/** States of a record in which nothing goes back: it may be undeleted, its address filled again. */
const PASSING: ReadonlySet<LimitId> = new Set(['record-gone', 'email-emptied']);

/** What the link learns although nothing was written. */
function revisionOf(
	{ delivery, agreed, identifiers }: BackPlan,
	result: BackDelivered,
	now: number,
): LinkRevision[] {
	const { backOf = '', id: recordId, change } = delivery.sync;
	const link = { integration: backOf, recordId };
	// The contact is gone, whatever becomes of the record.
	if (change === 'deleted') return result.kind === 'excluded' ? [{ ...link, removedAt: now }] : [];
	if (result.kind === 'deferred' || result.kind === 'rejected') return [];
	// When that has passed, the record is written again, which finds what Brevo has.
	if (result.kind === 'excluded' && PASSING.has(result.limit)) return [{ ...link, target: '' }];
	const optedOut = result.kind === 'unchanged' &&
		delivery.optsOut && { salesforceOptedOut: true, brevoOptedOut: true };
	return [{ ...link, fields: agreed, ...identifiers, ...optedOut }];
}
