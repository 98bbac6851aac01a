import { isGone, type SyncContext } from '../changes/change.ts';
import { fieldHashes } from '../field-hashes.ts';
import { identifierHashes } from '../identity.ts';
import {
	backStreamOf,
	type Ledger,
	type Link,
	type RecordOutcome,
	type TaskKey,
} from '../ledger/ledger.ts';
import { targetHash } from '../plan.ts';
import { inTurns, ROWS_A_TURN } from '../turns.ts';
import type { Delivered, Delivery, DeliveryTools } from './delivery.ts';
import type { Merged } from './merge-forward.ts';

export interface Settlement {
	readonly delivery: Delivery;
	readonly delivered: Delivered;
	/** Where it was written to; see `planWrites`. */
	readonly target: string;
	/** What was last written before this delivery. */
	readonly link?: Link | undefined;
	/** Found while the contact was merged with what Brevo has. */
	readonly merged?: Merged | undefined;
}

type Written = Parameters<Ledger['links']['written']>[0][number];

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
	const links: Written[] = [];
	const moves: Written[] = [];
	const spent: TaskKey[] = [];
	const released: TaskKey[] = [];
	await inTurns(settlements, ({ delivery, delivered, target, link, merged }) => {
		const { sync, task, contact } = delivery;
		if (delivered.kind !== 'written') {
			// Where Brevo may have acted, the task stays reserved; the next try takes it up again.
			const undecided = delivered.kind === 'deferred' && delivered.mayHaveHappened;
			if (task && !undecided) released.push(task);
			if (sync) outcomes.push(outcomeOf(sync, delivered));
		} else if (sync) {
			const brevoId = delivered.brevoId ?? link?.brevoId;
			const identifiers = merged?.identifiers ?? identifierHashes(ledger, contact);
			const isMove = link?.emailHash !== undefined && link.emailHash !== identifiers.emailHash;
			(isMove ? moves : links).push({
				link: {
					integration: sync.integration,
					recordId: sync.id,
					brevoAccount,
					target: targetHash(ledger, target),
					fields: merged?.agreed ?? fieldHashes(ledger, contact),
					...(contact.emailBlacklisted && { salesforceOptedOut: true, brevoOptedOut: true }),
					// What this write left alone in Brevo stays owned (limit phone-cleared).
					...(link?.smsHash && { smsHash: link.smsHash }),
					...identifiers,
					...(brevoId !== undefined && { brevoId }),
					...(isRemoval(delivered) && { removedAt: host.clock.now() }),
				},
				...(sync.page !== undefined && { page: sync.page }),
				...(task && { task }),
			});
		} else if (task) spent.push(task);
	});
	await noteMerged(ledger, settlements);
	// Who leaves an address before who gets it; two who change places, at once.
	if (moves.length > 0) await ledger.links.written(moves);
	for (let first = 0; first < links.length; first += ROWS_A_TURN) {
		await ledger.links.written(links.slice(first, first + ROWS_A_TURN));
	}
	if (outcomes.length > 0) await ledger.pages.record(outcomes);
	if (spent.length > 0) await ledger.quota.spend(spent);
	if (released.length > 0) await ledger.quota.release(released);
}

/** What a merge found is worth knowing however the write ended; the link learns of it only after. */
async function noteMerged(ledger: Ledger, settlements: readonly Settlement[]): Promise<void> {
	for (const { delivery, delivered, merged } of settlements) {
		const { sync, contact } = delivery;
		if (!sync || !merged) continue;
		const { integration, id: recordId } = sync;
		await ledger.conflicts.note(merged.conflicts);
		const owes = merged.owed.length > 0 || merged.owesOptOut;
		if (owes) await ledger.hints.note(backStreamOf(integration), [recordId]);
		if (delivered.kind !== 'unchanged') continue;
		const optedOut = contact.emailBlacklisted && { salesforceOptedOut: true, brevoOptedOut: true };
		await ledger.links.revise([
			{ integration, recordId, fields: merged.agreed, ...merged.identifiers, ...optedOut },
		]);
	}
}

const isRemoval = (delivered: Delivered): boolean =>
	delivered.kind === 'written' && (delivered.how === 'removed' || delivered.how === 'deleted');

type Unwritten = DistributivePick<
	Exclude<Delivered, { kind: 'written' }>,
	'kind' | 'limit' | 'field' | 'dueAt' | 'waitsFor'
>;
type DistributivePick<T, Key extends PropertyKey> = T extends unknown
	? Pick<T, Key & keyof T>
	: never;

/** What the ledger keeps of a record that was not written. */
export function outcomeOf(sync: SyncContext, delivered: Unwritten): RecordOutcome {
	const base = {
		integration: sync.integration,
		recordId: sync.id,
		...(sync.page !== undefined && { page: sync.page }),
	};
	switch (delivered.kind) {
		case 'unchanged':
			return { ...base, outcome: 'unchanged' };
		case 'deferred':
			return {
				...base,
				outcome: 'deferred',
				limit: delivered.limit,
				dueAt: delivered.dueAt,
				...(isGone(sync.change) && { gone: true as const }),
			};
		default:
			return {
				...base,
				outcome: delivered.kind,
				limit: delivered.limit,
				...(delivered.field && { field: delivered.field }),
				...('waitsFor' in delivered && delivered.waitsFor && { waitsFor: delivered.waitsFor }),
			};
	}
}
