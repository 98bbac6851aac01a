import type { QuotaStore } from '../../../sync/ledger/ledger.ts';
import { DAY, START, useLedger, type Place } from './desk.ts';

const account = 'brevo-1';
const november = { account, period: '2026-11', periodEnds: START + 10 * DAY, warnAt: 1_000 };
const december = { account, period: '2026-12', periodEnds: START + 40 * DAY, warnAt: 1_000 };
const ask = (...keys: string[]) => keys.map((key) => ({ key, hash: 'h' }));

export function registerNoticeTests(place: Place): void {
	const desk = useLedger(place);
	const reserve = async (input: Partial<Parameters<QuotaStore['reserve']>[0]>) =>
		await desk.ledger.quota.reserve({ ...november, limit: 10, requests: [], ...input });

	it('each notice is given once a period, at the share and when the last task is taken', async () => {
		const other = await desk.another();
		const input = { ...november, warnAt: 2, limit: 3 };
		expect((await reserve({ ...input, requests: ask('a') })).notices).toEqual([]);
		expect((await reserve({ ...input, requests: ask('b') })).notices).toEqual(['warning']);
		const third = await other.quota.reserve({ ...input, requests: ask('c') });
		expect(third.notices).toEqual(['exhausted']);
		const fourth = await other.quota.reserve({ ...input, requests: ask('d') });
		expect(fourth.notices).toEqual([]);
		expect((await reserve({ ...input, requests: ask('e') })).notices).toEqual([]);
		const next = await reserve({ ...december, limit: 1, warnAt: 1, requests: ask('d', 'e') });
		expect(next.notices).toEqual(['warning', 'exhausted']);
	});

	it('a notice is given to one of two who ask at the same time', async () => {
		const other = await desk.another();
		const input = { ...november, warnAt: 1, limit: 2, requests: ask('a', 'b') };
		const both = await Promise.all([
			desk.ledger.quota.reserve({ ...input, claimant: 'page 1' }),
			other.quota.reserve({ ...input, claimant: 'page 2' }),
		]);
		const given = both.map(({ notices }) => notices.length);
		expect(given.sort()).toEqual([0, 2]);
	});

	it('a notice that was confirmed comes again in the next period, and in no other', async () => {
		const give = async (input: typeof november) =>
			(await reserve({ ...input, warnAt: 1, claimant: 'page 1', requests: ask('a', 'b') })).notices;
		expect(await give(november)).toEqual(['warning']);
		await desk.ledger.quota.confirmNotices(account, '2026-11', ['warning']);
		expect(await give(november)).toEqual([]);
		await desk.ledger.quota.spend(['a', 'b'].map((key) => ({ account, key })));
		expect(await give(december)).toEqual(['warning']);
		await desk.ledger.quota.confirmNotices(account, '2026-12', ['warning']);
		expect([await give(december), await give(november)]).toEqual([[], []]);
	});

	it('a notice whose e-mail went out before a crash needs no second one; the next period does', async () => {
		const { quota } = desk.ledger;
		await reserve({ warnAt: 1, limit: 1, requests: ask('a') });
		await quota.noteMailed(account, '2026-11', 'warning');
		expect(await quota.isMailed(account, '2026-11', 'warning')).toBe(true);
		expect(await quota.isMailed(account, '2026-11', 'exhausted')).toBe(false);
		expect(await quota.isMailed(account, '2026-12', 'warning')).toBe(false);
	});

	it('a notice that a crash kept from being passed on is given again: to its page at once, to others later', async () => {
		const other = await desk.another();
		const input = { ...november, warnAt: 1, limit: 5 };
		const give = async (claimant: string, quota = desk.ledger.quota) =>
			(await quota.reserve({ ...input, claimant, requests: ask('a') })).notices;
		expect(await give('page 1')).toEqual(['warning']);
		expect(await give('page 2', other.quota)).toEqual([]);
		expect(await give('page 1')).toEqual(['warning']);
		desk.clock.time += 10 * 60_000;
		expect(await give('page 2', other.quota)).toEqual(['warning']);
		expect(await give('page 1')).toEqual([]);
		await other.quota.confirmNotices(account, '2026-11', ['warning']);
		desk.clock.time += DAY;
		expect(await give('page 1')).toEqual([]);
		expect(await give('page 2')).toEqual([]);
	});
}
