/** SQLite takes 32,766 parameters a statement and PostgreSQL 65,535; fewer keep a statement small. */
const MOST_PARAMETERS = 12_000;

/** Cuts rows so that a statement with `parametersPerRow` for each stays within the limits. */
export function* batches<Row>(rows: readonly Row[], parametersPerRow: number): Generator<Row[]> {
	const most = Math.floor(MOST_PARAMETERS / parametersPerRow);
	for (let start = 0; start < rows.length; start += most) yield rows.slice(start, start + most);
}

/** One row a key, the last word winning: an upsert may not meet the same row twice. In key order,
 *  so that transactions side by side lock rows in one order. */
export function lastByKey<Row>(rows: readonly Row[], key: (row: Row) => string): Row[] {
	const byKey = new Map(rows.map((row) => [key(row), row]));
	return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
