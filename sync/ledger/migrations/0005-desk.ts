import { OUTCOMES } from '../../outcome.ts';
import type { SchemaChange } from './migration.ts';

/** What Contact Sync looks at and sets: see the types in ../desk.ts. */
export async function desk(schema: SchemaChange): Promise<void> {
	const { database, whole } = schema;
	const add = async (table: string, ...columns: readonly string[]): Promise<void> => {
		for (const column of columns)
			await database.schema.alterTable(table).addColumn(column, whole).execute();
	};
	await add('integration', 'paused_at', 'looked_at');
	await add('quota_period', 'own_limit');
	await add('link', 'first_written_at');
	await add('page_outcome', 'since');
	await runs(schema);
	await measures(schema);
	await verdicts(schema);
}

async function runs({ database, text, whole, create }: SchemaChange): Promise<void> {
	let run = database.schema
		.createTable('run')
		.addColumn('integration', text, (column) => column.notNull())
		.addColumn('ended_at', whole, (column) => column.notNull())
		.addColumn('page', text, (column) => column.notNull())
		.addColumn('kind', text, (column) => column.notNull())
		.addColumn('attempts', whole, (column) => column.notNull())
		.addColumn('opened_at', whole, (column) => column.notNull());
	for (const count of ['read', 'tasks', ...OUTCOMES]) {
		run = run.addColumn(count, whole, (column) => column.notNull());
	}
	await create(run.addPrimaryKeyConstraint('run_key', ['integration', 'ended_at', 'page']));
}

async function measures({ database, text, whole, create }: SchemaChange): Promise<void> {
	await create(
		database.schema
			.createTable('delay')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('day', whole, (column) => column.notNull())
			.addColumn('seconds', whole, (column) => column.notNull())
			.addColumn('records', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('delay_key', ['integration', 'day', 'seconds']),
	);
	await create(
		database.schema
			.createTable('quota_day')
			.addColumn('account', text, (column) => column.notNull())
			.addColumn('period', text, (column) => column.notNull())
			.addColumn('day', whole, (column) => column.notNull())
			.addColumn('used', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('quota_day_key', ['account', 'period', 'day']),
	);
	await create(
		database.schema
			.createTable('api_calls')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('hour', whole, (column) => column.notNull())
			.addColumn('service', text, (column) => column.notNull())
			.addColumn('calls', whole, (column) => column.notNull())
			.addColumn('used', whole)
			.addColumn('most', whole)
			.addPrimaryKeyConstraint('api_calls_key', ['integration', 'hour', 'service']),
	);
}

async function verdicts({ database, text, whole, create }: SchemaChange): Promise<void> {
	await create(
		database.schema
			.createTable('verdict')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('record_id', text, (column) => column.notNull())
			.addColumn('limit_id', text, (column) => column.notNull())
			.addColumn('outcome', text, (column) => column.notNull())
			.addColumn('field', text)
			.addColumn('shape', text)
			.addColumn('first_at', whole, (column) => column.notNull())
			.addColumn('last_at', whole, (column) => column.notNull())
			.addColumn('times', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('verdict_key', ['integration', 'record_id', 'limit_id']),
	);
}
