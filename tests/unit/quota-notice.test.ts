import { runsOutAt } from '../../sync/quota/forecast.ts';
import { noticeText } from '../../sync/quota/notice.ts';
import { periodAt } from '../../sync/quota/period.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-11T00:00:00Z');
const zone = 'Europe/Paris';
const period = periodAt(NOW, { zone, anchorDay: 1 });
const status = {
	account: 'brevo',
	period: period.id,
	limit: 100_000,
	lane: 2_000,
	used: 80_000,
	firstAt: NOW - 10 * DAY,
};

describe('the forecast', () => {
	test('goes on as the period went so far', () => {
		// 8,000 a day; 18,000 of 98,000 are left.
		expect(runsOutAt(status, period, NOW)).toBe(NOW + 2.25 * DAY);
	});

	test('says nothing when the tasks last to the end of the period', () => {
		expect(runsOutAt({ ...status, used: 20_000 }, period, NOW)).toBeUndefined();
	});

	test('says nothing before the first task', () => {
		expect(runsOutAt({ ...status, used: 0 }, period, NOW)).toBeUndefined();
	});

	test('is now when all ordinary tasks are used, also above a lowered limit', () => {
		expect(runsOutAt({ ...status, used: 98_000 }, period, NOW)).toBe(NOW);
		expect(runsOutAt({ ...status, limit: 50_000 }, period, NOW)).toBe(NOW);
	});

	test('at the start of a period goes by the day on which it began, not by the former period', () => {
		const start = { ...status, used: 49_000, firstAt: period.startsAt - 3 * DAY };
		const now = period.startsAt + 2 * DAY;
		expect(runsOutAt(start, period, now)).toBe(now + 2 * DAY);
		expect(runsOutAt(start, period, period.startsAt)).toBe(period.startsAt + DAY);
	});

	test('follows a limit that is raised', () => {
		expect(runsOutAt({ ...status, limit: 170_000 }, period, NOW)).toBe(NOW + 11 * DAY);
		expect(runsOutAt({ ...status, limit: 300_000 }, period, NOW)).toBeUndefined();
	});

	test('does not take the first hour of a first import for a pace', () => {
		const fresh = { ...status, used: 50_000, firstAt: NOW - 60_000 };
		expect(runsOutAt(fresh, period, NOW)).toBe(NOW + (48_000 / 50_000) * DAY);
	});

	test('bears a clock that was set back behind the first task', () => {
		const at = runsOutAt({ ...status, firstAt: NOW + DAY }, period, NOW);
		expect(at).toBe(NOW + (18_000 / 80_000) * DAY);
	});
});

describe('a notice', () => {
	const facts = { status, period, zone, waiting: 0, runsOutAt: undefined };

	test('of the warning says what is used, until when, how it will go and how to raise it', () => {
		const at = Date.parse('2026-11-12T23:30:00Z');
		const { subject, paragraphs } = noticeText('warning', { ...facts, runsOutAt: at });
		expect(subject).toBe('Salesforce to Brevo: 80 % of this month’s quota is used');
		expect(paragraphs).toEqual([
			'80,000 of the 100,000 contact updates that may be sent to Brevo this month are used. A new month begins on 1 December 2026.',
			'At the present pace the rest is used up on 13 November 2026. From then on changed contacts wait; nothing is lost. The last 2,000 are kept for people who unsubscribe or are deleted.',
			'To raise the limit of this month, run “Set Monthly Limit” of Contact Sync in n8n. To raise it for good, enter a higher Monthly Limit in Quota Guard and publish the workflow. The sync goes on within five minutes.',
		]);
		expect(noticeText('warning', facts).paragraphs[1]).toBe(
			'At the present pace the rest lasts until then.',
		);
	});

	test('of the warning, when nothing is left already, does not forecast what is past', () => {
		const full = { ...facts, status: { ...status, used: 98_000 }, runsOutAt: NOW };
		expect(noticeText('warning', full).paragraphs[1]).toBe(
			'Changed contacts wait from now on; nothing is lost. The last 2,000 are kept for people who unsubscribe or are deleted.',
		);
	});

	test('names days in the zone of the guard', () => {
		const at = Date.parse('2026-11-12T23:30:00Z');
		const { paragraphs } = noticeText('warning', { ...facts, runsOutAt: at, zone: 'America/Lima' });
		expect(paragraphs[0]).toMatch(/on 30 November 2026\.$/);
		expect(paragraphs[1]).toMatch(/on 12 November 2026\./);
	});

	test('of the end says that it is paused, what waits and when it goes on', () => {
		const { subject, paragraphs } = noticeText('exhausted', {
			...facts,
			status: { ...status, used: 98_000 },
			waiting: 1_234,
		});
		expect(subject).toBe('Salesforce to Brevo: this month’s quota is used up, the sync is paused');
		expect(paragraphs[0]).toMatch(/^98,000 of the 100,000 .* kept for people who unsubscribe/);
		expect(paragraphs[1]).toMatch(
			/^1,234 contacts wait\. What changes .* sent from 1 December 2026 on, or as soon as the limit is raised\. Nothing is lost/,
		);
	});

	test('without a reserved lane does not speak of one, and one contact waits, not “1 contacts”', () => {
		const { paragraphs } = noticeText('exhausted', {
			...facts,
			status: { ...status, limit: 10, lane: 0, used: 10 },
			waiting: 1,
		});
		expect(paragraphs[0]).toBe(
			'10 of the 10 contact updates that may be sent to Brevo this month are used.',
		);
		expect(paragraphs[1]).toMatch(/^1 contact waits\./);
	});
});
