import { progressInWords, progressOf } from '../../sync/changes/progress.ts';

const begunAt = Date.UTC(2026, 10, 25, 9);
const importOf = (done: number, total?: number) => ({
	purpose: 'import' as const,
	startedAt: '2026-11-25T09:00:00Z',
	begunAt,
	done,
	...(total !== undefined && { total }),
});
const after = (seconds: number): number => begunAt + seconds * 1000;

test('tells what is done, how fast, and how long it takes still', () => {
	expect(progressOf(importOf(20_000, 100_000), after(10), 10_000)).toEqual({
		done: 30_000,
		total: 100_000,
		perSecond: 3_000,
		secondsLeft: 24,
	});
	expect(progressInWords(importOf(20_000, 100_000), after(10), 10_000)).toBe(
		'First import: 30,000 of 100,000 records, 3,000 a second, about 24 s left',
	);
	expect(progressInWords(importOf(10_000, 1_000_000), after(20))).toBe(
		'First import: 10,000 of 1,000,000 records, 500 a second, about 33 min left',
	);
	expect(progressInWords(importOf(1_000, 1_000_000), after(60))).toMatch(/about 16 h left$/);
});

test('promises nothing where it cannot know', () => {
	expect(progressOf(importOf(0, 100_000), after(0))).toEqual({
		done: 0,
		total: 100_000,
		perSecond: 0,
	});
	expect(progressInWords({ ...importOf(500), purpose: 'refresh' }, after(1))).toBe(
		'Formula fields read anew: 500 records, 500 a second',
	);
});

test('more records than were counted are not more than all', () => {
	expect(progressInWords(importOf(100_004, 100_000), after(10))).toBe(
		'First import: 100,004 of 100,004 records, 10,000 a second',
	);
});

test('the pace of one that has ended does not slow down', () => {
	const ended = { ...importOf(1_000, 1_000), endedAt: after(10) };
	expect(progressOf(ended, after(1_000)).perSecond).toBe(100);
});
