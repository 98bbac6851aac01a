import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLedger, type LedgerLocation } from '../../../sync/ledger/open.ts';
import { START, type Place } from './desk.ts';
import type { Order, Taken } from './take-tasks.ts';

const run = promisify(execFile);
const PROCESSES = 4;
const ROUNDS = 100;
const TASKS_A_ROUND = 40;
const PATIENCE_MS = 180_000;

export function registerProcessTests(place: Place): void {
	// Bundled, as n8n loads it: also shows that nothing of pg or Kysely is left out of a bundle.
	const folder = mkdtempSync(join(tmpdir(), 'ledger-process-'));
	const program = join(folder, 'take-tasks.cjs');
	beforeAll(() => {
		const source = join(__dirname, 'take-tasks.ts');
		const options = ['--bundle', '--platform=node', '--format=cjs', '--log-level=error'];
		execFileSync(join(__dirname, '../../../node_modules/.bin/esbuild'), [
			...[source, ...options, `--outfile=${program}`],
		]);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it(
		`${PROCESSES} processes that make the ledger at once and take single tasks get exactly the limit, ${ROUNDS} times in a row`,
		async () => {
			const location = await place.newLocation();
			const started = performance.now();
			const all = await Promise.all(
				Array.from({ length: PROCESSES }, async (_, number) => {
					const order: Order = {
						location,
						name: `p${number}`,
						rounds: ROUNDS,
						limit: TASKS_A_ROUND,
						periodEnds: Date.now() + 1e9,
					};
					const { stdout } = await run(process.execPath, [program, JSON.stringify(order)]);
					return JSON.parse(stdout) as Taken;
				}),
			);
			const seconds = ((performance.now() - started) / 1_000).toFixed(1);
			process.stdout.write(
				`${ROUNDS * TASKS_A_ROUND} single tasks by ${PROCESSES} processes: ${seconds} s\n`,
			);
			expect(new Set(all.map(({ id }) => id)).size).toBe(1);
			await checkRounds(location, all);
		},
		PATIENCE_MS,
	);
}

async function checkRounds(location: LedgerLocation, all: readonly Taken[]): Promise<void> {
	const ledger = await openLedger(location, { clock: { now: () => START } });
	try {
		for (let round = 0; round < ROUNDS; round++) {
			const total = all.reduce((sum, { taken }) => sum + (taken[round] ?? 0), 0);
			expect({ round, total }).toEqual({ round, total: TASKS_A_ROUND });
			const notices = all.flatMap((one) => one.notices[round] ?? []);
			expect(notices.sort()).toEqual(['exhausted', 'warning']);
			const status = await ledger.quota.status(`brevo-${round}`, 'now');
			expect(status).toMatchObject({ used: TASKS_A_ROUND });
		}
	} finally {
		await ledger.close();
	}
}
