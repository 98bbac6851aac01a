import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { VALUES } from './oracle.ts';
import type { SceneName } from './rows.ts';
import { type Case, run, type Stage } from './run.ts';
import { chosen, titleOf } from './seeds.ts';

/** FAULT_TRACE=1 shows each call: milliseconds of the story, whom, what, the answer's status. */
const traced = ({ FAULT_TRACE }: NodeJS.ProcessEnv): Pick<Stage, 'trace'> =>
	FAULT_TRACE ? { trace: (line) => void process.stderr.write(`${line}\n`) } : {};

/** Registers the tests of one scene; each scene is a file, so that they run side by side. */
export function faultsIn(scene: SceneName): void {
	describe('whatever goes wrong, all promises hold', () => {
		let folder: string;
		let ledger: Ledger;
		let now = (): number => Date.now();
		const setClock = (clock: () => number): void => void (now = clock);
		beforeAll(async () => {
			folder = mkdtempSync(join(tmpdir(), 'faults-'));
			const path = join(folder, 'ledger.db');
			ledger = await openLedger({ kind: 'file', path }, { clock: { now: () => now() } });
		});
		afterAll(async () => {
			await ledger.close();
			rmSync(folder, { recursive: true, force: true });
		});

		for (const { row, seeds } of chosen(scene, process.env)) {
			test.each(seeds)(
				titleOf(row, scene),
				async (seed) => {
					const stage = { ledger, setClock, ...traced(process.env) };
					expect(await run(stage, { row: row.number, scene, seed })).toEqual([]);
				},
				60_000,
			);
		}

		test(`a seed plays the same story each time (${scene})`, async () => {
			const traceOf = async (one: Case): Promise<string[]> => {
				const trace: string[] = [];
				await run({ ledger, setClock, trace: (line) => trace.push(line) }, one);
				return trace;
			};
			const one = { row: 32, scene, seed: 7 };
			expect(await traceOf(one)).toEqual(await traceOf(one));
		});

		test(`the ledger holds no value of any contact (${scene})`, () => {
			const bytes = readdirSync(folder)
				.map((file) => readFileSync(join(folder, file)).toString('latin1'))
				.join('\n');
			expect(bytes).not.toMatch(VALUES);
		});
	});
}
