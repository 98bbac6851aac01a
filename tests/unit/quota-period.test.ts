import fc from 'fast-check';
import { periodAt, periodRuleProblem } from '../../sync/quota/period.ts';

const at = (iso: string): number => Date.parse(iso);

describe('the quota month', () => {
	test.each([
		// now, zone, anchor day, period id, starts, ends
		[
			'2026-11-23T12:00:00Z',
			'UTC',
			1,
			'2026-11-01',
			'2026-11-01T00:00:00Z',
			'2026-12-01T00:00:00Z',
		],
		[
			'2026-11-30T23:30:00Z',
			'Europe/Paris',
			1,
			'2026-12-01',
			'2026-11-30T23:00:00Z',
			'2026-12-31T23:00:00Z',
		],
		[
			'2026-11-14T10:00:00Z',
			'UTC',
			15,
			'2026-10-15',
			'2026-10-15T00:00:00Z',
			'2026-11-15T00:00:00Z',
		],
		[
			'2027-02-28T10:00:00Z',
			'UTC',
			31,
			'2027-02-28',
			'2027-02-28T00:00:00Z',
			'2027-03-31T00:00:00Z',
		],
		[
			'2028-02-28T23:59:59Z',
			'UTC',
			29,
			'2028-01-29',
			'2028-01-29T00:00:00Z',
			'2028-02-29T00:00:00Z',
		],
		[
			'2026-03-29T00:59:59Z',
			'Europe/Paris',
			29,
			'2026-03-29',
			'2026-03-28T23:00:00Z',
			'2026-04-28T22:00:00Z',
		],
		// October has 31 days and an hour in Paris.
		[
			'2026-10-25T01:30:00Z',
			'Europe/Paris',
			25,
			'2026-10-25',
			'2026-10-24T22:00:00Z',
			'2026-11-24T23:00:00Z',
		],
		// 4 November 2018 began at one o'clock in São Paulo: midnight was left out.
		[
			'2018-11-20T12:00:00Z',
			'America/Sao_Paulo',
			4,
			'2018-11-04',
			'2018-11-04T03:00:00Z',
			'2018-12-04T02:00:00Z',
		],
		// The hour before midnight came twice; both belong to the month that ends.
		[
			'2018-02-18T02:30:00Z',
			'America/Sao_Paulo',
			18,
			'2018-01-18',
			'2018-01-18T02:00:00Z',
			'2018-02-18T03:00:00Z',
		],
		// 1 November 2026 has midnight twice in Havana: the month begins once, with the first.
		[
			'2026-11-01T05:30:00Z',
			'America/Havana',
			1,
			'2026-11-01',
			'2026-11-01T04:00:00Z',
			'2026-12-01T05:00:00Z',
		],
		[
			'2015-10-01T04:00:00Z',
			'America/Havana',
			1,
			'2015-10-01',
			'2015-10-01T04:00:00Z',
			'2015-11-01T04:00:00Z',
		],
		// 29 February only every four years; otherwise the 28th begins the month.
		[
			'2027-03-01T00:00:00Z',
			'UTC',
			29,
			'2027-02-28',
			'2027-02-28T00:00:00Z',
			'2027-03-29T00:00:00Z',
		],
		[
			'2026-04-30T12:00:00Z',
			'UTC',
			31,
			'2026-04-30',
			'2026-04-30T00:00:00Z',
			'2026-05-31T00:00:00Z',
		],
	])('%s in %s from day %i is %s', (now, zone, anchorDay, id, startsAt, endsAt) => {
		expect(periodAt(at(now), { zone, anchorDay })).toEqual({
			id,
			startsAt: at(startsAt),
			endsAt: at(endsAt),
		});
	});

	test('every moment is in exactly one period, and periods follow without gap or overlap', () => {
		const zones = fc.constantFrom(
			'UTC',
			'Europe/Paris',
			'America/New_York',
			'Asia/Kathmandu',
			'Pacific/Apia',
			'America/Sao_Paulo',
			'America/Havana',
		);
		fc.assert(
			fc.property(
				fc.integer({ min: at('2000-01-01'), max: at('2060-01-01') }),
				zones,
				fc.integer({ min: 1, max: 31 }),
				(now, zone, anchorDay) => {
					const rule = { zone, anchorDay };
					const period = periodAt(now, rule);
					expect(period.startsAt).toBeLessThanOrEqual(now);
					expect(period.endsAt).toBeGreaterThan(now);
					expect(periodAt(period.endsAt, rule).startsAt).toBe(period.endsAt);
					expect(periodAt(period.startsAt - 1, rule).endsAt).toBe(period.startsAt);
					expect(periodAt(period.endsAt - 1, rule)).toEqual(period);
				},
			),
			{ numRuns: 500 },
		);
	});

	test.each([
		[{ zone: 'Europe/Pariss', anchorDay: 1 }, /not a time zone/],
		[{ zone: '', anchorDay: 1 }, /not a time zone.*Europe\/Paris/],
		[{ zone: 'UTC', anchorDay: Number.NaN }, /whole number from 1 to 31/],
		[{ zone: 'UTC', anchorDay: 0 }, /whole number from 1 to 31/],
		[{ zone: 'UTC', anchorDay: 1.5 }, /whole number from 1 to 31/],
	])('an unusable rule is told in words: %j', (rule, words) => {
		expect(periodRuleProblem(rule)).toMatch(words);
		expect(periodRuleProblem({ zone: 'Europe/Paris', anchorDay: 31 })).toBeUndefined();
	});
});
