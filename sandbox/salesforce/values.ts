import { computed, FORMULAS } from './derived.ts';
import type { Field, FieldType } from './fields/field.ts';
import type { ObjectName } from './objects.ts';
import type { Org } from './org.ts';
import type { Row, Value } from './row.ts';

/** Reads one field of a row as the API shows it, but dates with time still as seconds. */
export type Getter = (row: Row) => Value;

export function getter(org: Org, object: ObjectName, field: Field): Getter {
	const compute =
		field.formula === undefined ? computed(object, field.name) : FORMULAS[field.formula]?.compute;
	if (compute) return (row) => compute(row, org);
	const empty = field.type === 'boolean' ? false : null;
	return (row) => row[field.name] ?? empty;
}

/** "2026-05-01T07:25:37.000+0000" of seconds since the epoch. */
export const restTime = (seconds: number): string =>
	new Date(seconds * 1000).toISOString().replace('Z', '+0000');

/** One field of a row as JSON. */
export function jsonOf(org: Org, object: ObjectName, field: Field): (row: Row) => unknown {
	if (field.type === 'address') return (row) => address(row, field.name.replace(/Address$/, ''));
	const read = getter(org, object, field);
	if (field.type !== 'datetime') return read;
	return (row) => {
		const seconds = read(row);
		return typeof seconds === 'number' ? restTime(seconds) : null;
	};
}

const PARTS = [
	['city', 'City'],
	['country', 'Country'],
	['geocodeAccuracy', 'GeocodeAccuracy'],
	['latitude', 'Latitude'],
	['longitude', 'Longitude'],
	['postalCode', 'PostalCode'],
	['state', 'State'],
	['street', 'Street'],
] as const;

/** A compound field: null when all its parts are empty. */
function address(row: Row, prefix: string): object | null {
	const parts = PARTS.map(([key, part]) => [key, row[prefix + part] ?? null] as const);
	return parts.every(([, value]) => value === null) ? null : Object.fromEntries(parts);
}

export const IS_TEXT: Record<FieldType, boolean> = {
	id: false,
	reference: false,
	string: true,
	textarea: true,
	picklist: true,
	email: true,
	phone: true,
	url: true,
	boolean: false,
	date: false,
	datetime: false,
	double: false,
	currency: false,
	int: false,
	address: false,
};
