import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CONFLICT_RULES } from '../../sync/merge.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { steps, play } from './steps.ts';
import { violations, settle } from './invariants.ts';
import { World } from './world.ts';

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
				async (story, [email, first, last, phone], inBrevo, inSalesforce) => {
					const options = {
						mapping: [
							{ attribute: 'EMAIL', field: 'Email', rule: email },
							{ attribute: 'FIRSTNAME', field: 'FirstName', rule: first },
							{ attribute: 'LASTNAME', field: 'LastName', rule: last },
							{ attribute: 'SMS', field: 'MobilePhone', rule: phone },
						],
						onDeletionInBrevo: inBrevo,
						onDeletionInSalesforce: inSalesforce,
					};
					const world = new World(ledger, { ...options, object: 'Contact' });
					const leads = new World(ledger, { ...options, object: 'Lead' }, world);
					ledgerTime = () => world.clock.now();
					await world.open();
					await leads.open();
					const played = await play(world, leads, story);
					await settle(world, leads);
					expect(await violations(world, leads, played)).toEqual([]);
				},
			);
			await fc.assert(property, {
				numRuns: Number(process.env['RUNS'] ?? RUNS),
				seed: Number(process.env['SEED'] ?? SEED),
			});
		},
		15 * 60_000,
	);

	test('the ledger holds no value of any contact', () => {
		const bytes = readdirSync(folder)
			.map((file) => readFileSync(join(folder, file)).toString('latin1'))
			.join('\n');
		expect(bytes).not.toMatch(/@example\.com|Zoë|Quentin|33612345/);
	});
});
