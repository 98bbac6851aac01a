import type { SchemaChange } from './migration.ts';

/** What the way back from Brevo needs: see the types of the same names in ../ledger.ts. */
export async function bothWays({ database, text, whole, create }: SchemaChange): Promise<void> {
	const { schema } = database;
	for (const column of ['back_of', 'profile']) {
		await schema.alterTable('integration').addColumn(column, text).execute();
	}
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
