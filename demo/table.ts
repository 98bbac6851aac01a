/** A plain table for a terminal: columns as wide as their widest cell. */
export function table(headings: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const all = [headings, ...rows];
	const widths = headings.map((_, column) =>
		Math.max(...all.map((row) => row[column]?.length ?? 0)),
	);
	const line = (row: readonly string[]): string =>
		`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
	return [line(headings), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join(
		'\n',
	);
}
