import { type SalesforceConnection, speaking } from '../salesforce/connection.ts';
import { isInReserve, reserveError } from '../salesforce/reserve.ts';
import type { ChangeSource } from './pump.ts';

/**
 * The same source, which reads nothing while only the share of the daily API calls is left that
 * belongs to other programs: then it rejects with a SalesforceError and nothing has moved. Costs no
 * call as long as there are enough.
 */
export function withinReserve(
	source: ChangeSource,
	connection: SalesforceConnection,
	share: number,
): ChangeSource {
	let isWaiting = false;
	const check = async (): Promise<void> => {
		if (!isInReserve(connection.apiUsage, share, isWaiting)) return;
		// What is known may be hours old.
		await refreshUsage(connection);
		const { apiUsage } = connection;
		isWaiting = isInReserve(apiUsage, share, isWaiting);
		if (apiUsage && isWaiting) throw reserveError(apiUsage, share);
	};
	return {
		read: async (after, limit) => {
			await check();
			return await source.read(after, limit);
		},
		byIds: async (ids) => {
			await check();
			return await source.byIds(ids);
		},
	};
}

/** The list of resources: the cheapest call, which needs no permission that a reader might lack. */
const refreshUsage = async (connection: SalesforceConnection): Promise<unknown> =>
	await speaking(connection, () =>
		connection.jsforce.requestGet(`/services/data/v${connection.apiVersion}`),
	);
