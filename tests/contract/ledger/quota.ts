import type { QuotaStore } from '../../../sync/ledger/ledger.ts';
import { DAY, START, useLedger, type Place } from './desk.ts';

const account = 'brevo-1';
const november = { account, period: '2026-11', periodEnds: START + 10 * DAY, warnAt: 1_000 };
const december = { account, period: '2026-12', periodEnds: START + 40 * DAY, warnAt: 1_000 };
const ask = (...keys: string[]) => keys.map((key) => ({ key, hash: 'h' }));
const tasks = (...keys: string[]) => keys.map((key) => ({ account, key }));

export function registerQuotaTests(place: Place): void {
	const desk = useLedger(place);
	const used = async (period = '2026-11') =>
		(await desk.ledger.quota.status(account, period))?.used;
	const reserve = async (input: Partial<Parameters<QuotaStore['reserve']>[0]>) =>
		await desk.ledger.quota.reserve({ ...november, limit: 10, requests: [], ...input });

	it('tasks are granted in the order asked, up to the limit', async () => {
		const { granted, ...rest } = await reserve({ limit: 2, requests: ask('c', 'a', 'b') });
		expect([...granted]).toEqual(['c', 'a']);
		expect(rest).toEqual({
			account,
			period: '2026-11',
			limit: 2,
			lane: 0,
			used: 2,
			firstAt: START,
			notices: ['exhausted'],
		});
	});

	it('a key that is asked for twice in one call is charged once', async () => {
		const { granted } = await reserve({ limit: 2, requests: ask('a', 'a', 'b', 'a') });
		expect([...granted]).toEqual(['a', 'b']);
		expect(await used()).toBe(2);
	});

	it('a write that crashed before it was settled is not charged again', async () => {
		await reserve({ limit: 1, requests: ask('a') });
		const again = await reserve({ limit: 1, requests: ask('a') });
		expect([...again.granted]).toEqual(['a']);
		expect(again).toMatchObject({ used: 1, notices: [] });
	});

	it('another write of the same record is another task', async () => {
		await reserve({ requests: ask('a') });
		await reserve({ requests: [{ key: 'a', hash: 'other' }] });
		expect(await used()).toBe(2);
		await desk.ledger.quota.release(tasks('a'));
		expect(await used()).toBe(1);
	});

	it('a settled task stays spent, and the next write of the record is a new one', async () => {
		await reserve({ requests: ask('a') });
		await desk.ledger.quota.spend(tasks('a', 'unknown'));
		await desk.ledger.quota.spend(tasks('a'));
		await desk.ledger.quota.release(tasks('a'));
		expect(await used()).toBe(1);
		await reserve({ requests: ask('a') });
		expect(await used()).toBe(2);
	});

	it('a task that is given back twice is given back once', async () => {
		await reserve({ requests: ask('a', 'b') });
		await desk.ledger.quota.release(tasks('a', 'a'));
		await desk.ledger.quota.release(tasks('a', 'unknown'));
		expect(await used()).toBe(1);
		await reserve({ requests: ask('a') });
		expect(await used()).toBe(2);
	});

	it('a write that happens although another run gave its task back is counted', async () => {
		await reserve({ requests: ask('a') });
		await reserve({ requests: ask('a') });
		await desk.ledger.quota.release(tasks('a'));
		await desk.ledger.quota.spend(tasks('a'));
		await desk.ledger.quota.spend(tasks('a'));
		expect(await used()).toBe(1);
	});

	it('a task of last month that was not settled is taken up without a charge', async () => {
		await reserve({ requests: ask('a', 'b') });
		desk.clock.time = START + 11 * DAY;
		const { granted } = await reserve({ ...december, requests: ask('a', 'b', 'c') });
		expect([...granted]).toEqual(['a', 'b', 'c']);
		expect([await used(), await used('2026-12')]).toEqual([2, 1]);
		await desk.ledger.quota.release(tasks('a', 'c'));
		expect([await used(), await used('2026-12')]).toEqual([1, 0]);
	});

	it('reservations long after their period are forgotten but stay counted', async () => {
		await reserve({ requests: ask('a') });
		desk.clock.time = START + 42 * DAY;
		const january = { period: '2027-01', periodEnds: START + 71 * DAY };
		await reserve({ ...january, requests: ask('a') });
		expect([await used(), await used('2027-01')]).toEqual([1, 1]);
	});

	it('a lowered limit grants nothing new and takes nothing back', async () => {
		await reserve({ limit: 5, requests: ask('a', 'b', 'c') });
		const lowered = await reserve({ limit: 2, requests: ask('d', 'a') });
		expect([...lowered.granted]).toEqual(['a']);
		expect(lowered).toMatchObject({ limit: 2, used: 3 });
		const raised = await reserve({ limit: 4, requests: ask('d', 'e') });
		expect([...raised.granted]).toEqual(['d']);
		expect(await desk.ledger.quota.status(account, '2026-11')).toMatchObject({ limit: 4, used: 4 });
	});

	it('ordinary tasks end where the reserved lane begins; opt-outs and deletions go on to the limit', async () => {
		const { quota } = desk.ledger;
		const urgent = (...keys: string[]) => ask(...keys).map((one) => ({ ...one, reserved: true }));
		const rule = { limit: 4, lane: 2 };
		const first = await reserve({ ...rule, requests: [...ask('a', 'b', 'c'), ...urgent('d')] });
		expect([...first.granted]).toEqual(['a', 'b', 'd']);
		expect(first).toMatchObject({ used: 3, lane: 2, notices: ['exhausted'] });
		expect(await quota.hasRoom(account, START)).toBe(false);
		expect(await quota.hasReservedRoom(account, START)).toBe(true);
		const second = await reserve({ ...rule, requests: [...ask('e'), ...urgent('f', 'g')] });
		expect([...second.granted]).toEqual(['f']);
		expect(await quota.hasReservedRoom(account, START)).toBe(false);
		expect(await quota.hasReservedRoom(account, november.periodEnds)).toBe(true);
		expect(await used()).toBe(4);
	});

	it('what opt-outs and deletions use counts against the ordinary tasks as well', async () => {
		const urgent = ask('a', 'b', 'c').map((one) => ({ ...one, reserved: true }));
		await reserve({ limit: 4, lane: 2, requests: urgent });
		expect((await reserve({ limit: 4, lane: 2, requests: ask('d') })).granted.size).toBe(0);
	});

	it('the first task of a period is remembered, for the forecast', async () => {
		expect(await reserve({})).not.toHaveProperty('firstAt');
		desk.clock.time += DAY;
		expect(await reserve({ requests: ask('a') })).toMatchObject({ firstAt: START + DAY });
		desk.clock.time += DAY;
		expect(await reserve({ requests: ask('b') })).toMatchObject({ firstAt: START + DAY });
	});

	it('the quota has room until it is exhausted, and again in the next period', async () => {
		const { quota } = desk.ledger;
		expect(await quota.hasRoom(account, START)).toBe(true);
		await reserve({ limit: 1, requests: ask('a') });
		expect(await quota.hasRoom(account, START)).toBe(false);
		expect(await quota.hasRoom('brevo-2', START)).toBe(true);
		expect(await quota.hasRoom(account, november.periodEnds - 1)).toBe(false);
		expect(await quota.hasRoom(account, november.periodEnds)).toBe(true);
		await reserve({ limit: 2 });
		expect(await quota.hasRoom(account, START)).toBe(true);
	});

	it('a clock that is set back into the former month charges nothing twice and resets nothing', async () => {
		const { quota } = desk.ledger;
		await reserve({ limit: 2, requests: ask('a') });
		desk.clock.time = START + 11 * DAY;
		const turned = { ...december, limit: 2, warnAt: 1 };
		expect((await reserve({ ...turned, requests: ask('b') })).notices).toEqual(['warning']);
		desk.clock.time = START;
		const back = await reserve({ limit: 2, requests: ask('a', 'b', 'c', 'd') });
		expect([...back.granted]).toEqual(['a', 'b', 'c']);
		expect([await used(), await used('2026-12')]).toEqual([2, 1]);
		expect(await quota.hasRoom(account, START)).toBe(false);
		desk.clock.time = START + 11 * DAY;
		expect(await quota.hasRoom(account, START + 11 * DAY)).toBe(true);
		const again = await reserve({ ...turned, requests: ask('c', 'e', 'f') });
		expect([...again.granted]).toEqual(['c', 'e']);
		expect([await used(), await used('2026-12')]).toEqual([2, 2]);
		expect(again.notices).not.toContain('warning');
	});

	it('a clock that ran years ahead for a while neither lifts the pause of today nor imposes one', async () => {
		const { quota } = desk.ledger;
		const ahead = { period: '2031-01', periodEnds: START + 1_600 * DAY };
		await reserve({ ...ahead, limit: 1 });
		await reserve({ limit: 1, requests: ask('a') });
		expect(await quota.hasRoom(account, START)).toBe(false);
		await reserve({ ...ahead, limit: 1, requests: ask('b') });
		await reserve({ limit: 2 });
		expect(await quota.hasRoom(account, START)).toBe(true);
	});

	it('a month that is moved to begin earlier is not held back by the one before the move', async () => {
		const fromThe15th = { period: '2026-11-15', periodEnds: START + 31 * DAY };
		await reserve({ ...fromThe15th, limit: 1, requests: ask('a') });
		await reserve({ limit: 5, requests: ask('b') });
		expect(await desk.ledger.quota.hasRoom(account, START)).toBe(true);
	});

	it('two calls at the same time never share a task', async () => {
		const other = await desk.another();
		const half = async (quota: QuotaStore, name: string) =>
			await Promise.all(
				Array.from({ length: 20 }, async (_, number) => {
					const requests = ask(`${name}${number}`);
					return (await quota.reserve({ ...november, limit: 30, requests })).granted.size;
				}),
			);
		const granted = await Promise.all([half(desk.ledger.quota, 'a'), half(other.quota, 'b')]);
		expect(granted.flat().reduce((sum, size) => sum + size, 0)).toBe(30);
		expect(await used()).toBe(30);
	});

	it('10,000 tasks are reserved in batches', async () => {
		const started = performance.now();
		for (let batch = 0; batch < 10; batch++) {
			const keys = Array.from(
				{ length: 1_000 },
				(_, number) => `Contacts|to-brevo|${batch}-${number}`,
			);
			await reserve({ limit: 100_000, warnAt: 80_000, requests: ask(...keys) });
		}
		const rate = Math.round((10_000 / (performance.now() - started)) * 1_000);
		process.stdout.write(`tasks reserved in batches: ${rate.toLocaleString('en')}/s\n`);
		expect(await used()).toBe(10_000);
	});
}
