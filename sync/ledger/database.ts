import type { Kysely, Transaction } from 'kysely';
import type { LedgerTables } from './schema.ts';

export type LedgerTransaction = Transaction<LedgerTables>;
type Body<T> = (transaction: LedgerTransaction) => Promise<T>;

/**
 * Runs transactions. A body awaits nothing but its own statements, so that no lock is held across
 * I/O, and may run more than once.
 */
export interface LedgerDatabase {
	/** Rejects with LedgerError when the ledger cannot be read. */
	readonly read: <T>(body: Body<T>) => Promise<T>;
	/** All or nothing. Rejects with LedgerError when the ledger cannot be written. */
	readonly write: <T>(body: Body<T>) => Promise<T>;
	close(): Promise<void>;
}

/** `explain` turns a driver's error into a LedgerError; `again` waits and says whether to retry. */
export function ledgerDatabase(
	database: Kysely<LedgerTables>,
	explain: (error: unknown) => unknown,
	again: (error: unknown, failures: number) => Promise<boolean>,
): LedgerDatabase {
	async function attempt<T>(accessMode: 'read only' | 'read write', body: Body<T>): Promise<T> {
		for (let failures = 1; ; failures++) {
			try {
				return await database.transaction().setAccessMode(accessMode).execute(body);
			} catch (error) {
				if (!(await again(error, failures))) throw explain(error);
			}
		}
	}
	return {
		read: async (body) => await attempt('read only', body),
		write: async (body) => await attempt('read write', body),
		close: async () => await database.destroy(),
	};
}
