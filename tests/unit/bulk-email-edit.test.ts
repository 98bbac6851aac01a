import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SyncContext } from '../../sync/changes/change.ts';
import { identifierHashes } from '../../sync/identity.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { type Candidate, planWrites } from '../../sync/plan.ts';

const id = (n: number): string => `003dM00000000${String(n).padStart(2, '0')}QA4`;

describe('A bulk edit of the Email field of several Salesforce contacts is not reproduced in Brevo', () => {
	let folder: string;
	let ledger: Ledger;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'bulk-'));
		const path = join(folder, 'l.sqlite');
		ledger = await openLedger({ kind: 'file', path }, { clock: { now: () => 0 } });
		for (const n of [1, 2, 3, 4]) await written(n);
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	const contact = (n: number, email: string) => ({ email, ext_id: id(n), attributes: {} });
	const written = async (n: number): Promise<void> => {
		const identifiers = identifierHashes(ledger, contact(n, `old${n}@example.com`));
		const link = {
			integration: 'test',
			recordId: id(n),
			brevoAccount: 'brevo',
			target: '',
			fields: {},
		};
		await ledger.links.written([{ link: { ...link, ...identifiers } }]);
	};
	const edited = (
		n: number,
		changes: Partial<SyncContext> = {},
		email = `new${n}@example.com`,
	): Candidate => ({
		sync: {
			integration: 'test',
			ledger: ledger.id,
			object: 'Contact',
			id: id(n),
			change: 'updated',
			systemModstamp: '2026-11-23T09:00:00Z',
			modifiedBy: '005000000000001AAA',
			...changes,
		},
		contact: contact(n, email),
	});
	const plan = async (...candidates: Candidate[]): Promise<string[]> => {
		const verdicts = await planWrites(ledger, 'brevo', 'list', candidates);
		return verdicts.map((verdict) => ('limit' in verdict ? verdict.limit : verdict.kind));
	};
	const BULK = 'bulk-email-edit';

	test('two addresses that one user changed in one second are left out, and the number is told', async () => {
		const verdicts = await planWrites(ledger, 'brevo', 'list', [edited(1), edited(2)]);
		const bulk = { kind: 'excluded', limit: BULK, field: 'EMAIL', number: 2 };
		expect(verdicts).toEqual([bulk, bulk]);
	});

	test('another user, another second, the same address or a first write is no bulk edit', async () => {
		expect(
			await plan(
				edited(1),
				edited(2, { modifiedBy: '005000000000002AAA' }),
				edited(3, { systemModstamp: '2026-11-23T09:00:01Z' }),
				edited(4, {}, 'old4@example.com'),
				edited(5),
			),
		).toEqual(['write', 'write', 'write', 'write', 'write']);
	});

	test('the rest of the same edit is recognised when it comes with a later page', async () => {
		expect(await plan(edited(1), edited(2))).toEqual([BULK, BULK]);
		expect(await plan(edited(3))).toEqual([BULK]);
		expect(await plan(edited(4, { systemModstamp: '2026-11-23T09:00:01Z' }))).toEqual(['write']);
	});

	test('a page that comes again is judged alike', async () => {
		expect(await plan(edited(1), edited(2))).toEqual([BULK, BULK]);
		expect(await plan(edited(1), edited(2))).toEqual([BULK, BULK]);
	});

	test('saved once more on its own, the address is carried', async () => {
		await plan(edited(1), edited(2));
		expect(await plan(edited(1, { systemModstamp: '2026-11-23T09:05:00Z' }))).toEqual(['write']);
	});

	test('lifted, a bulk edit is carried', async () => {
		const lifts = [BULK] as const;
		expect(await plan(edited(1, { lifts }), edited(2, { lifts }))).toEqual(['write', 'write']);
	});
});
