import { parse } from 'csv-parse/sync';
import { type ExportedRun, runsCsv } from '../../sync/desk/runs.ts';

const run = (integration: string): ExportedRun => ({
	...{ integration, direction: 'Salesforce to Brevo', object: 'Contact', page: 'p', attempts: 1 },
	...{
		kind: 'changes',
		startedAt: '2026-11-14T12:00:00.000Z',
		endedAt: '2026-11-14T12:00:01.000Z',
	},
	...{ read: 1, written: 1, unchanged: 0, excluded: 0, rejected: 0, deferred: 0, tasks: 1 },
});

test('a name that begins like a formula stays a text in a spreadsheet', () => {
	for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx']) {
		const [row] = parse<Record<string, string>>(runsCsv([run(name)]), { bom: true, columns: true });
		expect(row?.['integration']).toBe(`'${name}`);
	}
});

test('quotes, line breaks and accents come through; the file begins with the mark of UTF-8', () => {
	const name = 'Kündigungen, "alt";\nneu';
	const text = runsCsv([run(name)]);
	expect(text.codePointAt(0)).toBe(0xfeff);
	const [row] = parse<Record<string, string>>(text, { bom: true, columns: true });
	expect(row?.['integration']).toBe(name);
});

test('without runs there is still a header', () => {
	expect(runsCsv([])).toMatch(/^\uFEFFintegration,direction,object,page,kind,startedAt,endedAt,/);
});
