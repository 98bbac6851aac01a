import { randomBytes, randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { LedgerError } from './ledger.ts';
import { schemaChange, type Dialect, type Migration } from './migrations/migration.ts';
import type { LedgerTables } from './schema.ts';

/** Who a ledger is. `hashKey` is hex. */
export interface LedgerIdentity {
	readonly id: string;
	readonly hashKey: string;
}

/**
 * Tells who the ledger is, after bringing it to the newest schema where it is older.
 * Rejects with LedgerError `newer-schema` or `damaged`, having changed nothing.
 * `exclusively` runs a transaction that no other process shares.
 */
export async function openSchema(
	database: Kysely<LedgerTables>,
	dialect: Dialect,
	place: string,
	migrations: readonly Migration[],
	exclusively: <T>(body: (transaction: Transaction<LedgerTables>) => Promise<T>) => Promise<T>,
): Promise<LedgerIdentity> {
	// Reading first: an open that has nothing to migrate must not wait for the write lock.
	const meta = await database
		.transaction()
		.setAccessMode('read only')
		.execute(async (transaction) => await readMeta(transaction, place, migrations.length));
	if (meta.schema_version < migrations.length) {
		await exclusively(async (transaction) => {
			const { schema_version } = await readMeta(transaction, place, migrations.length);
			await run(transaction, dialect, migrations.slice(schema_version));
			await transaction.updateTable('meta').set({ schema_version: migrations.length }).execute();
		});
	}
	return { id: meta.ledger_id, hashKey: meta.hash_key };
}

/** Fills an empty database with a new ledger. */
export async function createSchema(
	transaction: Transaction<LedgerTables>,
	dialect: Dialect,
	migrations: readonly Migration[],
): Promise<void> {
	await run(transaction, dialect, migrations);
	await transaction
		.insertInto('meta')
		.values({
			ledger_id: randomUUID(),
			hash_key: randomBytes(32).toString('hex'),
			schema_version: migrations.length,
		})
		.execute();
}

async function readMeta(
	transaction: Transaction<LedgerTables>,
	place: string,
	known: number,
): Promise<LedgerTables['meta']> {
	const meta = await transaction.selectFrom('meta').selectAll().executeTakeFirst();
	if (!meta) {
		throw new LedgerError(
			'damaged',
			`The ledger ${place} has lost its identity.`,
			'Restore it from a backup, or choose another place for a new ledger.',
		);
	}
	if (meta.schema_version > known) {
		throw new LedgerError(
			'newer-schema',
			`The ledger ${place} has schema version ${meta.schema_version}, but this version of the package knows versions up to ${known}.`,
			'Update the package in every n8n that uses this ledger, or choose another ledger.',
		);
	}
	return meta;
}

async function run(
	transaction: Transaction<LedgerTables>,
	dialect: Dialect,
	migrations: readonly Migration[],
): Promise<void> {
	// Migrations know the tables of their own time, not today's.
	const schema = schemaChange(transaction as unknown as Kysely<unknown>, dialect);
	for (const migration of migrations) await migration(schema);
}
