import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultResults, reliabilityPage } from '../../scripts/reliability-page.ts';
import type { ClusterResults } from '../cluster/results.ts';
import type { CrashResults } from '../crash/results.ts';
import { CRASH_POINTS } from '../crash/points.ts';
import { FAULT_ROWS } from '../faults/rows.ts';

const file = (name: string): string => readFileSync(join(__dirname, '../..', name), 'utf8');
const found = (folder: string): unknown => JSON.parse(file(`tests/${folder}/results.json`));

test('docs/reliability.md says what faults, crashes and the cluster test found, with machine and date', () => {
	const faults = found('faults') as FaultResults;
	const crashes = found('crash') as CrashResults;
	const cluster = found('cluster') as ClusterResults;
	const page = file('docs/reliability.md');
	expect(page).toBe(reliabilityPage(faults, crashes, cluster));
	const measured = [faults, crashes.chance, crashes.points, crashes.troubles, cluster.promises];
	for (const { measuredAt } of measured) expect(page).toContain(measuredAt.slice(0, 10));
	for (const { number, fault } of FAULT_ROWS) expect(page).toContain(`| ${number} | ${fault} |`);
	for (const { words } of CRASH_POINTS) expect(page).toContain(`| ${words} |`);
	for (const { name } of [...cluster.promises.played, ...crashes.troubles.over])
		expect(page).toContain(`| ${name} |`);
});
