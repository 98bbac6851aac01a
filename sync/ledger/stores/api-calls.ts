import type { LedgerTransaction } from '../database.ts';
import type { ApiCalls, HourCalls } from '../desk.ts';

const HOUR_MS = 3_600_000;
const hourOf = (time: number): number => time - (time % HOUR_MS);

/** Adds to the calls of the present hour. */
export async function addCalls(
	transaction: LedgerTransaction,
	integration: string,
	calls: readonly ApiCalls[],
	now: number,
): Promise<void> {
	const made = calls.filter((one) => one.calls > 0);
	if (made.length === 0) return;
	await transaction
		.insertInto('api_calls')
		.values(
			made.map(({ service, calls: count, used, most }) => ({
				...{ integration, service, hour: hourOf(now), calls: count },
				used: used ?? null,
				most: most ?? null,
			})),
		)
		.onConflict((conflict) =>
			conflict.columns(['integration', 'hour', 'service']).doUpdateSet((row) => ({
				calls: row('api_calls.calls', '+', row.ref('excluded.calls')),
				used: row.fn.coalesce('excluded.used', 'api_calls.used'),
				most: row.fn.coalesce('excluded.most', 'api_calls.most'),
			})),
		)
		.execute();
}

export async function readCalls(
	transaction: LedgerTransaction,
	integration: string,
	since: number,
): Promise<HourCalls[]> {
	const rows = await transaction
		.selectFrom('api_calls')
		.select(['hour', 'service', 'calls', 'used', 'most'])
		.where('integration', '=', integration)
		.where('hour', '>=', hourOf(since))
		.orderBy('hour')
		.orderBy('service')
		.execute();
	return rows.map(({ used, most, ...row }) => ({
		...row,
		...(used !== null && { used }),
		...(most !== null && { most }),
	}));
}
