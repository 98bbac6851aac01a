import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../sync/host.ts';
import { oneAtATime } from '../../sync/one-at-a-time.ts';
import { type GuardLedger, guardLedger } from './guard-ledger.ts';

describe('work that only one may do at a time', () => {
	let now = 0;
	let desk: GuardLedger;
	/** Time passes while somebody waits. */
	const host = {
		sleep: async (milliseconds: number) => {
			now += milliseconds;
			await sleep(1);
		},
	} as unknown as Host;
	const underWay: string[] = [];
	const work = (name: string) => async () => {
		underWay.push(`${name} begins`);
		await sleep(5);
		underWay.push(`${name} ends`);
		return name;
	};

	beforeEach(async () => {
		now = Date.parse('2026-11-27T09:00:00Z');
		underWay.length = 0;
		desk = await guardLedger(() => now);
	});
	afterEach(async () => {
		await desk.close();
	});

	test('waits until the other is done, and gives back what it made', async () => {
		const { ledger } = desk;
		const made = await Promise.all(
			['a', 'b'].map(async (name) => await oneAtATime({ ledger, host }, 'lists', work(name))),
		);
		expect(made).toEqual(['a', 'b']);
		expect(underWay.map((line) => line.split(' ')[1])).toEqual([
			'begins',
			'ends',
			'begins',
			'ends',
		]);
	});

	test('waits a minute for one that died, and not at all for work of another name', async () => {
		const { ledger } = desk;
		await ledger.integrations.lease('lists', 'who died', 60_000);
		const startedAt = now;
		await oneAtATime({ ledger, host }, 'other lists', work('a'));
		expect(now).toBe(startedAt);
		await oneAtATime({ ledger, host }, 'lists', work('b'));
		expect(now - startedAt).toBe(60_000);
	});

	test('lets go when it fails', async () => {
		const { ledger } = desk;
		const refused = oneAtATime({ ledger, host }, 'lists', async () => {
			await Promise.reject(new Error('refused'));
		});
		await expect(refused).rejects.toThrow('refused');
		const startedAt = now;
		await oneAtATime({ ledger, host }, 'lists', work('b'));
		expect(now).toBe(startedAt);
	});
});
