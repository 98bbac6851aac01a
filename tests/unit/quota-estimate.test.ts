import fc from 'fast-check';
import { estimate } from '../../sync/quota/estimate.ts';

const scope = { records: 0, reachable: 0, pageSize: 500, tasksPerMonth: 98_000, used: 0 };

test.each([
	['nothing', {}, { tasks: 0, salesforceCalls: 2, brevoCalls: 0, minutes: 0, months: 1 }],
	[
		'twenty contacts go one by one',
		{ records: 20, reachable: 16 },
		{ tasks: 16, salesforceCalls: 2, brevoCalls: 16, minutes: 1, months: 1 },
	],
	[
		'ten thousand go by twenty imports',
		{ records: 10_000, reachable: 9_000 },
		{ tasks: 9_000, salesforceCalls: 22, brevoCalls: 80, minutes: 3, months: 1 },
	],
	[
		'a hundred thousand go by Bulk API and twenty imports',
		{ records: 100_000, reachable: 90_000 },
		{ salesforceCalls: 29, brevoCalls: 80, minutes: 3, months: 1 },
	],
	[
		'beyond a hundred looks an hour Brevo sets the pace',
		{ records: 1_000_000, reachable: 1_000_000, tasksPerMonth: 1_000_000 },
		{ salesforceCalls: 209, brevoCalls: 800, minutes: 300, months: 1 },
	],
	[
		'what is used already pushes the rest into the next month',
		{ records: 1_000, reachable: 1_000, used: 97_500 },
		{ tasks: 1_000, months: 2 },
	],
	[
		'a quarter of a million takes three months',
		{ records: 250_000, reachable: 250_000 },
		{ months: 3 },
	],
])('%s', (_, given, expected) => {
	expect(estimate({ ...scope, ...given })).toMatchObject(expected);
});

test('the months it names hold all the tasks, and one month less does not', () => {
	const number = fc.integer({ min: 1, max: 1_000_000 });
	fc.assert(
		fc.property(number, number, number, (reachable, tasksPerMonth, used) => {
			const { months } = estimate({ ...scope, records: reachable, reachable, tasksPerMonth, used });
			const room = (count: number) =>
				Math.max(0, tasksPerMonth - used) + (count - 1) * tasksPerMonth;
			expect(room(months)).toBeGreaterThanOrEqual(reachable);
			if (months > 1) expect(room(months - 1)).toBeLessThan(reachable);
		}),
	);
});
