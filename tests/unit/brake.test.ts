import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	approveRemovals,
	brakeRemovals,
	type BrakeRule,
	noteTold,
} from '../../sync/deliver/brake.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { backStreamOf } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';

const DAY_MS = 86_400_000;
const MIDNIGHT = Date.parse('2026-11-23T00:00:00Z');
const STREAM = backStreamOf('test');
const id = (n: number): string => `003dM00000000${String(n).padStart(2, '0')}QA4`;
const ids = (from: number, to: number): string[] =>
	Array.from({ length: to - from }, (_, at) => id(from + at));

describe('the brake on removals in Salesforce', () => {
	let folder: string;
	let ledger: Ledger;
	let now: number;

	beforeEach(async () => {
		now = MIDNIGHT + 9 * 3_600_000;
		folder = await mkdtemp(join(tmpdir(), 'brake-'));
		ledger = await openLedger(
			{ kind: 'file', path: join(folder, 'l.sqlite') },
			{ clock: { now: () => now } },
		);
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	const ASK_FROM_5: BrakeRule = { number: 5, share: 1 };
	const remove = async (
		recordIds: readonly string[],
		{ rule = ASK_FROM_5, links = 1000, stream = STREAM } = {},
	) => await brakeRemovals(ledger, stream, links, rule, recordIds, now);
	const heldOf = async (
		recordIds: readonly string[],
		options: { rule?: BrakeRule; links?: number; stream?: string } = {},
	): Promise<string[]> => [...(await remove(recordIds, options)).held];

	describe('the number', () => {
		test('as many as the rule allows pass, one more and the whole page waits', async () => {
			expect(await remove(ids(0, 5))).toEqual({ held: new Set(), number: 5, isNews: false });
			expect(await heldOf(ids(5, 6))).toEqual(ids(5, 6));
			expect(await remove(ids(0, 6), { stream: 'other' })).toEqual({
				held: new Set(ids(0, 6)),
				number: 6,
				isNews: true,
			});
		});

		test('pages of one day count together, those of the next day anew', async () => {
			now = MIDNIGHT;
			expect(await heldOf(ids(0, 3))).toEqual([]);
			now = MIDNIGHT + DAY_MS - 1;
			expect(await heldOf(ids(3, 5))).toEqual([]);
			now = MIDNIGHT + DAY_MS;
			expect(await remove(ids(5, 10))).toMatchObject({ held: new Set(), number: 5 });
			now = MIDNIGHT + 2 * DAY_MS - 1;
			expect(await heldOf(ids(10, 11))).toEqual(ids(10, 11));
		});

		test('a page that comes again is not counted twice, and what it has let through stays so', async () => {
			expect(await heldOf(ids(0, 4))).toEqual([]);
			expect(await remove(ids(0, 4))).toMatchObject({ held: new Set(), number: 4 });
			expect(await heldOf(ids(4, 5))).toEqual([]);
			expect(await remove(ids(0, 7))).toMatchObject({ held: new Set(ids(5, 7)), number: 7 });
		});

		test('0: every single one waits', async () => {
			expect(await heldOf(ids(0, 1), { rule: { number: 0, share: 1 } })).toEqual(ids(0, 1));
		});

		test('a page without removals is never held and is no news', async () => {
			const rule = { number: 0, share: 0 };
			expect(await remove([], { rule })).toEqual({ held: new Set(), number: 0, isNews: false });
		});

		test('each stream has its own count', async () => {
			expect(await heldOf(ids(0, 5))).toEqual([]);
			expect(await heldOf(ids(5, 10), { stream: backStreamOf('other') })).toEqual([]);
			await heldOf(ids(10, 16));
			expect(await heldOf(ids(16, 17), { stream: backStreamOf('third') })).toEqual([]);
		});
	});

	describe('the share', () => {
		/** How many records of a single page of a fresh stream pass at most. */
		async function most(percent: number, links: number): Promise<number> {
			const rule = { number: 1000, share: percent / 100 };
			for (let count = 1; ; count += 1) {
				const recordIds = Array.from({ length: count }, (_, at) => `${at}`);
				const stream = `${percent} ${links} ${count}`;
				if ((await heldOf(recordIds, { rule, links, stream })).length > 0) return count - 1;
			}
		}

		test.each([
			[10, 50, 5],
			[10, 25, 2],
			[10, 29, 2],
			[10, 30, 3],
			[50, 3, 1],
			[100, 4, 4],
			// 0.07 * 100 is 7.000000000000001 and 0.29 * 100 is 28.999999999999996.
			[7, 100, 7],
			[28, 25, 7],
			[29, 100, 29],
		])('%d %% of %d contacts are %d records', async (percent, links, expected) => {
			expect(await most(percent, links)).toBe(expected);
		});

		test('of a small integration one record passes all the same; none when the share is nothing', async () => {
			expect(await most(10, 3)).toBe(1);
			expect(await most(10, 0)).toBe(1);
			expect(await most(0, 1000)).toBe(0);
		});

		test('the smaller of share and number counts', async () => {
			const rule = { number: 3, share: 0.1 };
			const many = { rule, links: 1000 };
			expect(await heldOf(ids(0, 3), many)).toEqual([]);
			expect(await heldOf(ids(3, 4), many)).toEqual(ids(3, 4));
			const few = { rule, links: 20, stream: 'few' };
			expect(await heldOf(ids(0, 2), few)).toEqual([]);
			expect(await heldOf(ids(2, 3), few)).toEqual(ids(2, 3));
		});

		test('it is of the contacts that there were: what the day has removed does not shrink it', async () => {
			const rule = { number: 1000, share: 0.5 };
			for (let gone = 0; gone < 5; gone += 1)
				expect(await heldOf(ids(gone, gone + 1), { rule, links: 10 - gone })).toEqual([]);
			expect(await heldOf(ids(5, 6), { rule, links: 5 })).toEqual(ids(5, 6));
		});

		test('it grows with an integration that grows', async () => {
			const rule = { number: 1000, share: 0.1 };
			expect(await heldOf(ids(0, 2), { rule, links: 20 })).toEqual([]);
			expect(await heldOf(ids(2, 4), { rule, links: 40 })).toEqual([]);
			expect(await heldOf(ids(4, 5), { rule, links: 40 })).toEqual(ids(4, 5));
		});
	});

	describe('once it is on', () => {
		test('what comes behind waits too, however little it is (limit removal-brake)', async () => {
			await heldOf(ids(0, 10));
			expect(await heldOf(ids(10, 11))).toEqual(ids(10, 11));
			now = MIDNIGHT + DAY_MS;
			expect(await heldOf(ids(11, 12))).toEqual(ids(11, 12));
		});

		test('it is off a day after too much came last: the contacts were restored', async () => {
			await heldOf(ids(0, 10));
			now += DAY_MS - 1;
			expect(await heldOf(ids(10, 11))).toEqual(ids(10, 11));
			now += 1;
			expect(await heldOf(ids(10, 11))).toEqual([]);
		});

		test('what still waits keeps it on', async () => {
			await heldOf(ids(0, 10));
			now += DAY_MS - 1;
			await heldOf(ids(0, 10));
			now += DAY_MS - 1;
			expect(await heldOf(ids(10, 11))).toEqual(ids(10, 11));
		});

		test('what passed before is not held when its page comes again', async () => {
			await heldOf(ids(0, 3));
			await heldOf(ids(3, 20));
			expect(await heldOf(ids(0, 3))).toEqual([]);
		});
	});

	describe('the alert', () => {
		test('is news until it was told, and again a day later', async () => {
			expect(await remove(ids(0, 6))).toMatchObject({ isNews: true });
			expect(await remove(ids(0, 6))).toMatchObject({ isNews: true });
			await noteTold(ledger, STREAM);
			expect(await remove(ids(6, 12))).toMatchObject({ isNews: false, held: new Set(ids(6, 12)) });
			now += DAY_MS - 1;
			expect(await remove(ids(0, 6))).toMatchObject({ isNews: false });
			now += 1;
			expect(await remove(ids(0, 6))).toMatchObject({ isNews: true });
		});

		test('of one stream does not silence another', async () => {
			await noteTold(ledger, STREAM);
			expect(await remove(ids(0, 6), { stream: 'other' })).toMatchObject({ isNews: true });
		});
	});

	describe('approval', () => {
		const TOMORROW = MIDNIGHT + DAY_MS;
		async function defer(stream: string, from: number, to: number, limit: string): Promise<void> {
			await ledger.pages.record(
				ids(from, to).map((recordId) => ({
					integration: stream,
					recordId,
					outcome: 'deferred',
					limit,
					dueAt: TOMORROW,
				})),
			);
		}
		const due = async (stream: string): Promise<string[]> =>
			await ledger.pages.dueDeferred(stream, now, true, 100);

		test('brings what waits again at once, and only that, and tells how many', async () => {
			await defer(STREAM, 0, 6, 'removal-brake');
			await defer(STREAM, 6, 8, 'salesforce-unavailable');
			await defer('other', 8, 9, 'removal-brake');
			expect(await due(STREAM)).toEqual([]);
			expect(await approveRemovals(ledger, STREAM)).toBe(6);
			expect(await due(STREAM)).toEqual(ids(0, 6));
			expect(await due('other')).toEqual([]);
		});

		test('lets everything through for a day, and then no more', async () => {
			await heldOf(ids(0, 10));
			expect(await approveRemovals(ledger, STREAM)).toBe(0);
			now += DAY_MS - 1;
			expect(await remove(ids(0, 50))).toMatchObject({ held: new Set(), isNews: false });
			now += 1;
			expect(await heldOf(ids(50, 56))).toEqual(ids(50, 56));
		});

		test('what it let through is not held against the rest of the day', async () => {
			await approveRemovals(ledger, STREAM);
			now = TOMORROW;
			expect(await heldOf(ids(0, 50))).toEqual([]);
			now = TOMORROW + DAY_MS - 1;
			expect(await heldOf(ids(50, 55))).toEqual([]);
		});

		test('holds for one stream', async () => {
			await approveRemovals(ledger, STREAM);
			expect(await heldOf(ids(0, 6), { stream: 'other' })).toHaveLength(6);
		});

		test('of nothing waits for nothing', async () => {
			expect(await approveRemovals(ledger, 'unknown')).toBe(0);
		});
	});

	test('the ledger keeps record ids of those that passed, not of those that wait', async () => {
		await heldOf(ids(0, 2));
		await heldOf(ids(2, 50));
		const key = `removals|${STREAM}|${Math.floor(now / DAY_MS)}`;
		expect(JSON.parse((await ledger.cache.get(key)) ?? '')).toMatchObject({ ids: ids(0, 2) });
	});
});
