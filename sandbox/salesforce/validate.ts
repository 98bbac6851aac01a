import type { Field, FieldType } from './fields/field.ts';
import { salesforceId } from './ids.ts';
import type { ObjectName } from './objects.ts';
import { Refusal } from './refusal.ts';
import type { Row, Value } from './row.ts';
import type { Schema } from './schema.ts';

/** Values as a client sends them. */
export type Incoming = Readonly<Record<string, unknown>>;

export interface WriteRights {
	/** System fields too: for seeds and for what Salesforce itself does. */
	readonly asSystem?: boolean;
}

/** Checks and converts what a client sends for a record; null empties a field. Throws Refusal. */
export function accept(
	schema: Schema,
	object: ObjectName,
	incoming: Incoming,
	mode: 'create' | 'update',
	{ asSystem = false }: WriteRights = {},
): Map<string, Value> {
	const accepted = new Map<string, Value>();
	for (const [name, value] of Object.entries(incoming)) {
		if (name === 'attributes') continue;
		const field = schema.field(object, name);
		if (!field) {
			throw new Refusal('INVALID_FIELD', `No such column '${name}' on sobject of type ${object}`);
		}
		if (!asSystem && !(mode === 'create' ? field.createable : field.updateable)) {
			throw readOnly(field);
		}
		accepted.set(field.name, acceptValue(field, value));
	}
	requireFields(schema, object, accepted, mode);
	return accepted;
}

const readOnly = ({ name }: Field): Refusal =>
	new Refusal(
		'INVALID_FIELD_FOR_INSERT_UPDATE',
		`Unable to create/update fields: ${name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
		{ fields: [name] },
	);

function requireFields(
	schema: Schema,
	object: ObjectName,
	accepted: ReadonlyMap<string, Value>,
	mode: 'create' | 'update',
): void {
	const missing = schema
		.fields(object)
		.filter((field) => field.createable && !field.nillable && !field.defaultedOnCreate)
		.map(({ name }) => name)
		.filter(
			(name) => (mode === 'create' || accepted.has(name)) && (accepted.get(name) ?? null) === null,
		);
	if (missing.length === 0) return;
	throw new Refusal(
		'REQUIRED_FIELD_MISSING',
		`Required fields are missing: [${missing.join(', ')}]`,
		{ fields: missing },
	);
}

/** One value; throws Refusal when the field cannot hold it. */
export function acceptValue(field: Field, value: unknown): Value {
	if (value === null || value === undefined) {
		if (field.type === 'boolean') throw unreadable(field, 'VALUE_NULL', 'null');
		return null;
	}
	return ACCEPT[field.type](field, value);
}

type Accept = (field: Field, value: unknown) => Value;

const acceptText: Accept = (field, value) => {
	if (typeof value === 'object') throw unreadable(field, 'START_OBJECT', '{');
	const text = String(value as string | number | boolean).trim();
	if (text.length > field.length) throw tooLong(field, text);
	return text === '' ? null : text;
};

const acceptEmail: Accept = (field, value) => {
	const text = acceptText(field, value);
	if (typeof text !== 'string' || isEmail(text)) return text;
	throw new Refusal('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${text}`, {
		fields: [field.name],
	});
};

const acceptPicklist: Accept = (field, value) => {
	const text = acceptText(field, value);
	if (text === null || !field.restricted) return text;
	const values = (field.picklist ?? []).map((entry) =>
		typeof entry === 'string' ? entry : entry[0],
	);
	const known = values.find((entry) => entry.toLowerCase() === String(text).toLowerCase());
	if (known !== undefined) return known;
	throw new Refusal(
		'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
		`${field.label}: bad value for restricted picklist field: ${String(text)}`,
		{ fields: [field.name] },
	);
};

const acceptId: Accept = (field, value) => {
	if (value === '') return null;
	const id = typeof value === 'string' ? salesforceId(value) : undefined;
	if (id !== undefined) return id;
	throw new Refusal(
		'MALFORMED_ID',
		`${field.label}: id value of incorrect type: ${typeof value === 'string' ? value : '{'}`,
		{ fields: [field.name] },
	);
};

const acceptBoolean: Accept = (field, value) => {
	if (typeof value === 'boolean') return value;
	// The JSON parser of Salesforce takes these two words as well.
	if (value === 'true' || value === 'false') return value === 'true';
	throw unreadable(field, 'VALUE_STRING', typeof value === 'string' ? value : '{');
};

const acceptNumber: Accept = (field, value) => {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isFinite(number)) {
		throw unreadable(field, 'VALUE_STRING', typeof value === 'string' ? value : '{');
	}
	const [precision, scale] = field.digits ?? [18, 0];
	if (Math.abs(number) >= 10 ** (precision - scale)) {
		throw new Refusal(
			'NUMBER_OUTSIDE_VALID_RANGE',
			`${field.label}: value outside of valid range on numeric field: ${number}`,
			{ fields: [field.name] },
		);
	}
	return Number(number.toFixed(scale));
};

const acceptDate: Accept = (field, value) => {
	const text = typeof value === 'string' ? value : '{';
	const day = /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(text)?.[0];
	const at = day === undefined ? NaN : Date.parse(`${day}T00:00:00Z`);
	// Date.parse takes 30 February for 2 March.
	if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day) {
		throw unreadable(field, 'VALUE_STRING', text);
	}
	return day;
};

const acceptTime: Accept = (field, value) => {
	const text = typeof value === 'string' ? value : '{';
	const at = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
	if (Number.isNaN(at)) throw unreadable(field, 'VALUE_STRING', text);
	return Math.floor(at / 1000);
};

const acceptNothing: Accept = (field) => {
	throw readOnly(field);
};

const ACCEPT: Record<FieldType, Accept> = {
	id: acceptId,
	reference: acceptId,
	string: acceptText,
	textarea: acceptText,
	picklist: acceptPicklist,
	email: acceptEmail,
	phone: acceptText,
	url: acceptText,
	boolean: acceptBoolean,
	date: acceptDate,
	datetime: acceptTime,
	double: acceptNumber,
	currency: acceptNumber,
	int: acceptNumber,
	address: acceptNothing,
};

/**
 * One @, a local part, and a domain with a dot whose last part is letters. Salesforce's own sample
 * data has "b.levy@expressl&t.net", so the domain is not held to the rules of DNS.
 */
export const isEmail = (text: string): boolean =>
	/^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\.]+(\.[^\s@,;:<>()[\]"\\.]+)*\.[a-z]{2,}$/i.test(text) &&
	!/^\.|\.@|\.\.|@-/.test(text);

const tooLong = ({ name, label, length }: Field, text: string): Refusal =>
	new Refusal('STRING_TOO_LONG', `${label}: data value too large: ${text} (max length=${length})`, {
		fields: [name],
	});

const JSON_TYPE: Partial<Record<FieldType, string>> = {
	boolean: 'boolean',
	date: 'date',
	datetime: 'datetime',
	double: 'double',
	currency: 'double',
	int: 'int',
};

const unreadable = ({ type }: Field, token: string, text: string): Refusal =>
	new Refusal(
		'JSON_PARSER_ERROR',
		`Cannot deserialize instance of ${JSON_TYPE[type] ?? 'string'} from ${token} value ${text} or request may be missing a required field at [line:1, column:1]`,
	);

/** The row with the accepted values; empty fields are absent. */
export function withValues(row: Row, values: ReadonlyMap<string, Value>): Row {
	const merged: Record<string, Value | undefined> = { ...row };
	for (const [name, value] of values) merged[name] = value;
	const kept = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
	return Object.fromEntries(kept) as unknown as Row;
}
