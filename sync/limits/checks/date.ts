import { DateTime } from 'luxon';
import { failed, passed } from './checked.ts';
import type { Checked } from './checked.ts';
import { shapeOf } from './shape.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Salesforce REST: "2026-05-01T07:25:37.000+0000". */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Limit `date-format`: a day of the calendar as YYYY-MM-DD, surrounding blanks aside. */
export function checkDate(value: unknown): Checked<string> {
	const text = typeof value === 'string' ? value.trim() : '';
	const valid = DATE.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
	return valid ? passed(text) : failed('date-format', shapeOf(value));
}

/**
 * Limit `date-format` for a moment: the day on which it falls in `zone` (IANA name), because a
 * Brevo date has no time. 23:30 UTC is the next day in Paris.
 */
export function checkMoment(value: unknown, zone: string): Checked<string> {
	const text = typeof value === 'string' ? value.trim() : '';
	if (!MOMENT.test(text)) return checkDate(value);
	const day = DateTime.fromISO(text, { zone: 'utc' }).setZone(zone);
	return day.isValid ? passed(day.toFormat('yyyy-MM-dd')) : failed('date-format', shapeOf(value));
}
