import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLedger } from '../../sync/ledger/open.ts';
import { MIGRATIONS } from '../../sync/ledger/migrations/list.ts';
import type { Migration } from '../../sync/ledger/migrations/migration.ts';

const clock = { now: () => Date.now() };
const folder = mkdtempSync(join(tmpdir(), 'ledger-migrations-'));
let files = 0;
const newPath = () => join(folder, `${++files}.sqlite`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const addsAColumn: Migration = async ({ database, text }) => {
	await database.schema.alterTable('integration').addColumn('colour', text).execute();
};
const fails: Migration = async (schema) => {
	await addsAColumn(schema);
	throw new Error('No such colour');
};
const open = async (path: string, migrations = MIGRATIONS) =>
	await openLedger({ kind: 'file', path }, { clock, migrations });

function versionAndColumns(path: string): { version: unknown; colour: boolean } {
	const database = new DatabaseSync(path);
	const row = database.prepare('select schema_version as version from meta').get();
	const columns = database.prepare('pragma table_info(integration)').all();
	database.close();
	return { version: row?.['version'], colour: columns.some(({ name }) => name === 'colour') };
}

it('an older ledger is brought to the newest schema and keeps what it holds', async () => {
	const path = newPath();
	const old = await open(path);
	await old.cache.set('k', '1', 100_000);
	await old.close();
	const migrated = await open(path, [...MIGRATIONS, addsAColumn]);
	expect(migrated.id).toBe(old.id);
	expect(migrated.hash('x')).toBe(old.hash('x'));
	expect(await migrated.cache.get('k')).toBe('1');
	await migrated.close();
	expect(versionAndColumns(path)).toEqual({ version: MIGRATIONS.length + 1, colour: true });
	await expect(open(path)).rejects.toMatchObject({ code: 'newer-schema' });
});

it('a migration that fails leaves the ledger as it was', async () => {
	const path = newPath();
	await (await open(path)).close();
	await expect(open(path, [...MIGRATIONS, fails])).rejects.toThrow('No such colour');
	expect(versionAndColumns(path)).toEqual({ version: MIGRATIONS.length, colour: false });
	await (await open(path)).close();
});

it('a ledger that several open at once is migrated once', async () => {
	const path = newPath();
	await (await open(path)).close();
	const ledgers = await Promise.all(
		Array.from({ length: 5 }, async () => await open(path, [...MIGRATIONS, addsAColumn])),
	);
	for (const ledger of ledgers) await ledger.close();
	expect(versionAndColumns(path)).toEqual({ version: MIGRATIONS.length + 1, colour: true });
});

it('a new ledger that cannot be finished is not there', async () => {
	const path = newPath();
	await expect(open(path, [...MIGRATIONS, fails])).rejects.toThrow('No such colour');
	await (await open(path)).close();
	expect(versionAndColumns(path)).toEqual({ version: MIGRATIONS.length, colour: false });
});
