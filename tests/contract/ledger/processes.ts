import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLedger } from '../../../sync/ledger/open.ts';
import { START, type Place } from './desk.ts';

const run = promisify(execFile);
const PROCESSES = 4;
const LIMIT = Number(process.env['LEDGER_PROCESS_LIMIT'] ?? 200);
/** 100 for the long run. */
const ROUNDS = Number(process.env['LEDGER_PROCESS_ROUNDS'] ?? 2);
const SECONDS = 30;

interface Taken {
	readonly id: string;
	readonly taken: number;
	readonly notices: string[];
}

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
		`${PROCESSES} processes that make the ledger at once and take single tasks get exactly the limit`,
		async () => {
			for (let round = 0; round < ROUNDS; round++) await oneRound(place, program);
		},
		ROUNDS * SECONDS * 1_000,
	);
}

async function oneRound(place: Place, program: string): Promise<void> {
	const location = await place.newLocation();
	const started = performance.now();
	const taken = await Promise.all(
		Array.from({ length: PROCESSES }, async (_, number): Promise<Taken> => {
			const order = { location, name: `p${number}`, limit: LIMIT, periodEnds: Date.now() + 1e9 };
			const { stdout } = await run(process.execPath, [program, JSON.stringify(order)]);
			return JSON.parse(stdout) as Taken;
		}),
	);
	const seconds = (performance.now() - started) / 1_000;
	process.stdout.write(
		`${LIMIT} single tasks by ${PROCESSES} processes: ${seconds.toFixed(1)} s\n`,
	);
	expect(new Set(taken.map(({ id }) => id)).size).toBe(1);
	expect(taken.reduce((sum, one) => sum + one.taken, 0)).toBe(LIMIT);
	expect(taken.flatMap(({ notices }) => notices).sort()).toEqual(['exhausted', 'warning']);
	const ledger = await openLedger(location, { clock: { now: () => START } });
	try {
		expect(await ledger.quota.status('brevo-1', 'now')).toMatchObject({ used: LIMIT });
	} finally {
		await ledger.close();
	}
}
