/** 6. How large the package is, and what it costs an n8n that does not use it yet. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { node24, root } from '../scripts/install.cjs';
import { inFolder } from './arena.ts';
import { type Bench, percentile, type Section, target } from './results.ts';

const RUNS = 5;
const RUN_MS = 60_000;
const MEGABYTE = 1_000_000;

interface Loading {
	readonly milliseconds: number;
	readonly heapMb: number;
	readonly residentMb: number;
}

export async function measureSize({ packageTarball }: Bench): Promise<Section> {
	return await inFolder(async (folder) => {
		execFileSync('tar', ['-xzf', packageTarball, '-C', folder, '--strip-components=1']);
		const runs = Array.from({ length: RUNS }, () => load(folder));
		const median = (value: (run: Loading) => number): number | null =>
			percentile(runs.map(value), 0.5);
		const packed = statSync(packageTarball).size / MEGABYTE;
		const milliseconds = median((run) => run.milliseconds);
		return {
			title: 'Size',
			measuredAt: new Date().toISOString(),
			tables: [
				{
					columns: ['what', ''],
					rows: [
						['tarball, MB', packed],
						['unpacked, MB', sizeOf(folder) / MEGABYTE],
						['time to load all nodes and credentials, ms', milliseconds],
						['heap after loading, MB', median((run) => run.heapMb)],
						['resident memory after loading, MB', median((run) => run.residentMb)],
					],
				},
			],
			targets: [
				target('tarball', 'at most', 1, packed, ' MB'),
				target('time to load', 'at most', 250, milliseconds, ' ms'),
			],
			notes: [
				`Loaded in a fresh Node process that has n8n-workflow already, as n8n has; the median of ${RUNS} runs.`,
			],
		};
	});
}

function load(folder: string): Loading {
	const script = path.join(root, 'bench', 'load-nodes.cjs');
	const text = execFileSync(node24, ['--expose-gc', script, folder], {
		env: { ...process.env, NODE_PATH: path.join(root, 'node_modules') },
		timeout: RUN_MS,
		encoding: 'utf8',
	});
	return JSON.parse(text) as Loading;
}

const sizeOf = (folder: string): number =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
