import type { Field } from '../fields.ts';

/** A cell as Bulk API 2.0 writes it: always in quotes. */
export const quoted = (text: string): string =>
	text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;

/** Writes values of a field (times as milliseconds) as CSV: all is text, null is empty. */
export function cellWriter({ type }: Field): (value: unknown) => string {
	switch (type) {
		case 'datetime':
			return timeWriter();
		case 'double':
		case 'currency':
		case 'percent':
			return (value) => (typeof value === 'number' ? `"${decimal(value)}"` : '""');
		default:
			return (value) => (value === null || value === undefined ? '""' : quoted(textOf(value)));
	}
}

/** Values are scalars; compound ones are refused before. */
const textOf = (value: unknown): string =>
	typeof value === 'string' ? value : JSON.stringify(value);

/** "2026-11-20T09:00:00.000Z", unlike REST. Records in a row often have the same time. */
function timeWriter(): (value: unknown) => string {
	let last: number | undefined;
	let text = '""';
	return (value) => {
		if (typeof value !== 'number') return '""';
		if (value !== last) {
			last = value;
			text = `"${new Date(value).toISOString()}"`;
		}
		return text;
	};
}

/** As Java writes a double: "0.0", "3.5E8". */
export function decimal(value: number): string {
	const size = Math.abs(value);
	if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
		const [digits = '', exponent = ''] = value.toExponential().split('e');
		return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
	}
	return Number.isInteger(value) ? `${value}.0` : String(value);
}
