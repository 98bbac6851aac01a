/**
 * Rows of a CSV text, one at a time and fast: quotes double inside quotes, LF or CRLF, empty lines
 * skipped, no check of the number of cells. Throws an Error when a quoted cell is never closed.
 */
export function* csvRows(text: string, delimiter: string): Generator<string[]> {
	let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
	while (at < text.length) {
		const end = endOfLine(text, at);
		const line = text.slice(at, end > at && text[end - 1] === '\r' ? end - 1 : end);
		at = end + 1;
		if (line !== '')
			yield line.includes('"') ? quotedCells(line, delimiter) : line.split(delimiter);
	}
}

/** Where the line ends that begins at `from`; a line break inside quotes is none. */
function endOfLine(text: string, from: number): number {
	let end = text.indexOf('\n', from);
	let quote = text.indexOf('"', from);
	while (quote >= 0 && end >= 0 && quote < end) {
		quote = text.indexOf('"', quote + 1);
		if (quote < 0) throw new Error('A quoted value is never closed');
		if (quote > end) end = text.indexOf('\n', quote);
		quote = text.indexOf('"', quote + 1);
	}
	return end < 0 ? text.length : end;
}

function quotedCells(line: string, delimiter: string): string[] {
	const cells: string[] = [];
	for (let at = 0; at <= line.length; at += 1) {
		if (line[at] !== '"') {
			const end = line.indexOf(delimiter, at);
			cells.push(line.slice(at, end < 0 ? line.length : end));
			at = end < 0 ? line.length : end;
			continue;
		}
		const end = closingQuote(line, at + 1);
		const cell = line.slice(at + 1, end);
		cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
		at = end + 1;
	}
	return cells;
}

function closingQuote(line: string, from: number): number {
	let at = line.indexOf('"', from);
	while (at >= 0 && line[at + 1] === '"') at = line.indexOf('"', at + 2);
	if (at < 0) throw new Error('A quoted value is never closed');
	return at;
}
