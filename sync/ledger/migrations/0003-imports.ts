import type { SchemaChange } from './migration.ts';

/** What large reads and imports need, and who wrote to Salesforce last: see the types in ../ledger.ts. */
export async function imports({
	database: { schema },
	text,
	whole,
	create,
}: SchemaChange): Promise<void> {
	await schema.alterTable('link').addColumn('salesforce_written_at', text).execute();
	await create(
		schema
			.createTable('snapshot')
			.addColumn('integration', text, (column) => column.primaryKey())
			.addColumn('purpose', text, (column) => column.notNull())
			.addColumn('started_at', text, (column) => column.notNull())
			.addColumn('begun_at', whole, (column) => column.notNull())
			.addColumn('job', text)
			.addColumn('locator', text)
			.addColumn('total', whole)
			.addColumn('done', whole, (column) => column.notNull())
			.addColumn('ended_at', whole),
	);
	await create(
		schema
			.createTable('brevo_import')
			.addColumn('account', text, (column) => column.notNull())
			.addColumn('content', text, (column) => column.notNull())
			.addColumn('process_id', whole)
			.addColumn('sent_at', whole, (column) => column.notNull())
			.addColumn('settled_at', whole)
			.addPrimaryKeyConstraint('brevo_import_key', ['account', 'content']),
	);
}
