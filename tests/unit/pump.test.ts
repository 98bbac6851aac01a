import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ChangeKind } from '../../sync/changes/change.ts';
import { News } from '../../sync/changes/news.ts';
import {
	type EmittedChange,
	lookBack,
	type Pump,
	round,
	type RunResult,
} from '../../sync/changes/pump.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { id, Org, T0 } from './pump-org.ts';

const ALL: ReadonlySet<ChangeKind> = new Set([
	'created',
	'updated',
	'deleted',
	'merged',
	'converted',
]);

describe('a round of the trigger', () => {
	let folder: string;
	let ledger: Ledger;
	let org: Org;
	let emitted: Array<readonly EmittedChange[]>;
	let next: () => RunResult | Promise<RunResult>;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'pump-'));
		org = new Org();
		emitted = [];
		next = () => ({ kind: 'success' });
		ledger = await openLedger(
			{ kind: 'file', path: join(folder, 'ledger.sqlite') },
			{ clock: { now: () => T0 + org.now * 1000 } },
		);
		await ledger.integrations.activate({
			name: 'test',
			object: 'Contact',
			salesforceOrg: '00D',
			workflow: 'w',
			consentAt: T0,
		});
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	const silent = { debug() {}, info() {}, warn() {}, error() {} };
	const pump = (options: Partial<Pump> = {}): Pump => ({
		integration: 'test',
		object: 'Contact',
		ledger,
		source: org.source(),
		emit: async (changes) => {
			emitted.push(changes);
			return await next();
		},
		host: { clock: { now: () => T0 + org.now * 1000 }, sleep: async () => {}, logger: silent },
		pageSize: 3,
		overlapMs: 60_000,
		kinds: ALL,
		...options,
	});
	const fromTheStart = async (): Promise<void> =>
		await ledger.pages.startAt('test', { startedAt: '2026-11-23T09:00:00Z' });
	const ids = (): string[][] => emitted.map((page) => page.map(({ sync }) => sync.id));
	const kinds = (): string[] => emitted.flat().map(({ sync }) => sync.change);

	test('records that share one second are neither skipped nor repeated across pages', async () => {
		await fromTheStart();
		for (let n = 0; n < 7; n += 1) org.write(n);
		expect(await round(pump())).toEqual({ pages: 3, emitted: 7 });
		expect(ids().flat()).toEqual([0, 1, 2, 3, 4, 5, 6].map(id));
		expect(await round(pump())).toEqual({ pages: 0, emitted: 0 });
	});

	test.each([
		{ pages: 'one page', pageSize: 10 },
		{ pages: 'pages that are full to the last', pageSize: 1 },
		{ pages: 'one full page', pageSize: 7 },
	])(
		'records that were changed all at once are not read again for ever, only while others may be late: $pages',
		async ({ pageSize }) => {
			await fromTheStart();
			for (let n = 0; n < 7; n += 1) org.write(n);
			const read: number[] = [];
			const source = org.source();
			const counting: Pump['source'] = {
				...source,
				read: async (...range) => {
					const page = await source.read(...range);
					read.push(page.records.length);
					return page;
				},
			};
			const look = async (): Promise<number> => {
				read.length = 0;
				await round(pump({ source: counting, pageSize }));
				return read.reduce((sum, count) => sum + count, 0);
			};
			await look();
			for (const at of [40, 59]) {
				org.now = at;
				expect(await look()).toBeGreaterThanOrEqual(7);
			}
			// One of them was saved at second 50 and shows itself only now.
			org.now = 50;
			org.write(8, {}, 55);
			org.now = 105;
			expect(await look()).toBe(8);
			org.now = 107;
			expect(await look()).toBe(1);
			org.now = 300;
			await look();
			expect(await look()).toBe(0);
			expect(ids().flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 8].map(id));
		},
	);

	test('what changed in the very second of the read is looked for again a second later', async () => {
		await fromTheStart();
		const unsettled = [{ Id: id(1), SystemModstamp: '2026-11-23T09:00:00.000+0000' }];
		const source: Pump['source'] = {
			...org.source(),
			read: async () => ({ records: [], unsettled, complete: true }),
		};
		expect(await round(pump({ source }))).toEqual({ pages: 0, emitted: 0, againInMs: 1_000 });
		// Unless a change event has brought it already.
		const news = new News();
		news.show(unsettled);
		expect(await round(pump({ source, news }))).toEqual({ pages: 0, emitted: 0 });
	});

	test('a failed run loses nothing: its page comes again and the cursor stays', async () => {
		await fromTheStart();
		for (let n = 0; n < 4; n += 1) org.write(n);
		next = () =>
			emitted.length === 2 ? { kind: 'failed', message: 'broken' } : { kind: 'success' };
		expect(await round(pump())).toEqual({
			pages: 1,
			emitted: 3,
			failed: { message: 'broken', retryInMs: 5_000 },
		});
		expect((await ledger.integrations.get('test'))?.lastError).toBe('broken');
		await round(pump());
		expect(ids()).toEqual([[0, 1, 2].map(id), [id(3)], [id(3)]]);
		expect((await ledger.integrations.get('test'))?.failedRuns).toBe(0);
		expect(await ledger.pages.activity('test')).toMatchObject({ read: 4, excluded: 4 });
	});

	test('a record that was committed late, behind the cursor, is found in the overlap', async () => {
		await fromTheStart();
		org.now = 100;
		org.write(1, {}, 30);
		org.now = 110;
		org.write(2);
		await round(pump());
		expect(ids()).toEqual([[id(2)]]);
		org.now = 140;
		await round(pump());
		expect(ids()).toEqual([[id(2)], [id(1)]]);
		expect(kinds()).toEqual(['created', 'created']);
		expect(await round(pump())).toEqual({ pages: 0, emitted: 0 });
	});

	test('from now on: what was there before comes only when it changes', async () => {
		org.write(1);
		org.write(2);
		org.now = 10;
		const startedAt = '2026-11-23T09:00:05Z';
		const from = { systemModstamp: startedAt, id: '' };
		await ledger.pages.startAt('test', { startedAt, watermark: from, floor: from });
		await round(pump());
		expect(emitted).toEqual([]);
		org.write(2, { Email: 'x' });
		org.write(3);
		await round(pump());
		expect(emitted.flat().map(({ sync }) => [sync.id, sync.change])).toEqual([
			[id(2), 'updated'],
			[id(3), 'created'],
		]);
	});

	test('a deletion and a merge are told apart; deletions from before the start are of no interest', async () => {
		org.write(9, { IsDeleted: true });
		org.now = 5;
		await ledger.pages.startAt('test', { startedAt: '2026-11-23T09:00:05Z' });
		org.write(1);
		org.write(2);
		await round(pump());
		org.now = 20;
		org.write(1, { IsDeleted: true });
		org.write(2, { IsDeleted: true, MasterRecordId: id(7) });
		await round(pump());
		expect(emitted.flat().map(({ sync }) => [sync.id, sync.change, sync.masterRecordId])).toEqual([
			[id(1), 'created', undefined],
			[id(2), 'created', undefined],
			[id(1), 'deleted', undefined],
			[id(2), 'merged', id(7)],
		]);
	});

	test('events that the user did not choose pass without an execution', async () => {
		await fromTheStart();
		org.write(1);
		await round(pump({ kinds: new Set<ChangeKind>(['deleted']) }));
		org.now = 5;
		org.write(1, { IsDeleted: true });
		await round(pump({ kinds: new Set<ChangeKind>(['deleted']) }));
		expect(kinds()).toEqual(['deleted']);
	});

	test('a deferred record comes again by itself, in its present state, and once deleted for good as a deletion', async () => {
		await fromTheStart();
		org.write(1);
		org.write(2);
		const defer = async (changes: readonly EmittedChange[]): Promise<RunResult> => {
			emitted.push(changes);
			await ledger.pages.record(
				changes.map(({ sync }) => ({
					integration: 'test',
					...(sync.page !== undefined && { page: sync.page }),
					recordId: sync.id,
					outcome: 'deferred' as const,
					limit: 'brevo-unavailable',
					dueAt: T0 + 60_000,
				})),
			);
			return { kind: 'success' };
		};
		await round(pump({ emit: defer }));
		await round(pump());
		expect(emitted).toHaveLength(1);
		org.now = 61;
		org.rows.delete(id(2));
		org.deleted.add(id(2));
		await round(pump({ emit: defer }));
		expect(emitted[1]?.map(({ sync }) => [sync.id, sync.change])).toEqual([
			[id(1), 'updated'],
			[id(2), 'deleted'],
		]);
		expect(await ledger.pages.activity('test')).toMatchObject({ read: 4, deferred: 4 });
	});

	test('I5: a deferred record that Salesforce does not show any more counts as deleted only where it says so', async () => {
		await fromTheStart();
		for (const n of [1, 2, 3]) org.write(n);
		const wait = (n: number, gone?: true) => ({
			...{ integration: 'test', recordId: id(n), outcome: 'deferred' as const, limit: 'drift' },
			...{ dueAt: 1, ...(gone && { gone }) },
		});
		await round(pump());
		// 1: an empty answer and nothing else; 2: known before; 3: in the delete log.
		await ledger.pages.record([wait(1), wait(2, true), wait(3)]);
		org.rows.clear();
		org.deleted.add(id(3));
		await round(pump());
		expect(emitted.slice(1).map((page) => page.map(({ sync }) => [sync.id, sync.change]))).toEqual([
			[
				[id(2), 'deleted'],
				[id(3), 'deleted'],
			],
		]);
		// It waits, and comes when it is shown again.
		expect(await ledger.pages.deferredCount('test', 'out-of-sight')).toBe(1);
		expect(await round(pump())).toEqual({ pages: 0, emitted: 0 });
		org.now += 86_400;
		expect(await round(pump())).toEqual({ pages: 0, emitted: 0 });
		org.write(1);
		org.now += 86_400;
		await round(pump());
		expect(emitted.at(-1)?.map(({ sync }) => [sync.id, sync.change])).toEqual([[id(1), 'updated']]);
		expect(await ledger.pages.deferredCount('test')).toBe(0);
	});

	test('I4: whatever fails, every state is emitted in a run that succeeded, and the cursor is never ahead', async () => {
		const step = fc.oneof(
			fc.record({ kind: fc.constant('write' as const), n: fc.nat(9), late: fc.nat(20) }),
			fc.record({ kind: fc.constant('delete' as const), n: fc.nat(9) }),
			fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 40 }) }),
			fc.record({
				kind: fc.constant('round' as const),
				fails: fc.array(fc.constantFrom('success', 'failed', 'crash'), { maxLength: 4 }),
			}),
		);
		let run = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
				run += 1;
				const name = `prop-${run}`;
				const acknowledged = new Map<string, string>();
				org = new Org();
				await ledger.integrations.activate({
					name,
					object: 'Contact',
					salesforceOrg: '00D',
					workflow: `w${run}`,
					consentAt: T0,
				});
				await ledger.pages.startAt(name, { startedAt: '2026-11-23T09:00:00Z' });
				const play = async (fails: string[]): Promise<void> => {
					const emit = async (changes: readonly EmittedChange[]): Promise<RunResult> => {
						const fate = fails.shift() ?? 'success';
						if (fate === 'crash') throw new Error('crash');
						if (fate === 'failed') return { kind: 'failed', message: 'x' };
						for (const { sync } of changes) acknowledged.set(sync.id, sync.systemModstamp);
						return { kind: 'success' };
					};
					await round(pump({ integration: name, emit })).catch((error: unknown) => {
						if ((error as Error).message !== 'crash') throw error;
					});
				};
				for (const s of steps) {
					if (s.kind === 'write') org.write(s.n, {}, s.late);
					else if (s.kind === 'delete' && org.rows.has(id(s.n)))
						org.write(s.n, { IsDeleted: true });
					else if (s.kind === 'wait') org.now += s.seconds;
					else if (s.kind === 'round') await play([...s.fails]);
				}
				org.now += 20;
				await play([]);
				for (const [key, row] of org.rows) {
					expect([key, acknowledged.get(key)]).toEqual([
						key,
						`${String(row['SystemModstamp']).slice(0, 19)}Z`,
					]);
				}
			}),
			{ numRuns: 100 },
		);
	}, 30_000);

	test('the overlap never reaches behind the floor', () => {
		const floor = { systemModstamp: '2026-11-23T09:00:00Z', id: '' };
		const startedAt = floor.systemModstamp;
		expect(
			lookBack(
				{ startedAt, floor, watermark: { systemModstamp: '2026-11-23T09:00:30Z', id: 'x' } },
				60_000,
			),
		).toEqual(floor);
		expect(
			lookBack(
				{ startedAt, watermark: { systemModstamp: '2026-11-23T09:00:30Z', id: 'x' } },
				60_000,
			),
		).toEqual({ systemModstamp: '2026-11-23T08:59:30Z', id: '' });
		expect(lookBack({ startedAt }, 60_000)).toBeUndefined();
	});
});
