import type { Snapshot } from '../ledger/ledger.ts';

/** How a read of everything is doing. */
export interface Progress {
	readonly done: number;
	/** Absent while nobody has counted. */
	readonly total?: number;
	readonly perSecond: number;
	/** Seconds, at the pace until now. */
	readonly secondsLeft?: number;
}

/** `more`: records of the page that is under way. */
export function progressOf(snapshot: Snapshot, now: number, more = 0): Progress {
	const { begunAt, total, endedAt = now } = snapshot;
	const done = snapshot.done + more;
	const seconds = Math.max(1, (endedAt - begunAt) / 1000);
	const perSecond = Math.round(done / seconds);
	if (total === undefined) return { done, perSecond };
	const left = Math.max(0, total - done);
	const secondsLeft = perSecond > 0 ? { secondsLeft: Math.ceil(left / perSecond) } : {};
	return { done, total, perSecond, ...secondsLeft };
}

const NAMES = { import: 'First import', refresh: 'Formula fields read anew' } as const;

/** One sentence for people. */
export function progressInWords(snapshot: Snapshot, now: number, more = 0): string {
	const { done, total, perSecond, secondsLeft } = progressOf(snapshot, now, more);
	const number = (value: number): string => value.toLocaleString('en');
	const of = total === undefined ? '' : ` of ${number(Math.max(total, done))}`;
	const left = secondsLeft ? `, about ${duration(secondsLeft)} left` : '';
	return `${NAMES[snapshot.purpose]}: ${number(done)}${of} records, ${number(perSecond)} a second${left}`;
}

function duration(seconds: number): string {
	if (seconds < 90) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
