import { identifierHashes } from '../identity.ts';
import type { Link, RecordOutcome, TaskKey } from '../ledger/ledger.ts';
import type { Delivered, Delivery, DeliveryTools } from './delivery.ts';

export interface Settlement {
	readonly delivery: Delivery;
	readonly delivered: Delivered;
	readonly hash: string;
	/** What was last written before this delivery. */
	readonly link?: Link | undefined;
}

/**
 * Writes down how deliveries ended: links, outcomes, tasks spent or given back. May be repeated.
 * A crash before it leaves the task reserved, and the same write takes it up again.
 */
export async function settle(
	tools: DeliveryTools,
	settlements: readonly Settlement[],
): Promise<void> {
	const { ledger, brevoAccount, host } = tools;
	if (!ledger || settlements.length === 0) return;
	const outcomes: RecordOutcome[] = [];
	const links: Array<Parameters<typeof ledger.links.written>[0][number]> = [];
	const spent: TaskKey[] = [];
	const released: TaskKey[] = [];
	for (const { delivery, delivered, hash, link } of settlements) {
		const { sync, task, contact } = delivery;
		if (delivered.kind !== 'written') {
			// Where Brevo may have acted, the task stays reserved; the next try takes it up again.
			const undecided = delivered.kind === 'deferred' && delivered.mayHaveHappened;
			if (task && !undecided) released.push(task);
			if (sync) outcomes.push(outcomeOf(sync, delivered));
		} else if (sync) {
			const brevoId = delivered.brevoId ?? link?.brevoId;
			links.push({
				link: {
					integration: sync.integration,
					recordId: sync.id,
					brevoAccount,
					hash,
					// What this write left alone in Brevo stays owned (limit phone-cleared).
					...(link?.smsHash && { smsHash: link.smsHash }),
					...identifierHashes(ledger, contact),
					...(brevoId !== undefined && { brevoId }),
					...(isRemoval(delivered) && { removedAt: host.clock.now() }),
				},
				...(sync.page !== undefined && { page: sync.page }),
				...(task && { task }),
			});
		} else if (task) spent.push(task);
	}
	if (links.length > 0) await ledger.links.written(links);
	if (outcomes.length > 0) await ledger.pages.record(outcomes);
	if (spent.length > 0) await ledger.quota.spend(spent);
	if (released.length > 0) await ledger.quota.release(released);
}

const isRemoval = (delivered: Delivered): boolean =>
	delivered.kind === 'written' && (delivered.how === 'removed' || delivered.how === 'deleted');

function outcomeOf(
	sync: NonNullable<Delivery['sync']>,
	delivered: Exclude<Delivered, { kind: 'written' }>,
): RecordOutcome {
	const base = {
		integration: sync.integration,
		recordId: sync.id,
		...(sync.page !== undefined && { page: sync.page }),
	};
	switch (delivered.kind) {
		case 'unchanged':
			return { ...base, outcome: 'unchanged' };
		case 'deferred':
			return { ...base, outcome: 'deferred', limit: delivered.limit, dueAt: delivered.dueAt };
		default:
			return {
				...base,
				outcome: delivered.kind,
				limit: delivered.limit,
				...(delivered.field && { field: delivered.field }),
			};
	}
}
