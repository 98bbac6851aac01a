import { Refused, restTime } from './answers.ts';
import type { Field } from './fields.ts';
import { eighteen, looksLikeId } from './ids.ts';

/** Loose on purpose: 'b.levy@expressl&t.net' is in Salesforce's own sample data. */
const EMAIL =
	/^[^\s@.,;:<>()[\]"\\]+(\.+[^\s@.,;:<>()[\]"\\]+)*@[^\s@.,;:<>()[\]"\\]+(\.[^\s@.,;:<>()[\]"\\]+)+$/;
const NUMBER_TYPES: ReadonlySet<string> = new Set(['double', 'currency', 'percent', 'int']);

/**
 * A value as it is stored: text without space around it, '' as null, times as REST shows them.
 * Throws what Salesforce answers (reference: salesforce 3.2).
 */
export function checkedValue(field: Field, given: unknown): unknown {
	if (!isScalar(given)) throw typeError(field, 'START_OBJECT', '');
	if (field.type === 'boolean') return booleanOf(field, given);
	if (given === null || given === undefined || given === '') return null;
	if (NUMBER_TYPES.has(field.type)) return numberOf(field, given);
	const text = String(given).trim();
	return text === '' ? null : textOf(field, text);
}

type Scalar = string | number | boolean | null | undefined;

const isScalar = (given: unknown): given is Scalar => typeof given !== 'object' || given === null;

function booleanOf(field: Field, given: Scalar): boolean {
	if (typeof given === 'boolean') return given;
	if (given === 'true' || given === 'false') return given === 'true';
	if (typeof given === 'string' && given !== '') throw typeError(field, 'VALUE_STRING', given);
	throw new Refused(
		400,
		'INVALID_TYPE_ON_FIELD_IN_RECORD',
		`${field.label}: value not of required type: ${String(given ?? '')}`,
		[field.name],
	);
}

function numberOf(field: Field, given: Scalar): number {
	const value = typeof given === 'boolean' ? Number.NaN : Number(given);
	if (Number.isNaN(value)) throw typeError(field, 'VALUE_STRING', given);
	return value;
}

function textOf(field: Field, text: string): string {
	if (field.type === 'reference') return referenceOf(field, text);
	if (field.length > 0 && codePoints(text) > field.length) {
		const message = `${field.label}: data value too large: ${text} (max length=${field.length})`;
		throw new Refused(400, 'STRING_TOO_LONG', message, [field.name]);
	}
	if (field.type === 'email' && !EMAIL.test(text)) {
		const message = `${field.label}: invalid email address: ${text}`;
		throw new Refused(400, 'INVALID_EMAIL_ADDRESS', message, [field.name]);
	}
	if (field.restrictedPicklist && !field.picklist.includes(text)) {
		const message = `${field.label}: bad value for restricted picklist field: ${text}`;
		throw new Refused(400, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [field.name]);
	}
	if (field.type === 'date' && !isDate(text)) throw typeError(field, 'VALUE_STRING', text);
	return field.type === 'datetime' ? timeOf(field, text) : text;
}

/** Salesforce counts characters, not UTF-16 units (reference: salesforce 4). */
function codePoints(text: string): number {
	return Array.from(text).length;
}

function referenceOf(field: Field, text: string): string {
	if (looksLikeId(text)) return eighteen(text);
	const message = `${field.label}: id value of incorrect type: ${text}`;
	throw new Refused(400, 'MALFORMED_ID', message, [field.name]);
}

function timeOf(field: Field, text: string): string {
	const ms = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
	if (Number.isNaN(ms)) throw typeError(field, 'VALUE_STRING', text);
	return restTime(ms);
}

function isDate(text: string): boolean {
	const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

const typeError = (field: Field, token: string, given: Scalar): Refused =>
	new Refused(
		400,
		'JSON_PARSER_ERROR',
		`Cannot deserialize instance of ${field.type} from ${token} value ${String(given)} or request may be missing a required field at [line:1, column:1]`,
	);
