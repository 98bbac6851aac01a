import { type SalesforceConnection, speaking } from '../salesforce/connection.ts';
import { isInReserve, reserveError } from '../salesforce/reserve.ts';
import type { Watermark } from './change.ts';
import type { ChangeSource } from './pump.ts';
import type { SnapshotSource } from './snapshot.ts';

/**
 * The same sources, which read nothing while only the share of the daily API calls is left that
 * belongs to other programs: then they reject with a SalesforceError and nothing has moved. Costs no
 * call as long as there are enough.
 */
export function withinReserve(connection: SalesforceConnection, share: number) {
	let isWaiting = false;
	const check = async (): Promise<void> => {
		if (!isInReserve(connection.apiUsage, share, isWaiting)) return;
		// What is known may be hours old.
		await refreshUsage(connection);
		const { apiUsage } = connection;
		isWaiting = isInReserve(apiUsage, share, isWaiting);
		if (apiUsage && isWaiting) throw reserveError(apiUsage, share);
	};
	const checked =
		<Input extends readonly unknown[], Output>(read: (...input: Input) => Promise<Output>) =>
		async (...input: Input): Promise<Output> => {
			await check();
			return await read(...input);
		};
	return {
		/** The same for any read. */
		checked,
		changes: (source: ChangeSource): ChangeSource => ({
			read: checked(
				async (after: Watermark | undefined, limit: number) => await source.read(after, limit),
			),
			fitting: checked(async (ids: readonly string[]) => await source.fitting(ids)),
			deleted: checked(async (ids: readonly string[]) => await source.deleted(ids)),
			byIds: checked(async (ids: readonly string[]) => await source.byIds(ids)),
		}),
		everything: (source: SnapshotSource): SnapshotSource => ({
			count: checked(async () => await source.count()),
			begin: checked(async () => await source.begin()),
			page: checked(
				async (job: string, locator: string | undefined, most: number) =>
					await source.page(job, locator, most),
			),
			end: async (job) => await source.end(job),
		}),
	};
}

/** The list of resources: the cheapest call, which needs no permission that a reader might lack. */
const refreshUsage = async (connection: SalesforceConnection): Promise<unknown> =>
	await speaking(connection, () =>
		connection.jsforce.requestGet(`/services/data/v${connection.apiVersion}`),
	);
