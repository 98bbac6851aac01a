import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Clock } from '../../host.ts';
import { batches } from '../batches.ts';
import type { LedgerDatabase, LedgerTransaction } from '../database.ts';
import type { Activity, OpenPage, PageKind, PageStore } from '../ledger.ts';
import type { LedgerTables } from '../schema.ts';
import { addActivity, noActivity, readActivity } from './activity.ts';
import { advanceCursor, readCursor, startCursor } from './cursor.ts';
import { confirmNoticesOfPage } from './notices.ts';
import {
	countDeferred,
	dueDeferred,
	readGone,
	readStanding,
	resumeDeferred,
	waitingSince,
} from './deferred.ts';
import { noteSuccess } from './integrations.ts';
import { outcomesOf, recordOutcomes } from './outcomes.ts';
import { readRejections, readWaiting } from './rejections.ts';
import { advanceSnapshot } from './snapshots.ts';
import { forgetSeen, readSeen, rememberSeen } from './seen.ts';
import { forgetOldRuns, noteRun } from './runs.ts';
import { noteDropped } from './verdicts.ts';

type Acknowledgement = Parameters<PageStore['acknowledge']>[0];

export function pageStore(database: LedgerDatabase, clock: Clock): PageStore {
	const { read, write } = database;
	return {
		cursor: async (integration) => await read(async (t) => await readCursor(t, integration)),
		startAt: async (integration, cursor) =>
			await write(async (t) => await startCursor(t, integration, cursor)),
		open: async (integration, kind, recordIds, since) =>
			await write(
				async (t) => await openPage(t, { integration, kind, recordIds, since }, clock.now()),
			),
		record: async (outcomes) =>
			await write(async (t) => await recordOutcomes(t, outcomes, clock.now())),
		outcomes: async (page) => await read(async (t) => await outcomesOf(t, page)),
		acknowledge: async (input) =>
			await write(async (t) => await acknowledge(t, input, clock.now())),
		advance: async (integration, watermark, forgetBefore) =>
			await write(async (t) => {
				await advanceCursor(t, integration, watermark);
				if (forgetBefore !== undefined) await forgetSeen(t, integration, forgetBefore);
			}),
		seen: async (integration, ids) => await read(async (t) => await readSeen(t, integration, ids)),
		dueDeferred: async (integration, now, quotaHasRoom, most) =>
			await read(async (t) => await dueDeferred(t, integration, now, quotaHasRoom, most)),
		resume: async (integration, limit) =>
			await write(async (t) => await resumeDeferred(t, integration, limit)),
		deferredCount: async (integration, limit) =>
			await read(async (t) => await countDeferred(t, integration, limit)),
		gone: async (integration, ids) => await read(async (t) => await readGone(t, integration, ids)),
		standing: async (integration, ids) =>
			await read(async (t) => await readStanding(t, integration, ids)),
		rejections: async (integration, options) =>
			await read(async (t) => await readRejections(t, integration, options)),
		waitingFor: async (integration, ids) =>
			await read(async (t) => await readWaiting(t, integration, ids)),
		activity: async (integration, since = 0) =>
			await read(async (t) => await readActivity(t, integration, since)),
	};
}

interface Opening {
	readonly integration: string;
	readonly kind: PageKind;
	readonly recordIds: readonly string[];
	readonly since: ReadonlyMap<string, number> | undefined;
}

async function openPage(
	transaction: LedgerTransaction,
	{ integration, kind, recordIds, since }: Opening,
	now: number,
): Promise<OpenPage> {
	const page = await transaction
		.insertInto('page')
		.values({ integration, id: randomUUID(), kind, attempt: 1, opened_at: now, earlier_tasks: 0 })
		.onConflict((conflict) =>
			conflict.column('integration').doUpdateSet((row) => ({
				kind: row.ref('excluded.kind'),
				attempt: row('page.attempt', '+', 1),
				opened_at: row.ref('excluded.opened_at'),
			})),
		)
		.returningAll()
		.executeTakeFirstOrThrow();
	const written = page.attempt > 1 ? await clear(transaction, page.id) : new Set<string>();
	const waiting =
		kind === 'deferred' ? await waitingSince(transaction, integration, recordIds) : since;
	for (const batch of batches([...new Set(recordIds)], 5)) {
		await transaction
			.insertInto('page_outcome')
			.values(
				batch.map((id) => ({
					page: page.id,
					record_id: id,
					outcome: written.has(id) ? ('written' as const) : null,
					tasks: 0,
					since: waiting?.get(id) ?? null,
				})),
			)
			.execute();
	}
	return { id: page.id, kind, attempt: page.attempt, openedAt: page.opened_at };
}

/** Takes the records of the attempt before off the page, but not the tasks that they cost. Returns
 *  those that were written: so they stay. */
async function clear(transaction: LedgerTransaction, page: string): Promise<ReadonlySet<string>> {
	const rows = await transaction
		.deleteFrom('page_outcome')
		.where('page', '=', page)
		.returning(['record_id', 'outcome', 'tasks'])
		.execute();
	const tasks = rows.reduce((sum, row) => sum + row.tasks, 0);
	await transaction
		.updateTable('page')
		.set((row) => ({ earlier_tasks: row('earlier_tasks', '+', tasks) }))
		.where('id', '=', page)
		.execute();
	return new Set(rows.flatMap((row) => (row.outcome === 'written' ? [row.record_id] : [])));
}

async function acknowledge(
	transaction: LedgerTransaction,
	{ integration, page, watermark, seen, forgetBefore, snapshot }: Acknowledgement,
	now: number,
): Promise<Activity> {
	const closed = await transaction
		.deleteFrom('page')
		.where('integration', '=', integration)
		.where('id', '=', page)
		.returningAll()
		.executeTakeFirst();
	const activity = closed ? await close(transaction, closed, now) : noActivity();
	if (closed && snapshot) await advanceSnapshot(transaction, integration, snapshot, now);
	if (watermark) await advanceCursor(transaction, integration, watermark);
	await rememberSeen(transaction, integration, seen);
	if (forgetBefore !== undefined) await forgetSeen(transaction, integration, forgetBefore);
	await confirmNoticesOfPage(transaction, page, now);
	await noteSuccess(transaction, integration);
	return activity;
}

async function close(
	transaction: LedgerTransaction,
	{ integration, id: page, ...closed }: Selectable<LedgerTables['page']>,
	now: number,
): Promise<Activity> {
	const groups = await transaction
		.selectFrom('page_outcome')
		.select(({ fn }) => [
			'outcome',
			fn.countAll<number>().as('records'),
			fn.sum<number>('tasks').as('tasks'),
		])
		.where('page', '=', page)
		.groupBy('outcome')
		.execute();
	const activity: Record<keyof Activity, number> = { ...noActivity(), tasks: closed.earlier_tasks };
	for (const { outcome, records, tasks } of groups) {
		// Without an outcome: the workflow dropped the record on its way (limit left-the-workflow).
		activity[outcome ?? 'excluded'] += records;
		activity.read += records;
		activity.tasks += tasks;
	}
	await dropWaiting(transaction, integration, page);
	await noteDropped(transaction, integration, page, now);
	const isFirstOfDay = await addActivity(transaction, integration, activity, now);
	if (isFirstOfDay) await forgetOldRuns(transaction, integration, now);
	const { kind, attempt: attempts, opened_at: openedAt } = closed;
	await noteRun(transaction, integration, { ...activity, page, kind, attempts, openedAt }, now);
	await transaction.deleteFrom('page_outcome').where('page', '=', page).execute();
	return activity;
}

/** A record that left the workflow is excluded: it neither waits nor is it rejected any more. */
async function dropWaiting(
	transaction: LedgerTransaction,
	integration: string,
	page: string,
): Promise<void> {
	for (const table of ['deferred', 'rejection'] as const) {
		await transaction
			.deleteFrom(table)
			.where('integration', '=', integration)
			.where('record_id', 'in', (query) =>
				query
					.selectFrom('page_outcome')
					.select('page_outcome.record_id')
					.where('page', '=', page)
					.where('outcome', 'is', null),
			)
			.execute();
	}
}
