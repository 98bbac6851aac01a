import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultResults, reliabilityPage } from '../../scripts/reliability-page.ts';
import { FAULT_ROWS } from '../faults/rows.ts';

const file = (name: string): string => readFileSync(join(__dirname, '../..', name), 'utf8');

test('docs/reliability.md says what the fault harness found, row by row, with machine and date', () => {
	const results = JSON.parse(file('tests/faults/results.json')) as FaultResults;
	const page = file('docs/reliability.md');
	expect(page).toBe(reliabilityPage(results));
	expect(page).toContain(results.measuredAt.slice(0, 10));
	for (const { number, fault } of FAULT_ROWS) expect(page).toContain(`| ${number} | ${fault} |`);
});
