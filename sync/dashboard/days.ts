import { DateTime } from 'luxon';
import type { Tick } from './chart.ts';

/** A day of the UTC calendar, in which the ledger counts: "14 Nov". */
export const utcDay = (at: number): string =>
	DateTime.fromMillis(at, { zone: 'utc', locale: 'en' }).toFormat('d MMM');

/** A moment's day in a zone: "14 Nov". */
export const dayOf = (zone: string, at: number): string =>
	DateTime.fromMillis(at, { zone, locale: 'en' }).toFormat('d MMM');

/** About as many of these as fit, evenly spread, the last one among them. */
export function thinned(ticks: readonly Tick[], most: number): Tick[] {
	const step = Math.max(1, Math.ceil(ticks.length / most));
	return ticks.filter((_, index) => (ticks.length - 1 - index) % step === 0);
}
