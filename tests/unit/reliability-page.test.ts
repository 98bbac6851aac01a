import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultResults, reliabilityPage } from '../../scripts/reliability-page.ts';
import type { ClusterResults } from '../cluster/results.ts';
import type { CrashResults } from '../crash/results.ts';
import { CRASH_POINTS } from '../crash/points.ts';
import { FAULT_ROWS } from '../faults/rows.ts';

const file = (name: string): string => readFileSync(join(__dirname, '../..', name), 'utf8');
const found = (folder: string): unknown => {
	const from = join(__dirname, '..', folder, 'results.json');
	return existsSync(from) ? JSON.parse(readFileSync(from, 'utf8')) : undefined;
};

test('docs/reliability.md says what faults, crashes and the cluster test found, with machine and date', () => {
	const faults = found('faults') as FaultResults | undefined;
	const crashes = found('crash') as CrashResults | undefined;
	const cluster = found('cluster') as ClusterResults | undefined;
	if (!faults) throw new Error('The fault harness has no results');
	const page = file('docs/reliability.md');
	expect(page).toBe(reliabilityPage(faults, crashes, cluster));
	const parts = [crashes?.chance, crashes?.points, crashes?.troubles, cluster?.promises];
	for (const part of [faults, ...parts]) {
		if (part) expect(page).toContain(part.measuredAt.slice(0, 10));
	}
	for (const { number, fault } of FAULT_ROWS) expect(page).toContain(`| ${number} | ${fault} |`);
	for (const { words } of crashes ? CRASH_POINTS : []) expect(page).toContain(`| ${words} |`);
	for (const { name } of [...(cluster?.promises.played ?? []), ...(crashes?.troubles.over ?? [])])
		expect(page).toContain(`| ${name} |`);
});
