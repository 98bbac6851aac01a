import { DateTime, IANAZone } from 'luxon';

/** When a quota month begins: day 1 = the calendar month; 29 to 31 begin on the last day of a
 *  shorter month. */
export interface PeriodRule {
	/** IANA zone, e.g. "Europe/Paris". */
	readonly zone: string;
	/** 1 to 31. */
	readonly anchorDay: number;
}

export interface Period {
	/** First day of the period in its zone, `YYYY-MM-DD`. */
	readonly id: string;
	/** Milliseconds since the epoch; the start is inside, the end is not. */
	readonly startsAt: number;
	readonly endsAt: number;
}

/** Says what is wrong with a rule, in words for people; undefined when it is usable. */
export function periodRuleProblem(rule: PeriodRule): string | undefined {
	if (!IANAZone.isValidZone(rule.zone)) {
		return `"${rule.zone}" is not a time zone. Use an IANA name such as Europe/Paris or UTC.`;
	}
	if (!Number.isInteger(rule.anchorDay) || rule.anchorDay < 1 || rule.anchorDay > 31) {
		return 'The first day of the quota month must be a whole number from 1 to 31.';
	}
	return undefined;
}

/** The quota period that contains `now` (milliseconds since the epoch). */
export function periodAt(now: number, rule: PeriodRule): Period {
	const local = DateTime.fromMillis(now, { zone: rule.zone });
	const thisMonth = anchored(local, 0, rule);
	const offset = local < thisMonth ? -1 : 0;
	const start = anchored(local, offset, rule);
	return {
		id: start.toFormat('yyyy-MM-dd'),
		startsAt: start.toMillis(),
		endsAt: anchored(local, offset + 1, rule).toMillis(),
	};
}

/** Start of the anchor day, `months` from the month of `local`; the month's last day when shorter. */
function anchored(local: DateTime, months: number, rule: PeriodRule): DateTime {
	const first = local.startOf('month').plus({ months });
	const day = Math.min(rule.anchorDay, first.daysInMonth ?? rule.anchorDay);
	const midnight = first.set({ day }).startOf('day');
	// Where clocks go back at one o'clock (Havana), that day has midnight twice: the first one counts.
	const hourBefore = midnight.minus({ hours: 1 });
	// Not hasSame(): luxon ends the day before with the second midnight.
	return hourBefore.day === midnight.day ? hourBefore : midnight;
}
