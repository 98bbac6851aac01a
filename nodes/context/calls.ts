import type { BrevoClient } from '../../sync/brevo/client.ts';
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
