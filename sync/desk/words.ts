import { DateTime } from 'luxon';
import { explain, explainBack, type Explanation, type LimitDetails } from '../limits/explain.ts';
import { isLimitId } from '../limits/table.ts';

/* Numbers, times and reasons as people read them. */

export const inWords = (value: number): string => value.toLocaleString('en');

/** "1 record", "1,200 records". */
export const counted = (value: number, one: string, several = `${one}s`): string =>
	`${inWords(value)} ${value === 1 ? one : several}`;

const STEPS = [
	{ unit: 'second', seconds: 1, until: 90 },
	{ unit: 'minute', seconds: 60, until: 90 },
	{ unit: 'hour', seconds: 3_600, until: 48 },
	{ unit: 'day', seconds: 86_400, until: Infinity },
] as const;

/** "45 seconds", "12 minutes", "3 hours", "5 days", rounded. */
export function duration(milliseconds: number): string {
	const seconds = Math.max(0, milliseconds / 1000);
	for (const { unit, seconds: size, until } of STEPS) {
		const value = Math.round(seconds / size);
		if (value < until) return counted(value, unit);
	}
	return '';
}

/** A moment in this IANA zone, e.g. "14 November 2026, 12:00". */
export const moment = (zone: string, at: number): string =>
	DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('d MMMM yyyy, HH:mm');

/** A reason from the ledger in words; one that an earlier version noted may be unknown by now. */
export function reasonInWords(
	limit: string,
	details: LimitDetails = {},
	isBack = false,
): Explanation {
	if (!isLimitId(limit)) {
		return {
			message: `Reason “${limit}”.`,
			remedy: 'An earlier version of this package noted it.',
		};
	}
	return isBack ? explainBack(limit, details) : explain(limit, details);
}

/** The moment that an ISO 8601 text means, in this IANA zone unless it names one; undefined for none. */
export function readMoment(text: string, zone: string): number | undefined {
	const moment = DateTime.fromISO(text.trim(), { zone });
	return moment.isValid ? moment.toMillis() : undefined;
}
