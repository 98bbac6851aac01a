/**
 * `npm run bench`: ours, n8n's built-in nodes and a raw script side by side, in one run against the
 * same sandbox.
 *
 *   npm run bench -- --only import,delay --sizes 1000,10000
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { table } from '../demo/table.ts';
import { installN8n } from '../n8n-host/install.ts';
import { packPackage } from '../n8n-host/pack.ts';
import { root } from '../scripts/install.cjs';
import { benchArguments } from './arguments.ts';
import { measureDay } from './day.ts';
import { measureDelay } from './delay.ts';
import { measureEngine } from './engine.ts';
import { measureImport } from './import.ts';
import { machine } from './machine.ts';
import { measureMillion } from './million.ts';
import { type Bench, type Results, type Section, shown } from './results.ts';
import { measureSize } from './size.ts';

const MEASUREMENTS = {
	import: measureImport,
	million: measureMillion,
	delay: measureDelay,
	day: measureDay,
	engine: measureEngine,
	size: measureSize,
} as const satisfies Record<string, (bench: Bench) => Promise<Section | undefined>>;
type Name = keyof typeof MEASUREMENTS;

const RESULTS = path.join(root, 'bench', 'results.json');
const say = (line: string): void => {
	console.log(line);
};

/** Measurements of other runs stay, with the date they have. */
function earlier(): Results['sections'] {
	try {
		return (JSON.parse(readFileSync(RESULTS, 'utf8')) as Results).sections;
	} catch {
		return {};
	}
}

function sayTable(columns: readonly string[], rows: ReadonlyArray<readonly string[]>): void {
	say(`\n${table(columns, rows)}`);
}

function saySection({ title, tables, targets, notes }: Section): void {
	say(`\n${title}`);
	for (const { columns, rows } of tables)
		sayTable(
			columns,
			rows.map((row) => row.map(shown)),
		);
	if (targets.length > 0)
		sayTable(
			['', 'target', 'to reach', 'found'],
			targets.map(({ what, goal, found, reached }) => [
				reached === null ? '' : reached ? 'reached' : 'MISSED',
				what,
				goal,
				found ?? 'not measured',
			]),
		);
	for (const { what, why } of targets) if (why !== undefined) say(`  ${what}: ${why}`);
	for (const note of notes) say(`  ${note}`);
}

async function main(): Promise<void> {
	const names = Object.keys(MEASUREMENTS) as Name[];
	const { only, sizes, full } = benchArguments(process.argv.slice(2), names);
	// Who ends it early leaves nothing behind: what was started ends with this process.
	for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const])
		process.once(signal, () => process.exit(code));
	const hostDir = await installN8n();
	const bench = { hostDir, packageTarball: await packPackage(), sizes, full, say };
	let sections = earlier();
	for (const name of only) {
		say(`\nMeasuring: ${name} …`);
		const section = await MEASUREMENTS[name](bench);
		if (!section) {
			say(`  left out: needs --full, or 1000000 among --sizes`);
			continue;
		}
		saySection(section);
		sections = { ...sections, [name]: section };
		const results: Results = { machine: machine(hostDir, root), sections };
		writeFileSync(RESULTS, `${JSON.stringify(results, null, '\t')}\n`);
	}
	say(`\nWrote ${path.relative(root, RESULTS)}; npm run docs puts it into docs/performance.md.`);
}

try {
	await main();
} catch (error) {
	console.error(
		`\nThe benchmark stopped: ${error instanceof Error ? error.message : String(error)}`,
	);
	process.exitCode = 1;
}
