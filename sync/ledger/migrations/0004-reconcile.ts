import type { SchemaChange } from './migration.ts';

/** What a reconciliation has to know: see the types of the same names in ../ledger.ts. */
export async function reconcile({
	database: { schema },
	text,
	whole,
	create,
}: SchemaChange): Promise<void> {
	await schema.alterTable('integration').addColumn('scope', text).execute();
	await schema.alterTable('deferred').addColumn('gone', whole).execute();
	await create(
		schema
			.createTable('place')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('target', text, (column) => column.notNull())
			.addColumn('list_id', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('place_key', ['integration', 'target', 'list_id']),
	);
}
