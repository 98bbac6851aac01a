import { failed, passed } from './checked.ts';
import type { Checked } from './checked.ts';
import { shapeOf } from './shape.ts';

/** No thousands separators, no currency signs: "1,234" is 1234 in London and 1.234 in Paris. */
const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** Limit `number-format`: a finite number, or a text that can be read in one way only. */
export function checkNumber(value: unknown): Checked<number> {
	const text = typeof value === 'string' ? value.trim() : '';
	const number = typeof value === 'number' ? value : PLAIN.test(text) ? Number(text) : Number.NaN;
	// -0 and 0 are one value for Brevo; adding 0 makes them one here.
	return Number.isFinite(number) ? passed(number + 0) : failed('number-format', shapeOf(value));
}
