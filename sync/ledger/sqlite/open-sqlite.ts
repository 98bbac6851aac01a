import { setTimeout as wait } from 'node:timers/promises';
import { Kysely } from 'kysely';
import { isError } from '../is-error.ts';
import { ledgerDatabase, type LedgerDatabase } from '../database.ts';
import { openSchema, type LedgerIdentity } from '../migrate.ts';
import type { Migration } from '../migrations/migration.ts';
import type { LedgerTables } from '../schema.ts';
import { createFile } from './create-file.ts';
import { nodeSqlite } from './dialect.ts';
import { fileTrouble, isBusy, sqliteError } from './errors.ts';
import { BLOCKING_MS, shareFile } from './file.ts';
import { checkHeader } from './header.ts';

/** Between two tries to get the lock. */
const PAUSE_MS = 30;

/** Opens the ledger file, making it when there is none. Rejects with LedgerError. */
export async function openSqlite(
	path: string,
	migrations: readonly Migration[],
	lockTimeoutMs: number,
): Promise<{ database: LedgerDatabase; identity: LedgerIdentity }> {
	try {
		await createFile(path, migrations);
		checkHeader(path);
		const kysely = new Kysely<LedgerTables>({
			dialect: nodeSqlite(await shareFile(path)),
		});
		const database = ledgerDatabase(
			kysely,
			(error) => sqliteError(error, path),
			async (error, failures) => {
				if (!isBusy(error) || failures * (BLOCKING_MS + PAUSE_MS) >= lockTimeoutMs) return false;
				await wait(PAUSE_MS);
				return true;
			},
		);
		try {
			// Kysely leaves a dialect alone that it never used; from here on it closes the file.
			await kysely.connection().execute(async () => undefined);
			const identity = await openSchema(kysely, 'sqlite', path, migrations, database.write);
			return { database, identity };
		} catch (error) {
			await database.close();
			throw withoutTables(error, path);
		}
	} catch (error) {
		throw sqliteError(error, path);
	}
}

function withoutTables(error: unknown, path: string): unknown {
	const missing = isError(error) && /no such (table|column)/.test(error.message);
	return missing ? fileTrouble('damaged', path, error.message, error) : error;
}
