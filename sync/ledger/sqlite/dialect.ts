import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
	SqliteAdapter,
	SqliteIntrospector,
	type CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	type QueryResult,
	type TransactionSettings,
} from 'kysely';
import { JsonListCompiler } from './compiler.ts';
import { leaveFile, takeTurn, type SqliteFile } from './file.ts';

/**
 * Kysely over `node:sqlite`. Transactions run one after another, each within one turn of the event
 * loop as long as its body awaits nothing but the database, and each within a turn of its own:
 * SQLite answers at once, so that a page would otherwise hold up all of n8n from its first record
 * to its last.
 */
export function nodeSqlite(file: SqliteFile): Dialect {
	return {
		createAdapter: () => new SqliteAdapter(),
		createDriver: () => new NodeSqliteDriver(file),
		createIntrospector: (database) => new SqliteIntrospector(database),
		createQueryCompiler: () => new JsonListCompiler(),
	};
}

class NodeSqliteDriver implements Driver {
	readonly #file: SqliteFile;
	readonly #turns = new WeakMap<DatabaseConnection, () => void>();
	readonly #statements: Statements;

	constructor(file: SqliteFile) {
		this.#file = file;
		this.#statements = new Statements(file);
	}

	async init(): Promise<void> {}

	async acquireConnection(): Promise<DatabaseConnection> {
		const passOn = await takeTurn(this.#file);
		const connection = new NodeSqliteConnection(this.#statements);
		this.#turns.set(connection, passOn);
		return connection;
	}

	async beginTransaction(
		_connection: DatabaseConnection,
		{ accessMode }: TransactionSettings,
	): Promise<void> {
		// A transaction that reads first and then writes fails at once when another process wrote in
		// between, whatever the timeout; one that begins as a writer waits its turn.
		this.#file.database.exec(accessMode === 'read only' ? 'begin' : 'begin immediate');
	}

	async commitTransaction(): Promise<void> {
		this.#file.database.exec('commit');
	}

	async rollbackTransaction(): Promise<void> {
		// SQLite has rolled back by itself after some errors, such as a full disk.
		if (this.#file.database.isTransaction) this.#file.database.exec('rollback');
	}

	async releaseConnection(connection: DatabaseConnection): Promise<void> {
		this.#turns.get(connection)?.();
		this.#turns.delete(connection);
		await nextTurn();
	}

	async destroy(): Promise<void> {
		await leaveFile(this.#file);
	}
}

class NodeSqliteConnection implements DatabaseConnection {
	readonly #statements: Statements;

	constructor(statements: Statements) {
		this.#statements = statements;
	}

	async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
		const { statement, givesRows } = this.#statements.get(sql);
		// The ledger's queries carry text, whole numbers and null only.
		const values = parameters as readonly SQLInputValue[];
		if (givesRows) return { rows: statement.all(...values) as Row[] };
		const { changes } = statement.run(...values);
		return { numAffectedRows: BigInt(changes), rows: [] };
	}

	// Not async: Kysely wants an iterator, and the ledger never streams.
	streamQuery(): never {
		throw new Error('The ledger does not stream queries');
	}
}

interface Prepared {
	readonly statement: StatementSync;
	readonly givesRows: boolean;
}

const KEPT_STATEMENTS = 100;

/** Prepared statements by their text, the latest used ones. */
class Statements {
	readonly #file: SqliteFile;
	readonly #prepared = new Map<string, Prepared>();

	constructor(file: SqliteFile) {
		this.#file = file;
	}

	get(sql: string): Prepared {
		const known = this.#prepared.get(sql);
		if (known) {
			this.#prepared.delete(sql);
			this.#prepared.set(sql, known);
			return known;
		}
		const statement = this.#file.database.prepare(sql);
		const prepared = { statement, givesRows: statement.columns().length > 0 };
		this.#prepared.set(sql, prepared);
		if (this.#prepared.size > KEPT_STATEMENTS) {
			for (const oldest of this.#prepared.keys()) {
				this.#prepared.delete(oldest);
				break;
			}
		}
		return prepared;
	}
}
