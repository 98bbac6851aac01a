import { hash } from 'node:crypto';
import type { Clock } from '../host.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerLocation } from './location.ts';
import { MIGRATIONS } from './migrations/list.ts';
import type { Migration } from './migrations/migration.ts';
import { openPostgres } from './postgres/open-postgres.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import { cacheStore } from './stores/cache.ts';
import { conflictStore } from './stores/conflicts.ts';
import { deskStore } from './stores/desk.ts';
import { hintStore } from './stores/hints.ts';
import { importStore } from './stores/imports.ts';
import { integrationStore } from './stores/integrations.ts';
import { linkStore } from './stores/links.ts';
import { pageStore } from './stores/pages.ts';
import { quotaStore } from './stores/quota.ts';
import { snapshotStore } from './stores/snapshots.ts';

export type { LedgerLocation } from './location.ts';

export interface OpenOptions {
	readonly clock: Clock;
	/** How long a statement waits for another process's lock, in milliseconds; 5,000 when absent. */
	readonly lockTimeoutMs?: number;
	/** The schema's history; tests add to it. */
	readonly migrations?: readonly Migration[];
}

const LOCK_TIMEOUT_MS = 5_000;

/**
 * Opens the ledger at a place, making it when there is none and migrating it when it is older.
 * Within a process every ledger of one file shares one handle, so opening it often is cheap while
 * one stays open. Rejects with LedgerError; what cannot be used is left as it is.
 */
export async function openLedger(where: LedgerLocation, options: OpenOptions): Promise<Ledger> {
	const { clock, lockTimeoutMs = LOCK_TIMEOUT_MS, migrations = MIGRATIONS } = options;
	const { database, identity, place } =
		where.kind === 'file'
			? { ...(await openSqlite(where.path, migrations, lockTimeoutMs)), place: where.path }
			: await openPostgres(where, migrations, lockTimeoutMs);
	return {
		id: identity.id,
		place,
		// With the key in front this hash cannot be prolonged (its inner state is cut), as SHA-256's
		// could; it takes a third of the time of an HMAC.
		hash: (text) => hash('sha512-256', identity.hashKey + text),
		integrations: integrationStore(database, clock),
		pages: pageStore(database, clock),
		links: linkStore(database, clock),
		hints: hintStore(database, clock),
		conflicts: conflictStore(database, clock),
		snapshots: snapshotStore(database, clock),
		imports: importStore(database, clock),
		quota: quotaStore(database, clock),
		cache: cacheStore(database, clock),
		desk: deskStore(database, clock),
		close: async () => await database.close(),
	};
}
