import { renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from '../../sync/ledger/migrations/list.ts';
import { openLedger } from '../../sync/ledger/open.ts';

/** What the first schema called otherwise. */
const FORMER_NAMES: Readonly<Record<string, string>> = { 'link.hash': 'target' };

/**
 * Makes of a ledger file the one that the first version of the package would have: its schema, the
 * same identity, and of what is known all that it had a place for. Nobody may have the file open.
 */
export async function makeOlder(path: string): Promise<void> {
	const older = `${path}.older`;
	const migrations = MIGRATIONS.slice(0, 1);
	await (await openLedger({ kind: 'file', path: older }, { clock: Date, migrations })).close();
	const database = new DatabaseSync(older);
	database.prepare('attach ? as now').run(path);
	database.exec(
		'update meta set (ledger_id, hash_key) = (select ledger_id, hash_key from now.meta)',
	);
	for (const table of namesIn(database, "select name from main.sqlite_master where type = 'table'"))
		if (table !== 'meta') copy(database, table);
	database.close();
	for (const file of [`${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
	renameSync(older, path);
}

function copy(database: DatabaseSync, table: string): void {
	const columns = namesIn(database, `select name from pragma_table_info('${table}', 'main')`);
	const sources = columns.map((column) => FORMER_NAMES[`${table}.${column}`] ?? column);
	database.exec(
		`insert into main."${table}" (${columns.join(', ')}) select ${sources.join(', ')} from now."${table}"`,
	);
}

const namesIn = (database: DatabaseSync, query: string): string[] =>
	database
		.prepare(query)
		.all()
		.map(({ name }) => String(name));

/** Of a ledger file. */
export function schemaVersion(path: string): number {
	const database = new DatabaseSync(path, { readOnly: true });
	const row = database.prepare('select schema_version as version from meta').get();
	database.close();
	return Number(row?.['version']);
}
