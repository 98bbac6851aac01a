import { OUTCOMES } from '../../outcome.ts';
import type { LedgerTransaction } from '../database.ts';
import type { DayActivity } from '../desk.ts';
import type { Activity } from '../ledger.ts';

const DAY_MS = 86_400_000;
const COUNTS = ['read', 'tasks', ...OUTCOMES] as const satisfies ReadonlyArray<keyof Activity>;

export const noActivity = (): Activity => ({
	read: 0,
	tasks: 0,
	written: 0,
	unchanged: 0,
	excluded: 0,
	rejected: 0,
	deferred: 0,
});

/** First millisecond of its UTC day. */
export const dayOf = (time: number) => time - (time % DAY_MS);

/** Adds to the totals of the UTC day: cost and size do not grow with the number of pages. True for
 *  the first page of a day. */
export async function addActivity(
	transaction: LedgerTransaction,
	integration: string,
	activity: Activity,
	now: number,
): Promise<boolean> {
	const { read } = await transaction
		.insertInto('activity')
		.values({ integration, day: dayOf(now), ...activity })
		.onConflict((conflict) =>
			conflict
				.columns(['integration', 'day'])
				.doUpdateSet((row) =>
					Object.fromEntries(
						COUNTS.map((count) => [
							count,
							row(`activity.${count}`, '+', row.ref(`excluded.${count}`)),
						]),
					),
				),
		)
		.returning('read')
		.executeTakeFirstOrThrow();
	return read === activity.read;
}

/** Totals from the UTC day of `since` on. */
export async function readActivity(
	transaction: LedgerTransaction,
	integration: string,
	since: number,
): Promise<Activity> {
	const row = await transaction
		.selectFrom('activity')
		.select(({ fn }) => COUNTS.map((count) => fn.sum<number | null>(count).as(count)))
		.where('integration', '=', integration)
		.where('day', '>=', dayOf(since))
		.executeTakeFirstOrThrow();
	const activity: Record<keyof Activity, number> = { ...noActivity() };
	for (const count of COUNTS) activity[count] = row[count] ?? 0;
	return activity;
}

/** The same by UTC day, oldest first. */
export async function readDays(
	transaction: LedgerTransaction,
	integration: string,
	since: number,
): Promise<DayActivity[]> {
	return await transaction
		.selectFrom('activity')
		.select(['day', ...COUNTS])
		.where('integration', '=', integration)
		.where('day', '>=', dayOf(since))
		.orderBy('day')
		.execute();
}
