import { sql, type CreateTableBuilder, type Kysely, type RawBuilder } from 'kysely';

export type Dialect = 'sqlite' | 'postgres';

/** One step from a schema version to the next. Runs in a transaction with the version's change. */
export type Migration = (schema: SchemaChange) => Promise<void>;

/** The schema builder with the few types that the two dialects spell differently. */
export interface SchemaChange {
	readonly database: Kysely<unknown>;
	/** Text that is compared and sorted by its bytes, as Salesforce ids and time stamps must be. */
	readonly text: RawBuilder<unknown>;
	/** A count, or milliseconds since the epoch. */
	readonly whole: RawBuilder<unknown>;
	/** A table whose rows lie in the order of their primary key where the dialect can do that. */
	readonly create: <Table extends string>(
		table: CreateTableBuilder<Table, string>,
	) => Promise<void>;
}

export function schemaChange(database: Kysely<unknown>, dialect: Dialect): SchemaChange {
	return {
		database,
		// PostgreSQL otherwise sorts by the database's language, where 'a' comes before 'B'.
		text: dialect === 'postgres' ? sql`text collate "C"` : sql`text`,
		whole: dialect === 'postgres' ? sql`bigint` : sql`integer`,
		async create(table) {
			await (dialect === 'sqlite' ? table.modifyEnd(sql`without rowid, strict`) : table).execute();
		},
	};
}
