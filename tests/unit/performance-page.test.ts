import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results } from '../../bench/results.ts';
import { performancePage } from '../../scripts/performance-page.ts';

const file = (name: string): string => readFileSync(join(__dirname, '../..', name), 'utf8');

test('docs/performance.md says what the benchmark found, with machine and date, missed goals too', () => {
	const results = JSON.parse(file('bench/results.json')) as Results;
	const page = file('docs/performance.md');
	expect(page).toBe(performancePage(results));
	expect(page).toContain(results.machine.cpu);
	for (const { measuredAt, targets } of Object.values(results.sections)) {
		expect(page).toContain(measuredAt.slice(0, 10));
		const missed = targets.filter(({ reached }) => reached === false);
		for (const { what } of missed) expect(page).toContain(`| ${what} |`);
	}
});
