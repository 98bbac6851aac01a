import { gatherDashboard } from '../../sync/dashboard/gather.ts';
import { backStreamOf } from '../../sync/ledger/ledger.ts';
import type { RecordOutcome } from '../../sync/ledger/ledger.ts';
import { id, guardLedger, type GuardLedger } from './guard-ledger.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const START = Date.parse('2026-11-10T09:30:00Z');
const account = 'brevo-1';

describe('what the dashboard shows of a ledger', () => {
	let now = START;
	let place: GuardLedger;
	beforeEach(async () => {
		now = START;
		place = await guardLedger(() => now);
		await place.ledger.integrations.bindBrevoAccount('test', account);
	});
	afterEach(async () => {
		await place.close();
	});

	const gather = async (zone = 'UTC') => {
		const all = await place.ledger.integrations.list();
		const which = all.filter(({ backOf }) => backOf === undefined);
		return await gatherDashboard(place.ledger, which, { now, zone });
	};
	const carry = async (outcome: RecordOutcome['outcome'], n: number, limit?: string) => {
		const { pages } = place.ledger;
		const since = new Map([[id(n), now - 20_000]]);
		const page = await pages.open('test', 'changes', [id(n)], since);
		const of = { integration: 'test', page: page.id, recordId: id(n), outcome };
		await pages.record([{ ...of, ...(limit !== undefined && { limit, dueAt: 0 }) }]);
		await pages.acknowledge({ integration: 'test', page: page.id, seen: [] });
	};
	const reserve = async (keys: readonly string[], period: string, periodEnds: number) =>
		await place.ledger.quota.reserve({
			...{ account, period, periodEnds, limit: 100, lane: 10, warnAt: 80 },
			requests: keys.map((key) => ({ key, hash: 'h' })),
		});

	it('thirty days, those without anything too, the last one is today', async () => {
		await carry('written', 1);
		now += 3 * DAY;
		await carry('written', 2);
		await carry('rejected', 3, 'phone-digits');
		const { days, delays, delay } = await gather();
		expect(days).toHaveLength(30);
		expect(days.map(({ written }) => written).filter(Boolean)).toEqual([1, 1]);
		expect(days.at(-1)).toMatchObject({ day: now - (now % DAY), written: 1, rejected: 1 });
		expect(days.at(-4)).toMatchObject({ written: 1, rejected: 0 });
		expect(delays.filter(({ p95 }) => p95 !== undefined)).toHaveLength(2);
		expect(delay.p95).toBeGreaterThan(10);
		expect(delay.p95).toBeLessThanOrEqual(20);
	});

	it('both directions together, and reasons by number', async () => {
		const back = backStreamOf('test');
		await place.ledger.integrations.activate({
			...{ name: back, object: 'Contact', salesforceOrg: '00D', workflow: 'b', consentAt: 0 },
			backOf: 'test',
		});
		for (const [n, limit] of ['phone-digits', 'email-invalid', 'email-invalid'].entries())
			await carry('rejected', n, limit);
		const of = { integration: back, recordId: id(9), outcome: 'rejected' as const };
		await place.ledger.pages.record([{ ...of, limit: 'email-invalid' }]);
		for (const name of ['test', back]) {
			await place.ledger.desk.noteCalls(name, [{ service: 'salesforce', calls: 2 }]);
			now += HOUR;
		}
		const { reasons, calls, integrations } = await gather();
		expect(reasons.map(({ limit, records }) => [limit, records])).toEqual([
			['email-invalid', 3],
			['phone-digits', 1],
		]);
		expect(integrations[0]?.streams).toHaveLength(2);
		expect(calls).toMatchObject([{ service: 'salesforce', total: 4 }]);
		expect(calls[0]?.hours.slice(-3)).toEqual([2, 2, 0]);
	});

	it.each([
		['Pacific/Auckland', '2026-10-31T11:00:00Z', '2026-11-30T11:00:00Z'],
		['America/New_York', '2026-11-01T04:00:00Z', '2026-12-01T05:00:00Z'],
		['UTC', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
	])('the month of the quota from its first midnight in %s on', async (zone, starts, ends) => {
		await reserve(['1', '2'], '2026-11-01', Date.parse(ends));
		now += 2 * DAY;
		await reserve(['3'], '2026-11-01', Date.parse(ends));
		const [quota] = (await gather(zone)).accounts;
		expect(quota).toMatchObject({ startsAt: Date.parse(starts), integrations: ['test'] });
		const used = quota?.used ?? [];
		expect(used[0]).toEqual({ at: Date.parse(starts), used: 0 });
		expect(used.at(-1)).toEqual({ at: now, used: 3 });
		const moments = used.map(({ at }) => at);
		expect(moments).toEqual(moments.toSorted((a, b) => a - b));
	});
});
