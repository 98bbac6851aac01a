import type { IExecuteFunctions } from 'n8n-workflow';
import { guardSettings } from '../../nodes/QuotaGuard/settings.ts';

const NOW = Date.parse('2026-11-23T09:00:00Z');

interface Entered {
	readonly monthlyLimit?: unknown;
	readonly warnAt?: unknown;
	readonly options?: Readonly<Record<string, unknown>> | undefined;
}

function settings(entered: Entered) {
	const parameters = { monthlyLimit: 100_000, warnAt: 80, options: {}, ...entered };
	const context = {
		getNodeParameter: (name: keyof Entered) => parameters[name],
		getNode: () => ({ name: 'Quota Guard', type: 'quotaGuard' }),
		getTimezone: () => 'Europe/Paris',
		getChildNodes: () => [],
	};
	// The four methods that the settings use.
	return guardSettings(context as unknown as IExecuteFunctions, NOW);
}

describe('the settings of Quota Guard', () => {
	test('without options: the calendar month of the workflow’s zone, 80 %, the last 2 % reserved', () => {
		expect(settings({})).toEqual({
			rule: {
				period: {
					id: '2026-11-01',
					startsAt: Date.parse('2026-10-31T23:00:00Z'),
					endsAt: Date.parse('2026-11-30T23:00:00Z'),
				},
				limit: 100_000,
				lane: 2_000,
				warnAt: 80_000,
				target: '',
			},
			zone: 'Europe/Paris',
		});
	});

	test.each([
		[10, undefined, 0],
		[49, undefined, 0],
		[50, undefined, 1],
		[99_999, undefined, 1_999],
		[10, 50, 5],
		[10, 0, 0],
	])('a limit of %i with a share of %p reserves %i tasks', (monthlyLimit, reservedShare, lane) => {
		const options = reservedShare === undefined ? {} : { reservedShare };
		expect(settings({ monthlyLimit, options }).rule.lane).toBe(lane);
	});

	test('whole numbers that an expression gives as text count as numbers', () => {
		const options = { anchorDay: ' 15', reservedShare: '10', timeZone: 'UTC' };
		const { rule } = settings({ monthlyLimit: '200', warnAt: '50', options });
		expect(rule).toMatchObject({ limit: 200, warnAt: 100, lane: 20, period: { id: '2026-11-15' } });
	});

	test('what an expression leaves empty counts as not set', () => {
		const empty = { anchorDay: null, reservedShare: null, timeZone: null, notify: null };
		const { rule, zone, mail } = settings({ options: { ...empty, sender: undefined } });
		expect([rule.lane, rule.period.id, zone, mail]).toEqual([
			2_000,
			'2026-11-01',
			'Europe/Paris',
			undefined,
		]);
	});

	test.each<[Entered, RegExp]>([
		...[0, -1, 1.5, '1,000', '100 000', 'many', '', null, undefined, Number.NaN, 1e300].map(
			(monthlyLimit): [Entered, RegExp] => [
				{ monthlyLimit },
				/^The monthly limit must be a whole number of at least 1, such as 100000, .* unpublish/,
			],
		),
		[{ warnAt: 101 }, /^The warning share must be a number from 1 to 100\.$/],
		[{ warnAt: 'high' }, /^The warning share must be/],
		[{ options: { reservedShare: -1 } }, /opt-outs and deletions must be a number from 0 to 50/],
		[{ options: { reservedShare: 51 } }, /opt-outs and deletions must be a number from 0 to 50/],
		[{ options: { timeZone: 'Paris' } }, /^"Paris" is not a time zone.*such as Europe\/Paris/],
		[{ options: { timeZone: 7 } }, /^"7" is not a time zone/],
		[{ options: { anchorDay: 0 } }, /first day of the quota month.*1 to 31/],
		[{ options: { anchorDay: 32 } }, /first day of the quota month.*1 to 31/],
		[{ options: { anchorDay: 'first' } }, /first day of the quota month.*1 to 31/],
		[{ options: { notify: 'a@example.com' } }, /no sender.*verified in Brevo/],
		[{ options: { sender: 'a@example.com' } }, /nobody to notify/],
		[
			{ options: { notify: 'a@example.com, b', sender: 'c@example.com' } },
			/no e-mail address: b\./,
		],
	])('%j is refused in words', (entered, words) => {
		expect(() => settings(entered)).toThrow(words);
	});

	test('a first day of 31 means the last day of the month', () => {
		const { rule } = settings({ options: { anchorDay: 31 } });
		expect(rule.period).toMatchObject({
			id: '2026-10-31',
			endsAt: Date.parse('2026-11-29T23:00:00Z'),
		});
	});

	test('addresses are separated by commas, and nobody gets a mail twice', () => {
		const notify = 'a@example.com,b@example.com; c@example.com , a@example.com,';
		expect(settings({ options: { notify, sender: ' crm@example.com ' } }).mail).toEqual({
			from: 'crm@example.com',
			to: ['a@example.com', 'b@example.com', 'c@example.com'],
		});
	});
});
