import { sql } from 'kysely';
import { OUTCOMES, type Outcome } from '../../outcome.ts';
import { batches, lastByKey } from '../batches.ts';
import type { LedgerTransaction } from '../database.ts';
import type { RecordOutcome } from '../ledger.ts';
import { noteVerdicts } from './verdicts.ts';
import { breakCircle } from './waiting.ts';

const isWritten = ({ outcome }: RecordOutcome) => outcome === 'written';
const recordKey = ({ integration, recordId }: RecordOutcome) => `${integration}|${recordId}`;

/** Notes how records ended: on their page, and as rejected or deferred, or as neither any more. */
export async function recordOutcomes(
	transaction: LedgerTransaction,
	outcomes: readonly RecordOutcome[],
	now: number,
): Promise<void> {
	const latest = lastByKey(afterWritten(outcomes), recordKey);
	await notePages(transaction, latest);
	await noteVerdicts(transaction, latest, now);
	await keepRejections(
		transaction,
		latest.filter(({ outcome }) => outcome === 'rejected'),
		now,
	);
	await keepDeferred(
		transaction,
		latest.filter(({ outcome }) => outcome === 'deferred'),
		now,
	);
	await forget(
		transaction,
		'rejection',
		latest.filter(({ outcome }) => outcome !== 'rejected'),
	);
	await forget(
		transaction,
		'deferred',
		latest.filter(({ outcome }) => outcome !== 'deferred'),
	);
	const waiting = latest.filter((one) => one.waitsFor !== undefined && one.field === 'EMAIL');
	for (const one of waiting) await breakCircle(transaction, one, now);
}

/** `unchanged` is no news of a record that was written: its page was emitted again. */
function afterWritten(outcomes: readonly RecordOutcome[]): RecordOutcome[] {
	const written = new Set(outcomes.filter(isWritten).map(recordKey));
	return outcomes.filter((one) => one.outcome !== 'unchanged' || !written.has(recordKey(one)));
}

/** Only records that the open page brought count; a late word for a closed page changes nothing. */
async function notePages(
	transaction: LedgerTransaction,
	outcomes: readonly RecordOutcome[],
): Promise<void> {
	for (const outcome of OUTCOMES) {
		const ended = outcomes.filter((one) => one.outcome === outcome && one.page !== undefined);
		for (const [page, records] of Map.groupBy(ended, (one) => one.page ?? '')) {
			for (const batch of batches(records, 1)) {
				let update = transaction
					.updateTable('page_outcome')
					.set({ outcome })
					.where('page', '=', page)
					.where('record_id', 'in', ids(batch));
				if (outcome === 'unchanged') {
					update = update.where((row) =>
						row.or([row('outcome', 'is', null), row('outcome', '<>', 'written')]),
					);
				}
				await update.execute();
			}
		}
	}
}

async function keepRejections(
	transaction: LedgerTransaction,
	rejected: readonly RecordOutcome[],
	now: number,
): Promise<void> {
	for (const batch of batches(rejected, 8)) {
		await transaction
			.insertInto('rejection')
			.values(
				batch.map((one) => ({
					integration: one.integration,
					record_id: one.recordId,
					limit_id: limitOf(one),
					field: one.field ?? null,
					shape: one.shape ?? null,
					waits_for: one.waitsFor ?? null,
					first_at: now,
					last_at: now,
				})),
			)
			.onConflict((conflict) =>
				conflict.columns(['integration', 'record_id']).doUpdateSet((row) => ({
					first_at: row
						.case()
						.when('rejection.limit_id', '=', row.ref('excluded.limit_id'))
						.then(row.ref('rejection.first_at'))
						.else(row.ref('excluded.first_at'))
						.end(),
					limit_id: row.ref('excluded.limit_id'),
					field: row.ref('excluded.field'),
					shape: row.ref('excluded.shape'),
					waits_for: row.ref('excluded.waits_for'),
					last_at: row.ref('excluded.last_at'),
				})),
			)
			.execute();
	}
}

async function keepDeferred(
	transaction: LedgerTransaction,
	deferred: readonly RecordOutcome[],
	now: number,
): Promise<void> {
	for (const batch of batches(deferred, 8)) {
		await transaction
			.insertInto('deferred')
			.values(
				batch.map((one) => ({
					integration: one.integration,
					record_id: one.recordId,
					limit_id: limitOf(one),
					due_at: one.dueAt ?? 0,
					attempts: 1,
					first_at: now,
					waits_for: null,
					gone: one.gone ? 1 : null,
				})),
			)
			.onConflict((conflict) =>
				conflict.columns(['integration', 'record_id']).doUpdateSet((row) => ({
					limit_id: row.ref('excluded.limit_id'),
					due_at: dueAgain(now),
					gone: row.ref('excluded.gone'),
					attempts: sql<number>`
						case when deferred.limit_id = excluded.limit_id then deferred.attempts + 1 else 1 end`,
				})),
			)
			.execute();
	}
}

async function forget(
	transaction: LedgerTransaction,
	table: 'rejection' | 'deferred',
	outcomes: readonly RecordOutcome[],
): Promise<void> {
	for (const [integration, records] of Map.groupBy(outcomes, (one) => one.integration)) {
		for (const batch of batches(records, 1)) {
			await transaction
				.deleteFrom(table)
				.where('integration', '=', integration)
				.where('record_id', 'in', ids(batch))
				.execute();
		}
	}
}

/** Longest that a record waits because it was put off again and again, milliseconds. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** For the same reason once more: the wait grows with each time, so that a bad record stays cheap. */
const dueAgain = (now: number) => sql<number>`
	case
		when deferred.limit_id <> excluded.limit_id or excluded.due_at >= ${now + LONGEST_WAIT_MS}
			or excluded.due_at <= ${now} then excluded.due_at
		when (excluded.due_at - ${now}) * (deferred.attempts + 1) > ${LONGEST_WAIT_MS}
			then ${now + LONGEST_WAIT_MS}
		else ${now} + (excluded.due_at - ${now}) * (deferred.attempts + 1)
	end`;

const ids = (outcomes: readonly RecordOutcome[]) => outcomes.map(({ recordId }) => recordId);

function limitOf({ limit, outcome }: RecordOutcome): string {
	if (limit === undefined) throw new TypeError(`An outcome ${outcome} needs the id of its limit`);
	return limit;
}

/** Outcomes noted so far for an open page, by record id. */
export async function outcomesOf(
	transaction: LedgerTransaction,
	page: string,
): Promise<ReadonlyMap<string, Outcome>> {
	const rows = await transaction
		.selectFrom('page_outcome')
		.select(['record_id', 'outcome'])
		.where('page', '=', page)
		.where('outcome', 'is not', null)
		.$narrowType<{ outcome: Outcome }>()
		.execute();
	return new Map(rows.map((row) => [row.record_id, row.outcome]));
}
