import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CONFLICT_RULES } from '../../sync/merge.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { steps } from './steps.ts';
import { STORIES } from './stories.ts';
import { tell } from './tell.ts';

const RUNS = 500;
/** The same stories each time, so that a build means something; SEED and RUNS draw others. */
const SEED = 20_261_124;

describe('both ways', () => {
	let folder: string;
	let ledger: Ledger;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'both-ways-'));
		ledger = await openLedger(
			{ kind: 'file', path: join(folder, 'ledger.db') },
			{ clock: { now: () => ledgerTime() } },
		);
	});
	afterAll(async () => {
		await ledger.close();
		rmSync(folder, { recursive: true, force: true });
	});
	let ledgerTime = (): number => Date.now();

	test(
		'whatever people and the network do on both sides, it ends at rest with nothing lost',
		async () => {
			const rule = fc.constantFrom(...CONFLICT_RULES);
			const rules = fc.tuple(rule, rule, rule, rule);
			const property = fc.asyncProperty(
				fc.array(steps, { minLength: 5, maxLength: 40, size: 'max' }),
				rules,
				fc.constantFrom('nothing' as const, 'delete' as const),
				fc.constantFrom('removeFromList' as const, 'delete' as const),
				async (...telling) => {
					expect(await tell(ledger, telling, (now) => (ledgerTime = now))).toEqual([]);
				},
			);
			await fc.assert(property, {
				numRuns: Number(process.env['RUNS'] ?? RUNS),
				seed: Number(process.env['SEED'] ?? SEED),
			});
		},
		15 * 60_000,
	);

	test.each(Object.entries(STORIES))('%s', async (_, telling) => {
		expect(await tell(ledger, telling, (now) => (ledgerTime = now))).toEqual([]);
	});

	test('the ledger holds no value of any contact', () => {
		const bytes = readdirSync(folder)
			.map((file) => readFileSync(join(folder, file)).toString('latin1'))
			.join('\n');
		expect(bytes).not.toMatch(/@example\.com|Zoë|Quentin|33612345/);
	});
});
