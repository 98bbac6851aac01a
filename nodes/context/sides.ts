import type { Host } from '../../sync/host.ts';
import type { SalesforceConnection } from '../../sync/salesforce/connection.ts';
import { type BrevoAccess, brevoAccess, type BrevoContext } from './brevo.ts';
import { brevoCalls, brevoMeter, inWords, salesforceCalls, salesforceMeter } from './calls.ts';
import type { Meter } from './calls.ts';
import { salesforceAccess } from './salesforce.ts';
import type { SalesforceAuthentication } from './salesforceFields.ts';

/** Both services as one execution of a node reaches them; connected when first asked for. */
export interface Sides {
	brevo(): Promise<BrevoAccess>;
	salesforce(): Promise<SalesforceConnection>;
	/** The calls until now; empty without any. */
	calls(): string;
	/** The same for the ledger. */
	meters(): readonly Meter[];
}

export function sides(
	context: BrevoContext,
	authentication: SalesforceAuthentication,
	host: Host,
): Sides {
	let access: BrevoAccess | undefined;
	let connection: SalesforceConnection | undefined;
	return {
		brevo: async () => (access ??= await brevoAccess(context, host)),
		salesforce: async () => (connection ??= await salesforceAccess(context, authentication, host)),
		calls: () =>
			inWords([
				...(connection ? [salesforceCalls(connection)] : []),
				...(access ? [brevoCalls(access.client)] : []),
			]),
		meters: () => [
			...(connection ? [salesforceMeter(connection)] : []),
			...(access ? [brevoMeter(access.client)] : []),
		],
	};
}
