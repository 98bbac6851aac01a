import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { ApiCalls, ApiService } from '../../sync/ledger/desk.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { SalesforceConnection } from '../../sync/salesforce/connection.ts';

/** Requests to one service, repeats included. */
export interface Calls {
	readonly service: 'Brevo' | 'Salesforce';
	readonly count: number;
}

export const brevoCalls = ({ calls }: BrevoClient): Calls => ({
	service: 'Brevo',
	count: Object.values(calls).reduce((sum, count) => sum + count, 0),
});

export const salesforceCalls = ({ calls }: SalesforceConnection): Calls => ({
	service: 'Salesforce',
	count: calls,
});

/** "1 Salesforce call, 3 Brevo calls"; empty without any. */
export const inWords = (all: readonly Calls[]): string =>
	all
		.filter(({ count }) => count > 0)
		.map(({ service, count }) => `${count.toLocaleString('en')} ${service} call${plural(count)}`)
		.join(', ');

const plural = (count: number): string => (count === 1 ? '' : 's');

/** Tells the requests since it was last asked, for the ledger. */
export type Meter = () => readonly ApiCalls[];

/** Salesforce tells how many calls of its day the whole organisation has used. */
export function salesforceMeter(connection: SalesforceConnection): Meter {
	let before = 0;
	return () => {
		const calls = connection.calls - before;
		before = connection.calls;
		const { used, limit: most } = connection.apiUsage ?? {};
		const said = used !== undefined && most !== undefined ? { used, most } : {};
		return [{ service: 'salesforce', calls, ...said }];
	};
}

const BUCKETS = [
	['contacts', 'brevo-contacts'],
	['mail', 'brevo-mail'],
	['other', 'brevo-other'],
] as const satisfies ReadonlyArray<readonly [keyof BrevoClient['calls'], ApiService]>;

/** Brevo tells its pace; `most` is that of an hour. */
export function brevoMeter({ calls, limiters }: BrevoClient): Meter {
	const before = { contacts: 0, mail: 0, other: 0 };
	return () =>
		BUCKETS.map(([bucket, service]) => {
			const made = calls[bucket] - before[bucket];
			before[bucket] = calls[bucket];
			return { service, calls: made, most: limiters.of(bucket).perHour };
		});
}

/** Adds a run's calls to those of its integration; items of other workflows have none. */
export async function noteCalls(
	ledger: Ledger | undefined,
	integration: string | undefined,
	...meters: readonly Meter[]
): Promise<void> {
	if (ledger && integration !== undefined)
		await ledger.desk.noteCalls(
			integration,
			meters.flatMap((meter) => meter()),
		);
}
