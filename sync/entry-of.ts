/**
 * The entry of a table, or the property of a record, under a name that comes from outside; undefined
 * for a name such as `constructor`, which every object knows without having it.
 */
export const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
	Object.hasOwn(table, name) ? table[name] : undefined;
