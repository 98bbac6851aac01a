import type { QuotaStatus } from '../ledger/ledger.ts';
import type { Period } from './period.ts';

/** Less than this says nothing about a pace: a first import is over within hours. */
const SHORTEST_MS = 86_400_000;

/**
 * When the tasks for ordinary writes are used up if the period goes on as it went so far
 * (milliseconds since the epoch); undefined when they last to its end, or nothing is used yet.
 */
export function runsOutAt(
	{ used, limit, lane, firstAt }: QuotaStatus,
	{ startsAt, endsAt }: Pick<Period, 'startsAt' | 'endsAt'>,
	now: number,
): number | undefined {
	const left = limit - lane - used;
	if (left <= 0) return now;
	if (used <= 0 || firstAt === undefined) return undefined;
	const elapsed = Math.max(SHORTEST_MS, now - Math.max(startsAt, firstAt));
	const at = Math.round(now + (left * elapsed) / used);
	return at < endsAt ? at : undefined;
}
