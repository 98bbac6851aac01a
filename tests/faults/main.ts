/**
 * `npm run test:faults`: plays every fault in every scene with many seeds, and the random mix with
 * all of them.
 *
 *   npm run test:faults -- --seeds 1000
 *   npm run test:faults -- --seed 17 --row 8     one seed and row again, as it was
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../../bench/machine.ts';
import { installN8n } from '../../n8n-host/install.ts';
import { node24, root } from '../../scripts/install.cjs';
import { type SceneName, SCENES } from './rows.ts';
import { caseOf } from './seeds.ts';

const RESULTS = path.join(root, 'tests', 'faults', 'results.json');

interface Report {
	readonly testResults: ReadonlyArray<{
		readonly message: string;
		readonly assertionResults: ReadonlyArray<{
			readonly title: string;
			readonly status: string;
			readonly failureMessages: readonly string[];
		}>;
	}>;
}

export interface FaultResult {
	readonly row: number;
	readonly scene: SceneName;
	readonly passed: number;
	readonly failed: number;
}

const { values } = parseArgs({
	options: {
		seeds: { type: 'string', default: '100' },
		seed: { type: 'string' },
		row: { type: 'string' },
	},
});
const folder = mkdtempSync(path.join(tmpdir(), 'faults-report-'));
const file = path.join(folder, 'report.json');
// The nodes' own mapping takes part, and n8n's modules load in jest only.
spawnSync(
	node24,
	[
		'node_modules/jest/bin/jest.js',
		...SCENES.map((scene) => `tests/faults/${scene}.test.ts`),
		// jest would leave a core idle.
		'--maxWorkers=100%',
		'--json',
		`--outputFile=${file}`,
	],
	{
		cwd: root,
		stdio: ['ignore', 'ignore', 'inherit'],
		env: {
			...process.env,
			FAULT_SEEDS: values.seeds,
			...(values.seed !== undefined && { FAULT_SEED: values.seed }),
			...(values.row !== undefined && { FAULT_ROW: values.row }),
		},
	},
);
const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
rmSync(folder, { recursive: true });
const results = new Map<string, FaultResult>();
let [passed, failed] = [0, 0];
for (const { title, status, failureMessages } of testResults.flatMap(
	(one) => one.assertionResults,
)) {
	if (status !== 'passed' && status !== 'failed') continue;
	const isPassed = status === 'passed';
	if (isPassed) passed += 1;
	else failed += 1;
	const found = caseOf(title);
	if (!isPassed) console.log(`FAILED ${title}\n${failureMessages[0]?.slice(0, 800)}`);
	if (!found) continue;
	const key = `${found.row} ${found.scene}`;
	const known = results.get(key) ?? { ...found, passed: 0, failed: 0 };
	results.set(key, {
		...known,
		passed: known.passed + (isPassed ? 1 : 0),
		failed: known.failed + (isPassed ? 0 : 1),
	});
}
if (passed + failed === 0) {
	failed = 1;
	console.log(testResults.map(({ message }) => message).join('\n'));
}
if (values.row === undefined && values.seed === undefined) {
	const made = { measuredAt: new Date().toISOString(), machine: machine(await installN8n(), root) };
	// By scene, as jest reports the files in the order in which they end.
	const inOrder = SCENES.flatMap((name) =>
		[...results.values()].filter(({ scene }) => scene === name),
	);
	const all = { ...made, seeds: Number(values.seeds), results: inOrder };
	writeFileSync(RESULTS, `${JSON.stringify(all, null, '\t')}\n`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
