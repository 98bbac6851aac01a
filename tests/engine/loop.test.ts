import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLoop } from '../../nodes/context/loop.ts';
import type { RoundResult } from '../../sync/changes/pump.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';

describe('the loop of a trigger', () => {
	let folder: string;
	let ledger: Ledger;
	let now = 0;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'loop-'));
		const path = join(folder, 'ledger.sqlite');
		ledger = await openLedger({ kind: 'file', path }, { clock: { now: () => now } });
	});
	afterEach(async () => {
		await ledger.close();
		await rm(folder, { recursive: true });
	});

	/** The waits between rounds, of which each takes so many milliseconds and ends so. */
	async function waitsOf(
		rounds: ReadonlyArray<readonly [number, Partial<RoundResult>]>,
		onRound: (probe: boolean) => void = () => undefined,
	) {
		const control = new AbortController();
		const waits: number[] = [];
		const left = [...rounds];
		await runLoop({
			integration: 'test',
			ledger,
			intervalMs: 10_000,
			backoffMs: [5_000],
			host: {
				clock: { now: () => now },
				sleep: async (milliseconds) => {
					waits.push(milliseconds);
					if (left.length === 0) control.abort();
				},
				logger: { debug() {}, info() {}, warn() {}, error() {} },
				signal: control.signal,
			},
			round: async (probe) => {
				onRound(probe);
				const [milliseconds, result] = left.shift() ?? [0, {}];
				now += milliseconds;
				return { pages: 0, emitted: 0, ...result };
			},
			onTrouble: (error) => {
				throw error;
			},
		});
		return waits;
	}

	it('looks at the interval from look to look, however long one takes, with a second of rest', async () => {
		expect(
			await waitsOf([
				[0, {}],
				[4_000, {}],
				[9_500, {}],
				[60_000, {}],
			]),
		).toEqual([10_000, 6_000, 1_000, 1_000]);
	});

	it('waits no longer than the interval when the clock is set back a day in the middle of a look', async () => {
		expect(await waitsOf([[-86_400_000, {}]])).toEqual([10_000]);
	});

	it('still asks whether the quota was raised after the clock was set back a day', async () => {
		now = 86_400_000;
		const probes: boolean[] = [];
		await waitsOf(
			[
				[-86_400_000, { emitted: 1 }],
				[0, {}],
			],
			(probe) => probes.push(probe),
		);
		expect(probes).toEqual([true, true]);
	});

	it('looks again earlier when a round says so, and later after a failed execution', async () => {
		expect(
			await waitsOf([
				[0, { againInMs: 1_000 }],
				[0, { againInMs: 0 }],
				[4_000, { failed: { message: 'broken', retryInMs: 60_000 } }],
			]),
		).toEqual([1_000, 0, 60_000]);
	});
});
