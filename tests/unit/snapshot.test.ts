import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChangeKind, SalesforceRecord } from '../../sync/changes/change.ts';
import { type EmittedChange, type Pump, round, type RunResult } from '../../sync/changes/pump.ts';
import type { SnapshotPlan, SnapshotSource } from '../../sync/changes/snapshot.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { id, Org, T0 } from './pump-org.ts';

/** A Salesforce that prepares its rows as a file: of the moment when the job began. */
class FileOf implements SnapshotSource {
	readonly calls: string[] = [];
	readonly #files = new Map<string, SalesforceRecord[]>();
	readonly #org: Org;

	constructor(org: Org) {
		this.#org = org;
	}

	/** Salesforce forgets its jobs. */
	forget(): void {
		this.#files.clear();
	}

	async count(): Promise<number> {
		this.calls.push('count');
		return this.#org.rows.size;
	}

	async begin(): Promise<string> {
		const job = `job-${this.calls.length}`;
		this.#files.set(job, [...this.#org.rows.values()]);
		this.calls.push('begin');
		return job;
	}

	async page(job: string, locator: string | undefined, most: number) {
		this.calls.push(`page ${locator ?? 'first'}`);
		const rows = this.#files.get(job);
		if (!rows) return undefined;
		const start = Number(locator ?? 0);
		const end = start + most;
		return { records: rows.slice(start, end), ...(end < rows.length && { next: String(end) }) };
	}

	async end(job: string): Promise<void> {
		this.calls.push('end');
		this.#files.delete(job);
	}
}

const ALL: ReadonlySet<ChangeKind> = new Set(['created', 'updated', 'deleted', 'merged']);
const HOUR = 3_600;

describe('a first import of many records', () => {
	let folder: string;
	let ledger: Ledger;
	let org: Org;
	let file: FileOf;
	let emitted: Array<readonly EmittedChange[]>;
	let next: () => RunResult | Promise<RunResult>;
	/** Seconds that each run takes. */
	let runTakes: number;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
		org = new Org();
		file = new FileOf(org);
		emitted = [];
		runTakes = 0;
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
		for (let n = 0; n < 10; n += 1) org.write(n);
		// The import begins an hour after the records were made.
		org.now = HOUR;
		await ledger.pages.startAt('test', { startedAt: '2026-11-23T10:00:00Z' });
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	const silent = { debug() {}, info() {}, warn() {}, error() {} };
	const pump = (plan: Partial<SnapshotPlan> = {}, more: Partial<Pump> = {}): Pump => ({
		integration: 'test',
		object: 'Contact',
		ledger,
		source: org.source(),
		snapshot: { source: file, above: 5, pageSize: 4, ...plan },
		emit: async (changes) => {
			emitted.push(changes);
			org.now += runTakes;
			return await next();
		},
		host: { clock: { now: () => T0 + org.now * 1000 }, sleep: async () => {}, logger: silent },
		pageSize: 3,
		overlapMs: 60_000,
		kinds: ALL,
		...more,
	});
	const ids = (): string[][] => emitted.map((page) => page.map(({ sync }) => sync.id));
	const state = async () => await ledger.snapshots.get('test');

	test('comes as a file, page by page, and is counted', async () => {
		expect(await round(pump())).toEqual({ pages: 3, emitted: 10 });
		expect(ids()).toEqual([[0, 1, 2, 3].map(id), [4, 5, 6, 7].map(id), [8, 9].map(id)]);
		expect(emitted.flat().every(({ sync }) => sync.change === 'created')).toBe(true);
		expect(file.calls).toEqual(['count', 'begin', 'page first', 'page 4', 'page 8', 'end']);
		expect(await state()).toMatchObject({ purpose: 'import', done: 10, total: 10 });
		expect((await state())?.endedAt).toBeDefined();
		expect(await ledger.pages.activity('test')).toMatchObject({ read: 10 });
	});

	test('costs no more than a count where there are few records', async () => {
		await round(pump({ above: 10 }));
		expect(ids().flat()).toHaveLength(10);
		expect(file.calls).toEqual(['count']);
		await round(pump({ above: 10 }));
		expect(file.calls).toEqual(['count']);
	});

	test('goes on after a failed run or a crash where it stopped', async () => {
		next = () =>
			emitted.length === 2 ? { kind: 'failed', message: 'broken' } : { kind: 'success' };
		expect(await round(pump())).toMatchObject({ pages: 1, failed: { message: 'broken' } });
		expect(await state()).toMatchObject({ done: 4, locator: '4' });
		await round(pump());
		expect(ids()).toEqual([
			[0, 1, 2, 3].map(id),
			[4, 5, 6, 7].map(id),
			[4, 5, 6, 7].map(id),
			[8, 9].map(id),
		]);
		expect(file.calls.filter((call) => call === 'begin')).toHaveLength(1);
		expect(await ledger.pages.activity('test')).toMatchObject({ read: 10 });
	});

	test('is begun anew when Salesforce has forgotten the job, and loses nothing', async () => {
		next = () =>
			emitted.length === 2 ? { kind: 'failed', message: 'broken' } : { kind: 'success' };
		await round(pump());
		file.forget();
		expect(await round(pump())).toMatchObject({ againInMs: 0, emitted: 0 });
		expect(await round(pump())).toEqual({ pages: 3, emitted: 10 });
		expect(await state()).toMatchObject({ done: 10 });
	});

	test('what changes meanwhile comes as a change, and the older state of the file does not', async () => {
		runTakes = 40;
		next = () => {
			if (emitted.length === 1) {
				org.write(0, { LastName: 'Changed after its page' });
				org.write(9, { LastName: 'Changed before its page' });
				org.write(10, { LastName: 'New' });
			}
			return { kind: 'success' };
		};
		// Two pages take longer than the change stream is kept waiting.
		expect(await round(pump())).toMatchObject({ againInMs: 0 });
		const names = emitted.flat().map(({ record, sync }) => [sync.id, record['LastName']]);
		expect(names.slice(8)).toEqual([
			[id(0), 'Changed after its page'],
			[id(9), 'Changed before its page'],
			[id(10), 'New'],
		]);
		org.now += 10;
		await round(pump());
		expect(ids().slice(3).flat()).toEqual([id(8)]);
		expect(await round(pump())).toEqual({ pages: 0, emitted: 0 });
	});

	test('what changed just before it began is not emitted twice', async () => {
		org.now = HOUR - 20;
		org.write(3, { LastName: 'Lately' });
		org.now = HOUR;
		await round(pump());
		org.now += 5;
		expect(await round(pump())).toEqual({ pages: 0, emitted: 0 });
		expect(ids().flat()).toHaveLength(10);
	});

	test('changes alone are not counted as a part of it', async () => {
		await round(pump());
		org.now += 100;
		org.write(2, { LastName: 'Later' });
		await round(pump());
		expect(await state()).toMatchObject({ done: 10 });
		expect(ids().at(-1)).toEqual([id(2)]);
	});

	test('waits with the rest while the quota is used up, and remembers no ids for that', async () => {
		await ledger.integrations.bindBrevoAccount('test', 'account');
		const reserve = async (limit: number, keys: readonly string[]) =>
			await ledger.quota.reserve({
				account: 'account',
				period: '2026-11',
				periodEnds: T0 + 30 * 86_400_000,
				limit,
				warnAt: limit,
				requests: keys.map((key) => ({ key, hash: key })),
			});
		next = async () => {
			await reserve(4, ['a', 'b', 'c', 'd']);
			return { kind: 'success' };
		};
		await round(pump());
		expect(ids()).toEqual([[0, 1, 2, 3].map(id)]);
		await round(pump());
		expect(ids()).toHaveLength(1);
		expect(await ledger.pages.deferredCount('test')).toBe(0);
		// Only a run finds out that the limit was raised; one record is enough for that.
		next = async () => {
			await reserve(100, []);
			return { kind: 'success' };
		};
		await round(pump({}, { probe: true }));
		await round(pump());
		expect(ids().slice(1)).toEqual([[id(4)], [5, 6, 7, 8].map(id), [id(9)]]);
	});

	describe('formula fields', () => {
		const plan = { refreshEveryMs: 24 * HOUR * 1000 };
		beforeEach(async () => {
			await round(pump(plan));
			emitted = [];
			file.calls.length = 0;
		});

		test('are read anew once a day, and only then', async () => {
			org.now += 23 * HOUR;
			await round(pump(plan));
			expect(file.calls).toEqual([]);
			org.now += HOUR;
			await round(pump(plan));
			expect(ids().flat()).toHaveLength(10);
			expect(emitted.flat().every(({ sync }) => sync.change === 'updated')).toBe(true);
			expect(file.calls).toEqual(['begin', 'page first', 'page 4', 'page 8', 'end']);
			expect(await state()).toMatchObject({ purpose: 'refresh', done: 10 });
			await round(pump(plan));
			expect(ids().flat()).toHaveLength(10);
		});

		test('the cursor of the changes stays where it is', async () => {
			const before = await ledger.pages.cursor('test');
			org.now += 24 * HOUR;
			await round(pump(plan));
			expect(await ledger.pages.cursor('test')).toEqual(before);
		});
	});

	test('where only changes from a day on are wanted, a refresh leaves out what never was written', async () => {
		const now = { systemModstamp: '2026-11-23T10:00:00Z', id: '' };
		await ledger.integrations.activate({
			name: 'from now on',
			object: 'Contact',
			salesforceOrg: '00D',
			workflow: 'w2',
			consentAt: T0,
		});
		await ledger.pages.startAt('from now on', {
			startedAt: now.systemModstamp,
			watermark: now,
			floor: now,
		});
		org.now += 25 * HOUR;
		await round(pump({ refreshEveryMs: 1 }, { integration: 'from now on' }));
		expect(ids().flat()).toEqual([]);
		expect(await ledger.snapshots.get('from now on')).toMatchObject({ done: 10 });
	});
});
