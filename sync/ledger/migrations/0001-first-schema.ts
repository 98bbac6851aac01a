import { sql } from 'kysely';
import { OUTCOMES } from '../../outcome.ts';
import type { SchemaChange } from './migration.ts';

export async function firstSchema(schema: SchemaChange): Promise<void> {
	await ledgerItself(schema);
	await integrations(schema);
	await pages(schema);
	await recordsThatWait(schema);
	await links(schema);
	await quota(schema);
}

async function ledgerItself({ database, text, whole, create }: SchemaChange): Promise<void> {
	await create(
		database.schema
			.createTable('meta')
			.addColumn('ledger_id', text, (column) => column.primaryKey())
			.addColumn('hash_key', text, (column) => column.notNull())
			.addColumn('schema_version', whole, (column) => column.notNull()),
	);
	await create(
		database.schema
			.createTable('cache')
			.addColumn('cache_key', text, (column) => column.primaryKey())
			.addColumn('json', text, (column) => column.notNull())
			.addColumn('expires_at', whole, (column) => column.notNull()),
	);
}

async function integrations({ database, text, whole, create }: SchemaChange): Promise<void> {
	await create(
		database.schema
			.createTable('integration')
			.addColumn('name', text, (column) => column.primaryKey())
			.addColumn('object', text, (column) => column.notNull())
			.addColumn('salesforce_org', text, (column) => column.notNull())
			.addColumn('workflow', text, (column) => column.notNull())
			.addColumn('brevo_account', text)
			.addColumn('consent_at', whole, (column) => column.notNull())
			.addColumn('state', text, (column) => column.notNull())
			.addColumn('last_error', text)
			.addColumn('failed_runs', whole, (column) => column.notNull()),
	);
	await create(
		database.schema
			.createTable('lease')
			.addColumn('integration', text, (column) => column.primaryKey())
			.addColumn('owner', text, (column) => column.notNull())
			.addColumn('until', whole, (column) => column.notNull()),
	);
	await create(
		database.schema
			.createTable('cursor')
			.addColumn('integration', text, (column) => column.primaryKey())
			.addColumn('watermark_stamp', text)
			.addColumn('watermark_id', text)
			.addColumn('floor_stamp', text)
			.addColumn('floor_id', text)
			.addColumn('started_at', text, (column) => column.notNull()),
	);
	let activity = database.schema
		.createTable('activity')
		.addColumn('integration', text, (column) => column.notNull())
		.addColumn('day', whole, (column) => column.notNull());
	for (const count of ['read', 'tasks', ...OUTCOMES]) {
		activity = activity.addColumn(count, whole, (column) => column.notNull());
	}
	await create(activity.addPrimaryKeyConstraint('activity_key', ['integration', 'day']));
}

async function pages({ database, text, whole, create }: SchemaChange): Promise<void> {
	await create(
		database.schema
			.createTable('page')
			.addColumn('integration', text, (column) => column.primaryKey())
			.addColumn('id', text, (column) => column.notNull().unique())
			.addColumn('kind', text, (column) => column.notNull())
			.addColumn('attempt', whole, (column) => column.notNull())
			.addColumn('opened_at', whole, (column) => column.notNull())
			.addColumn('earlier_tasks', whole, (column) => column.notNull()),
	);
	await create(
		database.schema
			.createTable('page_outcome')
			.addColumn('page', text, (column) => column.notNull())
			.addColumn('record_id', text, (column) => column.notNull())
			.addColumn('outcome', text)
			.addColumn('tasks', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('page_outcome_key', ['page', 'record_id']),
	);
	await create(
		database.schema
			.createTable('seen')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('record_id', text, (column) => column.notNull())
			.addColumn('stamp', text, (column) => column.notNull())
			.addPrimaryKeyConstraint('seen_key', ['integration', 'record_id']),
	);
	await database.schema
		.createIndex('seen_by_stamp')
		.on('seen')
		.columns(['integration', 'stamp'])
		.execute();
}

async function recordsThatWait({ database, text, whole, create }: SchemaChange): Promise<void> {
	await create(
		database.schema
			.createTable('deferred')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('record_id', text, (column) => column.notNull())
			.addColumn('limit_id', text, (column) => column.notNull())
			.addColumn('due_at', whole, (column) => column.notNull())
			.addColumn('attempts', whole, (column) => column.notNull())
			.addColumn('first_at', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('deferred_key', ['integration', 'record_id']),
	);
	await database.schema
		.createIndex('deferred_by_due')
		.on('deferred')
		.columns(['integration', 'due_at', 'first_at', 'record_id'])
		.execute();
	await create(
		database.schema
			.createTable('rejection')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('record_id', text, (column) => column.notNull())
			.addColumn('limit_id', text, (column) => column.notNull())
			.addColumn('field', text)
			.addColumn('shape', text)
			.addColumn('first_at', whole, (column) => column.notNull())
			.addColumn('last_at', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('rejection_key', ['integration', 'record_id']),
	);
	await database.schema
		.createIndex('rejection_by_limit')
		.on('rejection')
		.columns(['integration', 'limit_id', 'record_id'])
		.execute();
}

async function links({ database, text, whole, create }: SchemaChange): Promise<void> {
	await create(
		database.schema
			.createTable('link')
			.addColumn('integration', text, (column) => column.notNull())
			.addColumn('record_id', text, (column) => column.notNull())
			.addColumn('brevo_account', text, (column) => column.notNull())
			.addColumn('brevo_id', whole)
			.addColumn('hash', text, (column) => column.notNull())
			.addColumn('email_hash', text)
			.addColumn('sms_hash', text)
			.addColumn('written_at', whole, (column) => column.notNull())
			.addColumn('removed_at', whole)
			.addPrimaryKeyConstraint('link_key', ['integration', 'record_id']),
	);
	for (const identifier of ['email_hash', 'sms_hash']) {
		await database.schema
			.createIndex(`link_by_${identifier}`)
			.on('link')
			.columns(['brevo_account', identifier])
			.where(sql.ref(identifier), 'is not', null)
			.execute();
	}
}

async function quota({ database, text, whole, create }: SchemaChange): Promise<void> {
	await create(
		database.schema
			.createTable('quota_account')
			.addColumn('account', text, (column) => column.primaryKey())
			.addColumn('period', text, (column) => column.notNull())
			.addColumn('ends_at', whole, (column) => column.notNull()),
	);
	await create(
		database.schema
			.createTable('quota_period')
			.addColumn('account', text, (column) => column.notNull())
			.addColumn('period', text, (column) => column.notNull())
			.addColumn('ends_at', whole, (column) => column.notNull())
			.addColumn('task_limit', whole, (column) => column.notNull())
			.addColumn('lane', whole, (column) => column.notNull())
			.addColumn('used', whole, (column) => column.notNull().check(sql`used >= 0`))
			.addColumn('first_at', whole)
			.addPrimaryKeyConstraint('quota_period_key', ['account', 'period']),
	);
	await create(
		database.schema
			.createTable('reservation')
			.addColumn('account', text, (column) => column.notNull())
			.addColumn('task_key', text, (column) => column.notNull())
			.addColumn('hash', text, (column) => column.notNull())
			.addColumn('period', text, (column) => column.notNull())
			.addColumn('released_at', whole)
			.addColumn('forget_at', whole, (column) => column.notNull())
			.addPrimaryKeyConstraint('reservation_key', ['account', 'task_key']),
	);
	await create(
		database.schema
			.createTable('notice')
			.addColumn('account', text, (column) => column.notNull())
			.addColumn('period', text, (column) => column.notNull())
			.addColumn('notice', text, (column) => column.notNull())
			.addColumn('claimant', text, (column) => column.notNull())
			.addColumn('given_at', whole, (column) => column.notNull())
			.addColumn('confirmed_at', whole)
			.addColumn('mailed_at', whole)
			.addPrimaryKeyConstraint('notice_key', ['account', 'period', 'notice']),
	);
}
