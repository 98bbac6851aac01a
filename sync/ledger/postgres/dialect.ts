import {
	CompiledQuery,
	PostgresAdapter,
	PostgresDriver,
	PostgresIntrospector,
	PostgresQueryCompiler,
	type DatabaseConnection,
	type Dialect,
	type TransactionSettings,
} from 'kysely';
import { Pool, types } from 'pg';
import type { PostgresLocation } from '../location.ts';

/** The ledger keeps to a schema of its own, so that it can share a database, even n8n's. */
export const SCHEMA = 'contact_sync';

const CONNECTIONS = 4;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;
/** Longer than the lock time-out, so that the server's own answer comes first. */
const ANSWER_TIMEOUT_MS = 20_000;

/** `lockTimeoutMs`: how long a statement waits for the lock of another transaction. */
export function nodePostgres(location: PostgresLocation, lockTimeoutMs: number): Dialect {
	const pool = new Pool({
		connectionString: location.connectionString,
		...(location.ssl !== undefined && { ssl: location.ssl }),
		application_name: 'contact-sync-ledger',
		max: CONNECTIONS,
		connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
		idleTimeoutMillis: IDLE_MS,
		query_timeout: ANSWER_TIMEOUT_MS + lockTimeoutMs,
		keepAlive: true,
		types: { getTypeParser },
	});
	// An idle connection that the server ends is no error of anybody; unheard, it ends the process.
	pool.on('error', () => undefined);
	return {
		createAdapter: () => new PostgresAdapter(),
		createDriver: () => new LedgerPostgresDriver(pool, lockTimeoutMs),
		createIntrospector: (database) => new PostgresIntrospector(database),
		createQueryCompiler: () => new PostgresQueryCompiler(),
	};
}

/** Counts and milliseconds stay far below 2^53; pg gives bigint and numeric as text. */
const AS_NUMBER: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC]);

function getTypeParser(type: number, format?: 'text' | 'binary'): (text: string) => unknown {
	if (AS_NUMBER.has(type)) return Number;
	const standard: (type: number, format?: 'text' | 'binary') => (text: string) => unknown =
		types.getTypeParser;
	return standard(type, format);
}

class LedgerPostgresDriver extends PostgresDriver {
	readonly #settings: string;

	constructor(pool: Pool, lockTimeoutMs: number) {
		super({ pool });
		// Set for each transaction: poolers such as PgBouncer neither pass on start-up options nor
		// keep a session's settings.
		this.#settings = `set local search_path to ${SCHEMA}; set local lock_timeout to ${lockTimeoutMs}`;
	}

	override async beginTransaction(
		connection: DatabaseConnection,
		{ accessMode }: TransactionSettings,
	): Promise<void> {
		const mode = accessMode === 'read only' ? ' read only' : '';
		await connection.executeQuery(
			CompiledQuery.raw(
				`start transaction isolation level read committed${mode}; ${this.#settings}`,
			),
		);
	}
}
