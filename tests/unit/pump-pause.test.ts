import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHANGE_KINDS } from '../../sync/changes/change.ts';
import { FULL_ROOM, quotaRoom } from '../../sync/changes/pause.ts';
import { type EmittedChange, type Pump, round } from '../../sync/changes/pump.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { taskKey } from '../../sync/quota/task-key.ts';
import { id, Org, T0 } from './pump-org.ts';

const MONTH_ENDS = Date.parse('2026-12-01T00:00:00Z');
const OVERLAP_MS = 60_000;
const never = async (): Promise<never> => {
	throw new Error('Not while it is paused');
};

describe('while the quota is used up', () => {
	let folder: string;
	let ledger: Ledger;
	let org: Org;
	let emitted: string[][];
	let tasks = 0;

	const reserve = async (
		limit: number,
		keys: readonly string[] = [],
		{ lane = 0, reserved = false } = {},
	) =>
		await ledger.quota.reserve({
			account: 'brevo',
			period: '2026-11-01',
			periodEnds: MONTH_ENDS,
			limit,
			lane,
			claimant: 'test',
			warnAt: limit,
			requests: keys.map((key) => ({ key, hash: '', ...(reserved && { reserved: true }) })),
		});
	const useUp = async (limit: number, lane = 0): Promise<void> => {
		tasks += 1;
		const keys = Array.from({ length: limit }, (_, index) => `other-${tasks}-${index}`);
		await reserve(limit, keys, { lane });
	};

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'pause-'));
		org = new Org();
		emitted = [];
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
		await ledger.integrations.bindBrevoAccount('test', 'brevo');
		await ledger.pages.startAt('test', { startedAt: '2026-11-23T09:00:00Z' });
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	const silent = { debug() {}, info() {}, warn() {}, error() {} };
	/** The workflow: everything that is emitted is written. */
	const write = async (changes: readonly EmittedChange[]) => {
		emitted.push(changes.map(({ sync }) => sync.id));
		await ledger.pages.record(
			changes.map(({ sync }) => ({
				integration: 'test',
				...(sync.page !== undefined && { page: sync.page }),
				recordId: sync.id,
				outcome: 'written' as const,
			})),
		);
		return { kind: 'success' as const };
	};
	const pump = (options: Partial<Pump> = {}): Pump => ({
		integration: 'test',
		object: 'Contact',
		ledger,
		source: org.source(),
		emit: write,
		host: { clock: { now: () => T0 + org.now * 1000 }, sleep: async () => {}, logger: silent },
		pageSize: 10,
		overlapMs: OVERLAP_MS,
		kinds: new Set(CHANGE_KINDS),
		...options,
	});

	test('the trigger emits nothing but keeps the ids, and 40 edits of one record are one write later', async () => {
		await useUp(5);
		for (let edit = 0; edit < 40; edit += 1) {
			org.write(1, { LastName: `Edit ${edit}` });
			await round(pump());
			org.now += 60;
		}
		expect(emitted).toEqual([]);
		expect(await ledger.pages.deferredCount('test')).toBe(1);
		expect((await ledger.pages.cursor('test'))?.watermark?.id).toBe(id(1));
		await reserve(100);
		await round(pump());
		expect(emitted).toEqual([[id(1)]]);
		expect(await ledger.pages.deferredCount('test')).toBe(0);
		const activity = await ledger.pages.activity('test');
		expect(activity).toMatchObject({ read: 41, written: 1, deferred: 40 });
	});

	test('a way back that has not run yet knows it from its way there, whose Brevo account it shares', async () => {
		await ledger.integrations.activate({
			name: 'test (back)',
			object: 'Contact',
			salesforceOrg: '00D',
			workflow: 'w2',
			consentAt: T0,
			backOf: 'test',
		});
		const now = T0;
		expect(await quotaRoom(ledger, 'test (back)', now)).toEqual(FULL_ROOM);
		await useUp(5);
		expect(await quotaRoom(ledger, 'test (back)', now)).toEqual({
			ordinary: false,
			reserved: false,
		});
	});

	test('the next month lets everything through that waited', async () => {
		await useUp(5);
		org.write(1);
		org.write(2);
		await round(pump());
		expect(emitted).toEqual([]);
		org.now = (MONTH_ENDS - T0) / 1000;
		await round(pump());
		expect(emitted).toEqual([[id(1), id(2)]]);
	});

	test('a deletion is remembered for longer than Salesforce remembers it', async () => {
		await useUp(5);
		org.write(1);
		await round(pump());
		org.now = 10;
		org.write(1, { IsDeleted: true });
		await round(pump());
		org.rows.delete(id(1));
		await reserve(100);
		const kinds: string[] = [];
		const emit = async (changes: readonly EmittedChange[]) => {
			kinds.push(...changes.map(({ sync }) => sync.change));
			return await write(changes);
		};
		await round(pump({ emit }));
		expect(kinds).toEqual(['deleted']);
	});

	test('deletions and opt-outs go on while their reserved lane has room', async () => {
		await useUp(5, 2);
		org.write(1, { IsDeleted: true });
		org.write(2, { HasOptedOutOfEmail: true });
		org.write(3);
		await round(pump());
		expect(emitted).toEqual([[id(1), id(2)]]);
		await reserve(5, ['a', 'b'], { lane: 2, reserved: true });
		org.now += 1;
		org.write(4, { IsDeleted: true });
		await round(pump());
		expect(emitted).toHaveLength(1);
		expect(await ledger.pages.dueDeferred('test', T0, true, 10)).toEqual([id(3), id(4)]);
	});

	test('a probe lets one record out, because only a run of the guard sees a raised limit', async () => {
		await useUp(5);
		for (let n = 0; n < 6; n += 1) org.write(n);
		await round(pump());
		await round(pump({ probe: true }));
		expect(emitted).toEqual([[id(0)]]);
		const raise = async (changes: readonly EmittedChange[]) => {
			await reserve(100);
			return await write(changes);
		};
		await round(pump({ probe: true, pageSize: 3, emit: raise }));
		expect(emitted).toEqual([[id(0)], [id(1)], [id(2), id(3), id(4)], [id(5)]]);
	});

	test('a probe without anything that waits lets the next change out', async () => {
		await useUp(5);
		expect(await round(pump({ probe: true }))).toMatchObject({ emitted: 0 });
		org.write(1);
		org.write(2);
		expect(await round(pump({ probe: true }))).toMatchObject({ emitted: 1 });
		expect(await ledger.pages.dueDeferred('test', T0, true, 10)).toEqual([id(2)]);
	});

	test('a record whose task a failed run has reserved comes through: it is paid', async () => {
		await reserve(1, [taskKey({ integration: 'test', id: id(1) })]);
		org.write(1);
		org.write(2);
		await round(pump());
		expect(emitted).toEqual([[id(1)]]);
		expect(await ledger.pages.dueDeferred('test', T0, true, 10)).toEqual([id(2)]);
	});

	test('a page whose run failed while the lane was open keeps the ids of both kinds', async () => {
		await useUp(5, 2);
		org.write(1, { IsDeleted: true });
		org.write(2);
		const fail = async () => ({ kind: 'failed' as const, message: 'broken' });
		await round(pump({ emit: fail }));
		expect((await ledger.pages.cursor('test'))?.watermark).toBeUndefined();
		await round(pump());
		expect(emitted).toEqual([[id(1)]]);
		await reserve(100);
		await round(pump());
		expect(emitted).toEqual([[id(1)], [id(2)]]);
	});

	describe('while somebody has paused it', () => {
		const snapshotSource = { count: async () => 99, begin: never, page: never, end: never };

		test('nothing goes, not even a deletion or what is paid; ids are kept, and go on at once', async () => {
			org.write(1);
			await round(pump());
			await reserve(100, [taskKey({ integration: 'test', id: id(1) })]);
			await ledger.desk.pause('test');
			org.now += 60;
			org.write(1, { IsDeleted: true });
			org.write(2);
			for (const probe of [false, true]) await round(pump({ probe }));
			expect(emitted).toEqual([[id(1)]]);
			expect(await ledger.pages.deferredCount('test')).toBe(2);
			expect((await ledger.pages.cursor('test'))?.watermark?.id).toBe(id(2));
			expect(await ledger.desk.resume('test')).toBe(2);
			await round(pump());
			expect(emitted.slice(1)).toEqual([[id(1), id(2)]]);
			expect(await ledger.pages.deferredCount('test')).toBe(0);
		});

		test('what waits for other reasons waits on, under its own reason', async () => {
			const reason = { outcome: 'deferred', limit: 'brevo-unavailable', dueAt: 1 } as const;
			const emit: Pump['emit'] = async ([change]) => {
				const page = change?.sync.page ?? '';
				await ledger.pages.record([{ integration: 'test', page, recordId: id(1), ...reason }]);
				return { kind: 'success' };
			};
			org.write(1);
			await round(pump({ emit }));
			await ledger.desk.pause('test');
			await round(pump());
			const { deferred } = await ledger.desk.backlog('test');
			expect(deferred).toMatchObject([{ limit: 'brevo-unavailable', nextAt: 1 }]);
			await ledger.desk.resume('test');
			await round(pump());
			expect(emitted).toEqual([[id(1)]]);
		});

		test('a first import is not begun: neither its file nor the ids of all records', async () => {
			await ledger.desk.pause('test');
			for (const record of [1, 2, 3]) org.write(record);
			const snapshot = { source: snapshotSource, above: 1, pageSize: 10 };
			await round(pump({ snapshot }));
			await round(pump());
			expect(await ledger.pages.deferredCount('test')).toBe(0);
			expect(await ledger.snapshots.get('test')).toBeUndefined();
			await ledger.desk.resume('test');
			await round(pump());
			expect(emitted.flat()).toHaveLength(3);
		});

		test('a pause in the middle of a round holds back from the next page on', async () => {
			for (const record of [1, 2, 3]) org.write(record);
			const emit: Pump['emit'] = async (changes) => {
				await ledger.desk.pause('test');
				return await write(changes);
			};
			org.now += 60;
			await round(pump({ pageSize: 1, emit }));
			expect(emitted).toEqual([[id(1)]]);
			expect(await ledger.pages.deferredCount('test')).toBe(2);
		});
	});
});
