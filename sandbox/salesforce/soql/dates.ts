/** SOQL's date literals, in the time zone of the organisation (GMT). */

const DAY = 86_400;

/** From (inclusive) to (exclusive), seconds since the epoch. */
export interface Span {
	readonly from: number;
	readonly to: number;
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const START: Record<Unit, (day: Date) => number> = {
	DAY: (day) => day.getTime(),
	// Weeks begin on Sunday in an organisation with US locale.
	WEEK: (day) => day.getTime() - day.getUTCDay() * DAY * 1000,
	MONTH: (day) => Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1),
	QUARTER: (day) => Date.UTC(day.getUTCFullYear(), Math.floor(day.getUTCMonth() / 3) * 3, 1),
	YEAR: (day) => Date.UTC(day.getUTCFullYear(), 0, 1),
};

const MONTHS: Record<Exclude<Unit, 'DAY' | 'WEEK'>, number> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

/** The start of the unit that lies `count` units away, seconds. */
function start(now: number, unit: Unit, count: number): number {
	const today = new Date(Math.floor(now / DAY) * DAY * 1000);
	const begin = START[unit](today) / 1000;
	if (unit === 'DAY') return begin + count * DAY;
	if (unit === 'WEEK') return begin + count * 7 * DAY;
	const at = new Date(begin * 1000);
	return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count * MONTHS[unit], 1) / 1000;
}

const NAMED: Readonly<Record<string, (now: number) => Span>> = {
	YESTERDAY: (now) => units(now, 'DAY', -1, 0),
	TODAY: (now) => units(now, 'DAY', 0, 1),
	TOMORROW: (now) => units(now, 'DAY', 1, 2),
	LAST_90_DAYS: (now) => units(now, 'DAY', -90, 1),
	NEXT_90_DAYS: (now) => units(now, 'DAY', 1, 91),
};

const units = (now: number, unit: Unit, from: number, to: number): Span => ({
	from: start(now, unit, from),
	to: start(now, unit, to),
});

const RELATIVE = { LAST: -1, THIS: 0, NEXT: 1 } as const;

/** The span of a literal such as TODAY, THIS_MONTH or LAST_N_DAYS:7; undefined when it is none. */
export function spanOf(literal: string, now: number): Span | undefined {
	const upper = literal.toUpperCase();
	const named = NAMED[upper];
	if (named) return named(now);
	const single = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(upper);
	if (single) {
		const count = RELATIVE[single[1] as keyof typeof RELATIVE];
		return units(now, single[2] as Unit, count, count + 1);
	}
	const several = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S:(\d+)$/.exec(upper);
	if (several) {
		const unit = several[2] as Unit;
		const count = Number(several[3]);
		// The last n days include today; the last n of a longer unit end with the one before this.
		if (several[1] === 'LAST') return units(now, unit, -count, unit === 'DAY' ? 1 : 0);
		return units(now, unit, 1, count + 1);
	}
	const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO:(\d+)$/.exec(upper);
	if (!ago) return undefined;
	const back = -Number(ago[2]);
	return units(now, ago[1] as Unit, back, back + 1);
}
