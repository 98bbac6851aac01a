import { delayStep } from '../../desk/delay.ts';
import { OUTCOMES } from '../../outcome.ts';
import type { LedgerTransaction } from '../database.ts';
import type { Delay, Run } from '../desk.ts';
import { dayOf } from './activity.ts';

/** How long runs, delays, calls and past reasons are kept: a year, and the month before it. */
const KEPT_MS = 400 * 86_400_000;

type Closed = Omit<Run, 'endedAt'>;

/** Notes an acknowledged page, and how long its written records have waited. */
export async function noteRun(
	transaction: LedgerTransaction,
	integration: string,
	run: Closed,
	now: number,
): Promise<void> {
	const { page, kind, attempts, openedAt, read, tasks } = run;
	const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, run[outcome]]));
	await transaction
		.insertInto('run')
		.values({
			...(counts as Record<(typeof OUTCOMES)[number], number>),
			...{ integration, page, kind, attempts, read, tasks },
			opened_at: openedAt,
			ended_at: now,
		})
		.execute();
	await noteDelays(transaction, integration, page, now);
}

async function noteDelays(
	transaction: LedgerTransaction,
	integration: string,
	page: string,
	now: number,
): Promise<void> {
	const rows = await transaction
		.selectFrom('page_outcome')
		.select('since')
		.where('page', '=', page)
		.where('outcome', '=', 'written')
		.where('since', 'is not', null)
		.$narrowType<{ since: number }>()
		.execute();
	const steps = Map.groupBy(rows, ({ since }) => delayStep(now - since));
	if (steps.size === 0) return;
	await transaction
		.insertInto('delay')
		.values(
			[...steps].map(([seconds, { length: records }]) => ({
				...{ integration, seconds, records },
				day: dayOf(now),
			})),
		)
		.onConflict((conflict) =>
			conflict.columns(['integration', 'day', 'seconds']).doUpdateSet((row) => ({
				records: row('delay.records', '+', row.ref('excluded.records')),
			})),
		)
		.execute();
}

/** Drops what is older than anybody looks at. */
export async function forgetOldRuns(
	transaction: LedgerTransaction,
	integration: string,
	now: number,
): Promise<void> {
	const before = now - KEPT_MS;
	const old = [
		['run', 'ended_at'],
		['delay', 'day'],
		['api_calls', 'hour'],
		['verdict', 'last_at'],
	] as const;
	for (const [table, at] of old) {
		await transaction
			.deleteFrom(table)
			.where('integration', '=', integration)
			.where(at as never, '<', before as never)
			.execute();
	}
}

export async function readRuns(
	transaction: LedgerTransaction,
	integration: string,
	{ since, until, most }: { readonly since: number; readonly until: number; readonly most: number },
): Promise<Run[]> {
	const rows = await transaction
		.selectFrom('run')
		.select(['page', 'kind', 'attempts', 'opened_at', 'ended_at', 'read', 'tasks', ...OUTCOMES])
		.where('integration', '=', integration)
		.where('ended_at', '>=', since)
		.where('ended_at', '<', until)
		.orderBy('ended_at')
		.orderBy('page')
		.limit(most)
		.execute();
	return rows.map(({ opened_at: openedAt, ended_at: endedAt, ...run }) => ({
		...run,
		openedAt,
		endedAt,
	}));
}

export async function readDelays(
	transaction: LedgerTransaction,
	integration: string,
	since: number,
): Promise<Delay[]> {
	return await transaction
		.selectFrom('delay')
		.select(['day', 'seconds', 'records'])
		.where('integration', '=', integration)
		.where('day', '>=', dayOf(since))
		.orderBy('day')
		.orderBy('seconds')
		.execute();
}
