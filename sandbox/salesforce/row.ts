export type Value = string | number | boolean | null;

/**
 * One record. Never changed, only replaced, so that a query's pages and a rollback can hold on to it.
 * Empty fields are absent, and so are dates that equal SystemModstamp: a million rows must fit into
 * memory. Dates with time are whole seconds since the epoch, dates are YYYY-MM-DD.
 */
export interface Row {
	readonly Id: string;
	/** Seconds since the epoch. */
	readonly SystemModstamp: number;
	readonly CreatedDate?: number;
	readonly LastModifiedDate?: number;
	readonly IsDeleted?: true;
	readonly [field: string]: Value | undefined;
}

export const byStamp = (a: Row, b: Row): number =>
	a.SystemModstamp - b.SystemModstamp || byId(a, b);

/** By code unit, as the order of ids in SOQL is taken to be. */
export const byId = (a: Row, b: Row): number => (a.Id < b.Id ? -1 : a.Id > b.Id ? 1 : 0);
