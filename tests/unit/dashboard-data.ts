import { DAYS, type DashboardData, type DayOutcomes } from '../../sync/dashboard/gather.ts';
import { stateOf } from '../../sync/desk/state.ts';
import type { IntegrationStatus, StreamStatus } from '../../sync/desk/status.ts';
import { reasonInWords } from '../../sync/desk/words.ts';
import type { CurrentQuota, Integration } from '../../sync/ledger/ledger.ts';

/** A Thursday noon in a month that is two thirds over. */
export const NOW = Date.parse('2026-11-19T11:42:00Z');
const DAY = 86_400_000;
const HOUR = 3_600_000;
const ZONE = 'Europe/Paris';

const quota: CurrentQuota = {
	...{ account: 'brevo-1', period: '2026-11-01', limit: 100_000, lane: 2_000, used: 71_430 },
	...{ firstAt: Date.parse('2026-10-31T23:05:00Z'), endsAt: Date.parse('2026-11-30T23:00:00Z') },
};

/** Between 0 and 1, the same every time. */
const noise = (seed: number): number => {
	const value = Math.sin(seed * 12.9898) * 43_758.5453;
	return value - Math.floor(value);
};

const none = { read: 0, tasks: 0, written: 0, unchanged: 0, excluded: 0, rejected: 0, deferred: 0 };

export function stream(
	name: string,
	more: Partial<Integration> = {},
	facts: Partial<StreamStatus> & { readonly leaseUntil?: number; readonly importing?: string } = {},
): StreamStatus {
	const integration: Integration = {
		...{ name, object: 'Contact', salesforceOrg: '00D', workflow: 'wF1x', brevoAccount: 'brevo-1' },
		...{ consentAt: 0, state: 'active', failedRuns: 0, lookedAt: NOW - 21_000 },
		...more,
	};
	const { leaseUntil = NOW + 60_000, importing, ...status } = facts;
	const waiting = facts.waiting ?? 0;
	return {
		stream: integration,
		...stateOf({ integration, leaseUntil, quota, importing, waiting, zone: ZONE, now: NOW }),
		backlog: { deferred: [], rejected: [], hints: 0 },
		...{ waiting: 0, rejected: 0, today: none, ever: none },
		delay: { p50: 18, p95: 64 },
		...status,
	};
}

export const status = (contacts: number, ...streams: StreamStatus[]): IntegrationStatus => ({
	integration: streams[0]?.stream as Integration,
	...{ contacts, streams, quota },
});

const reason = (limit: string, records: number) => ({
	...{ limit, records },
	...reasonInWords(limit),
});

const outcomes = (day: number, index: number): DayOutcomes => {
	const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
	const much = (isWeekend ? 260 : 2_100) * (0.7 + 0.6 * noise(index + 1));
	const part = (share: number, seed: number): number =>
		Math.round(much * share * (0.6 + 0.8 * noise(index * 7 + seed)));
	return {
		day,
		...{ written: Math.round(much), unchanged: part(0.34, 2), excluded: part(0.06, 3) },
		...{ rejected: part(0.03, 4), deferred: part(index === 21 ? 0.9 : 0.02, 5) },
	};
};

/** A month of a company with three integrations, one of which fails. */
export function sampleData(): DashboardData {
	const days = Array.from({ length: DAYS }, (_, back) => NOW - (NOW % DAY) - (29 - back) * DAY);
	const startsAt = Date.parse('2026-10-31T23:00:00Z');
	const used = Array.from({ length: 19 }, (_, day) => ({
		at: startsAt + (day + 1) * DAY,
		used: Math.round((71_430 * (day + 1 + 0.8 * noise(day))) / 19.5),
	})).filter(({ at }) => at < NOW);
	return {
		...{ now: NOW, zone: ZONE },
		integrations: [
			status(
				48_213,
				stream('Newsletter', {}, { waiting: 3, rejected: 214, today: { ...none, written: 1_204 } }),
				stream(
					'Newsletter back',
					{ backOf: 'Newsletter', lookedAt: NOW - 48_000 },
					{ rejected: 2, today: { ...none, written: 37 }, delay: { p50: 41, p95: 505 } },
				),
			),
			status(
				6_120,
				stream(
					'Trial leads',
					{
						object: 'Lead',
						workflow: 'wF2x',
						state: 'failing',
						failedRuns: 4,
						lookedAt: NOW - 11 * 60_000,
						lastError:
							'The execution failed at “Brevo Contact List”: Brevo does not accept the API key.',
					},
					{ waiting: 118, rejected: 31, today: { ...none, written: 12 } },
				),
			),
			status(
				912,
				stream(
					'Event guests',
					{ workflow: 'wF3x', pausedAt: NOW - 2 * DAY, lookedAt: NOW - 9_000 },
					{ waiting: 26, rejected: 0, delay: { p50: undefined, p95: undefined } },
				),
			),
		],
		accounts: [
			{
				...{ quota, startsAt },
				used: [{ at: startsAt, used: 0 }, ...used, { at: NOW, used: quota.used }],
				runsOutAt: Date.parse('2026-11-26T08:00:00Z'),
				integrations: ['Newsletter', 'Trial leads', 'Event guests'],
			},
		],
		days: days.map(outcomes),
		delays: days.map((day, index) => {
			const p50 = 12 + 14 * noise(index + 50);
			const slow = index === 21 ? 140 : 1;
			return { day, p50: p50 * Math.sqrt(slow), p95: p50 * (3 + 2 * noise(index + 90)) * slow };
		}),
		delay: { p50: 18.4, p95: 71 },
		reasons: [
			reason('email-or-sms-missing', 131),
			reason('email-invalid', 58),
			reason('email-duplicate', 29),
			reason('phone-digits', 21),
			reason('phone-country-missing', 6),
			reason('category-option', 2),
		],
		calls: [
			{
				...{ service: 'salesforce', used: 41_350, most: 50_000 },
				...hourly(62, 1),
			},
			{ ...{ service: 'brevo-contacts', most: 36_000 }, ...hourly(84, 2) },
			{ ...{ service: 'brevo-other', most: 100 }, ...hourly(6, 3) },
		],
	};
}

function hourly(usual: number, seed: number): { hours: number[]; total: number } {
	const start = new Date(NOW - 23 * HOUR).getUTCHours();
	const hours = Array.from({ length: 24 }, (_, index) => {
		const isDay = (start + index) % 24 >= 6 && (start + index) % 24 <= 18;
		return Math.round(usual * (isDay ? 1 : 0.25) * (0.6 + 0.8 * noise(seed * 31 + index)));
	});
	return { hours, total: hours.reduce((sum, count) => sum + count, 0) };
}
