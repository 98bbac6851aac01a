import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, sql, type Transaction } from 'kysely';
import { ledgerDatabase, type LedgerDatabase } from '../database.ts';
import { LedgerError } from '../ledger.ts';
import type { PostgresLocation } from '../location.ts';
import { createSchema, openSchema, type LedgerIdentity } from '../migrate.ts';
import type { Migration } from '../migrations/migration.ts';
import type { LedgerTables } from '../schema.ts';
import { nodePostgres, SCHEMA } from './dialect.ts';
import { isConflict, postgresError } from './errors.ts';

const TRIES = 6;
const PAUSE_MS = 20;
/** Any number that nothing else locks in the same database. "CSLg", as in the ledger file. */
const SCHEMA_LOCK = 0x43534c67;

/** Opens the ledger in a PostgreSQL database, making it when there is none. */
export async function openPostgres(
	location: PostgresLocation,
	migrations: readonly Migration[],
	lockTimeoutMs: number,
): Promise<{ database: LedgerDatabase; identity: LedgerIdentity; place: string }> {
	const place = placeOf(location.connectionString);
	const kysely = new Kysely<LedgerTables>({ dialect: nodePostgres(location, lockTimeoutMs) });
	const database = ledgerDatabase(
		kysely,
		(error) => postgresError(error, place),
		async (error, failures) => {
			if (!isConflict(error) || failures >= TRIES) return false;
			await wait(PAUSE_MS * failures * (1 + Math.random()));
			return true;
		},
	);
	const exclusively = async <T>(body: (transaction: Transaction<LedgerTables>) => Promise<T>) =>
		await database.write(async (transaction) => {
			await sql`select pg_advisory_xact_lock(${SCHEMA_LOCK})`.execute(transaction);
			return await body(transaction);
		});
	try {
		if (await database.read(isEmpty)) {
			await exclusively(async (transaction) => {
				if (await isEmpty(transaction)) await create(transaction, migrations);
			});
		}
		const identity = await openSchema(kysely, 'postgres', place, migrations, exclusively);
		return { database, identity, place };
	} catch (error) {
		await database.close();
		throw postgresError(error, place);
	}
}

/** No schema yet, or one that an administrator made and left empty. */
async function isEmpty(transaction: Transaction<LedgerTables>): Promise<boolean> {
	const found = await sql`
		select 1 from pg_class join pg_namespace on pg_namespace.oid = pg_class.relnamespace
		where nspname = ${SCHEMA} limit 1`.execute(transaction);
	return found.rows.length === 0;
}

async function create(
	transaction: Transaction<LedgerTables>,
	migrations: readonly Migration[],
): Promise<void> {
	// Asked first: CREATE SCHEMA IF NOT EXISTS needs the right to create even where it exists.
	const there = await sql`select 1 from pg_namespace where nspname = ${SCHEMA}`.execute(
		transaction,
	);
	if (there.rows.length === 0) await transaction.schema.createSchema(SCHEMA).execute();
	await createSchema(transaction, 'postgres', migrations);
}

/** host:port/database, without the login. */
function placeOf(connectionString: string): string {
	try {
		const { host, pathname } = new URL(connectionString);
		return `${host || 'local socket'}${decodeURIComponent(pathname)}`;
	} catch {
		// The error of URL carries the whole string, password included.
		throw new LedgerError(
			'unreachable',
			'The address of the PostgreSQL ledger is not a postgres:// URL.',
			'Write it as postgres://user:password@host:5432/database, with %-escapes in the password.',
		);
	}
}
