import { sql } from 'kysely';
import type { SchemaChange } from './migration.ts';

/** What the way back from Brevo needs: see the types of the same names in ../ledger.ts. */
export async function bothWays({ database, text, whole, create }: SchemaChange): Promise<void> {
	const { schema } = database;
	for (const column of ['back_of', 'profile']) {
		await schema.alterTable('integration').addColumn(column, text).execute();
	}
	for (const table of ['rejection', 'deferred']) {
		await schema.alterTable(table).addColumn('waits_for', text).execute();
	}
	await schema
		.createIndex('rejection_by_waits_for')
		.on('rejection')
		.column('waits_for')
		.where(sql.ref('waits_for'), 'is not', null)
		.execute();
	await schema
		.createIndex('link_by_record')
		.on('link')
		.columns(['brevo_account', 'record_id'])
		.execute();
	await schema.alterTable('link').renameColumn('hash', 'target').execute();
	await schema.alterTable('link').addColumn('fields', text).execute();
	for (const column of ['salesforce_opted_out', 'brevo_opted_out']) {
		await schema.alterTable('link').addColumn(column, whole).execute();
	}
	await create(
		schema
			.createTable('hint')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('record_id', text, (column) => column.notNull())
			.addColumn('noted_at', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('hint_key', ['integration', 'record_id']),
	);
	await create(
		schema
			.createTable('conflict')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('record_id', text, (column) => column.notNull())
			.addColumn('field', text, (column) => column.notNull())
			.addColumn('winner', text, (column) => column.notNull())
			.addColumn('at', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('conflict_key', ['integration', 'record_id', 'field']),
	);
}
