import { delayQuantile, DELAY_STEPS, delayStep } from '../../sync/desk/delay.ts';
import { stateOf, type StateFacts } from '../../sync/desk/state.ts';
import { duration, readMoment } from '../../sync/desk/words.ts';
import type { CurrentQuota, Integration } from '../../sync/ledger/ledger.ts';

const NOW = Date.UTC(2026, 10, 14, 12);
const integration = (more: Partial<Integration> = {}): Integration => ({
	...{ name: 'Contacts', object: 'Contact', salesforceOrg: '00D', workflow: 'w', consentAt: 0 },
	...{ state: 'active', failedRuns: 0, lookedAt: NOW - 5_000 },
	...more,
});
const facts = (more: Partial<StateFacts> = {}): StateFacts => ({
	...{
		integration: integration(),
		leaseUntil: NOW + 1,
		waiting: 0,
		zone: 'Europe/Paris',
		now: NOW,
	},
	...more,
});
const usedUp: CurrentQuota = {
	...{ account: 'b', period: '2026-11-01', limit: 100, lane: 2, used: 98 },
	endsAt: Date.UTC(2026, 10, 30, 23),
};

describe('the state of a stream', () => {
	test('the first that keeps it from running counts: off, stopped, paused, failing, out of tasks', () => {
		const troubled = integration({
			...{ pausedAt: NOW, lastError: 'Brevo does not answer.', failedRuns: 3 },
		});
		const bad = { quota: usedUp, importing: 'First import: 5 records so far.' };
		const state = (more: Partial<StateFacts>) => stateOf(facts({ ...bad, ...more })).state;
		const off = { ...troubled, state: 'inactive' as const };
		expect(state({ integration: off, leaseUntil: undefined })).toBe('off');
		expect(state({ integration: { ...troubled, state: 'failing' }, leaseUntil: NOW })).toBe(
			'stopped',
		);
		expect(state({ integration: { ...troubled, state: 'failing' } })).toBe('paused');
		const failing = integration({ state: 'failing', lastError: 'It broke.', failedRuns: 3 });
		expect(state({ integration: failing })).toBe('failing');
		expect(state({})).toBe('outOfQuota');
		expect(state({ quota: { ...usedUp, used: 97 } })).toBe('importing');
		expect(state({ quota: { ...usedUp, used: 97 }, importing: undefined })).toBe('running');
	});

	test('says why in the zone of its reader, and what to do', () => {
		expect(stateOf(facts({ quota: usedUp }))).toEqual({
			state: 'outOfQuota',
			why: '98 of 100 tasks of this month are used; the rest is kept for opt-outs and deletions. What changes is remembered and written later.',
			whatToDo:
				'It goes on by itself on 1 December 2026, 00:00, or at once when the limit is raised: Contact Sync, “Set Monthly Limit”.',
		});
		const failing = integration({
			state: 'failing',
			lastError: 'It broke. Mend it.',
			failedRuns: 3,
		});
		expect(stateOf(facts({ integration: failing })).why).toBe(
			'It broke. Mend it. It has failed 3 times in a row.',
		);
		expect(stateOf(facts({ leaseUntil: NOW })).why).toBe(
			'Its trigger gives no sign of life; it last looked on 14 November 2026, 12:59.',
		);
		expect(stateOf(facts({ waiting: 1_200 })).why).toBe(
			'It looked 5 seconds ago; 1,200 wait for their turn.',
		);
	});
});

describe('delays', () => {
	test('a delay belongs to the step that it does not exceed', () => {
		expect([0, 999, 1_000, 1_001, 8_000, 4e9].map(delayStep)).toEqual([1, 1, 1, 2, 10, 2_592_000]);
		expect(delayStep(-5_000)).toBe(1);
	});

	test('a share of the records lies within its step by proportion', () => {
		expect(delayQuantile([], 0.5)).toBeUndefined();
		const counts = [
			{ seconds: 10, records: 60 },
			{ seconds: 60, records: 20 },
			{ seconds: 10, records: 20 },
		];
		expect(delayQuantile(counts, 0.4)).toBeCloseTo(8.5);
		expect(delayQuantile(counts, 0.8)).toBe(10);
		expect(delayQuantile(counts, 0.9)).toBeCloseTo(52.5);
		expect(delayQuantile(counts, 1)).toBe(60);
	});

	test('a quantile of the steps is within a step of the true one', () => {
		const times = Array.from({ length: 1_000 }, (_, index) => ((index * 7_919) % 1_000) * 400);
		const counts = times.map((time) => ({ seconds: delayStep(time), records: 1 }));
		for (const share of [0.5, 0.95]) {
			const exact = (times.toSorted((a, b) => a - b)[Math.ceil(share * 1_000) - 1] ?? 0) / 1000;
			const found = delayQuantile(counts, share) ?? 0;
			const at = DELAY_STEPS.findIndex((step) => exact <= step);
			expect(found).toBeGreaterThanOrEqual(DELAY_STEPS[at - 1] ?? 0);
			expect(found).toBeLessThanOrEqual(DELAY_STEPS[at] ?? 0);
		}
	});
});

test('durations are told in the unit that fits', () => {
	expect([0, 1_000, 89_000, 90_000, 3_600_000, 5.4e6, 2e8].map(duration)).toEqual([
		...['0 seconds', '1 second', '89 seconds', '2 minutes'],
		...['60 minutes', '2 hours', '2 days'],
	]);
});

test('a moment without a zone is one of the workflow’s zone', () => {
	expect(readMoment('2026-11-14T13:00:00', 'Europe/Paris')).toBe(NOW);
	expect(readMoment('2026-11-14T12:00:00Z', 'Europe/Paris')).toBe(NOW);
	expect(readMoment('soon', 'Europe/Paris')).toBeUndefined();
});
