import type { SalesforceObject } from '../changes/change.ts';
import { stampOfMs } from '../changes/soql.ts';
import { type SalesforceConnection, speaking } from './connection.ts';
import { SalesforceError, salesforceError } from './errors.ts';

/** Salesforce: getDeleted reaches 15 days back; an hour less, so that the answer's way counts for nothing. */
const REACH_MS = 15 * 86_400_000 - 3_600_000;

interface Deleted {
	readonly deletedRecords?: ReadonlyArray<{ readonly id?: unknown }>;
}

/**
 * Ids that Salesforce's delete log names (getDeleted): the only trace of what is gone from the recycle
 * bin. Its old rows are dropped, so a missing id says nothing. Empty where the log cannot be read for
 * reasons of permission or size. One API call.
 */
export async function deleteLog(
	connection: SalesforceConnection,
	object: SalesforceObject,
): Promise<ReadonlySet<string>> {
	const { jsforce, host } = connection;
	const now = connection.serverTime ?? host.clock.now();
	// Seconds are ignored (Salesforce: getDeleted).
	const range = new URLSearchParams({ start: stampOfMs(now - REACH_MS), end: stampOfMs(now) });
	try {
		const { deletedRecords } = await speaking(connection, () =>
			jsforce.requestGet<Deleted>(`/sobjects/${object}/deleted?${range.toString()}`),
		);
		if (!Array.isArray(deletedRecords)) throw salesforceError('UNREADABLE_ANSWER');
		return new Set(deletedRecords.map(({ id }) => String(id)));
	} catch (error) {
		const isRefused = error instanceof SalesforceError && REFUSED.has(error.action);
		if (!isRefused) throw error;
		host.logger.info(`Salesforce does not give its delete log (${error.code})`);
		return new Set();
	}
}

const REFUSED: ReadonlySet<string> = new Set(['fail-config', 'reject']);
