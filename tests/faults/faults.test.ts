import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { run, VALUES } from './run.ts';
import { chosen, titleOf } from './seeds.ts';

describe('whatever goes wrong, all promises hold', () => {
	let folder: string;
	let ledger: Ledger;
	let now = (): number => Date.now();
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'faults-'));
		const path = join(folder, 'ledger.db');
		ledger = await openLedger({ kind: 'file', path }, { clock: { now: () => now() } });
	});
	afterAll(async () => {
		await ledger.close();
		rmSync(folder, { recursive: true, force: true });
	});

	for (const row of chosen(process.env)) {
		for (const scene of row.scenes) {
			test.each(row.seeds)(titleOf(row, scene), async (seed) => {
				const broken = await run(
					ledger,
					{ row: row.number, scene, seed },
					(clock) => (now = clock),
				);
				expect(broken).toEqual([]);
			});
		}
	}

	test('and the ledger holds no value of any contact', () => {
		const bytes = readdirSync(folder)
			.map((file) => readFileSync(join(folder, file)).toString('latin1'))
			.join('\n');
		expect(bytes).not.toMatch(VALUES);
	});
});
