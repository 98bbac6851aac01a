import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../scripts/install.cjs';
import { waitFor } from './wait.ts';

/** How long n8n's event loop was held up, milliseconds. */
export interface LoopDelay {
	readonly p50: number;
	readonly p99: number;
	readonly max: number;
}

/** What the measured n8n needs in its environment, for `watchLoop`; `heapMb` caps its heap. */
export const loopEnv = (folder: string, heapMb?: number): Readonly<Record<string, string>> => ({
	NODE_OPTIONS: [
		`--require ${path.join(root, 'bench', 'loop-delay.cjs')}`,
		...(heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`]),
	].join(' '),
	BENCH_LOOP_DELAY_FOLDER: folder,
});

export interface LoopWatch {
	/** What was seen since the watch began. */
	stop(): Promise<LoopDelay>;
}

/** Begins to watch an n8n that has `loopEnv`; once for each n8n. */
export async function watchLoop(pid: number, folder: string): Promise<LoopWatch> {
	const report = async (number: number): Promise<LoopDelay> => {
		process.kill(pid, 'SIGUSR2');
		const file = path.join(folder, `${pid}-${number}.json`);
		const text = await waitFor(
			async () => (existsSync(file) ? readFileSync(file, 'utf8') || undefined : undefined),
			{ what: "n8n's event-loop delay", timeoutMs: 300_000, everyMs: 20 },
		);
		return JSON.parse(text) as LoopDelay;
	};
	await report(1);
	return { stop: async () => await report(2) };
}
