import type { HttpResponse } from '../host.ts';
import { explainLogin } from './login-errors.ts';
import { ERROR_RULES, type ErrorAction, type ErrorRule, ruleForStatus } from './error-rules.ts';

/** How long the caller should leave Salesforce alone after an error, milliseconds. */
export const RETRY_IN_MS: Readonly<Record<ErrorAction, number>> = {
	retry: 60_000,
	'back-off': 120_000,
	// The limit counts a rolling 24 hours, so it frees bit by bit (Salesforce: API request limits).
	'daily-limit': 15 * 60_000,
	'read-again': 0,
	reject: 0,
	'fail-auth': 15 * 60_000,
	'fail-config': 15 * 60_000,
};

/**
 * What Salesforce refused and what to do about it. Salesforce's own message texts quote values
 * and whole queries, so none is kept: message and remedy are made from code and field names.
 */
export class SalesforceError extends Error {
	override readonly name = 'SalesforceError';
	/** Salesforce's errorCode, or one of ours (NO_ANSWER, UNREADABLE_ANSWER, HTTP_<status>). */
	readonly code: string;
	readonly action: ErrorAction;
	/** Absent when no answer came. */
	readonly status: number | undefined;
	/** API names of the fields it is about. */
	readonly fields: readonly string[];
	readonly remedy: string;

	constructor(
		code: string,
		details: {
			readonly rule: ErrorRule;
			readonly status?: number | undefined;
			readonly fields?: readonly string[];
		},
		options?: ErrorOptions,
	) {
		const { rule, status, fields = [] } = details;
		const about = fields.length > 0 ? `: ${fields.join(', ')}` : '';
		super(`${rule.message}${about} (${code})`, options);
		this.code = code;
		this.action = rule.action;
		this.status = status;
		this.fields = fields;
		this.remedy = rule.remedy;
	}

	/** Milliseconds after which the same work may be tried again. */
	get retryInMs(): number {
		return RETRY_IN_MS[this.action];
	}
}

/** An error of our own making, by its code in the table. */
export function salesforceError(
	code: keyof typeof ERROR_RULES,
	options?: ErrorOptions & { readonly fields?: readonly string[] },
): SalesforceError {
	return new SalesforceError(code, { rule: ERROR_RULES[code], ...options }, options);
}

/** Reads any answer that is not a success: Salesforce's array of errors, OAuth's object, HTML. */
export function errorOfAnswer({ status, body }: HttpResponse): SalesforceError {
	const parsed = parse(body);
	const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
	if (!isObject(first)) return unknownError(status, parsed === undefined && body !== '');
	return errorOfBody(first, status);
}

/** The same for one error object, as subrequests and collections carry it. */
export function errorOfBody(
	error: Readonly<Record<string, unknown>>,
	status: number,
): SalesforceError {
	if (typeof error['error'] === 'string') {
		const rule = explainLogin(error['error'], text(error['error_description']));
		return new SalesforceError(codeName(error['error']), { rule, status });
	}
	// Collections say statusCode where single requests say errorCode (Salesforce REST reference).
	const code = codeName(error['errorCode'] ?? error['statusCode'] ?? '');
	if (code === '') return unknownError(status, false);
	const message = text(error['message']);
	const rule = ruleFor(code, message) ?? ruleForStatus(status);
	return new SalesforceError(code, { rule, status, fields: fieldsOf(error['fields'], message) });
}

const ruleFor = (code: string, message: string): ErrorRule | undefined => {
	const key = variantOf(code, message);
	return Object.hasOwn(ERROR_RULES, key) ? ERROR_RULES[key as keyof typeof ERROR_RULES] : undefined;
};

/** Codes that mean different things; only the message tells which. */
function variantOf(code: string, message: string): string {
	if (code === 'REQUEST_LIMIT_EXCEEDED' && /^Concurrent/i.test(message)) {
		return 'REQUEST_LIMIT_EXCEEDED/concurrent';
	}
	if (code === 'INVALID_SESSION_ID' && /not valid for use with the REST API/i.test(message)) {
		return 'INVALID_SESSION_ID/not-for-api';
	}
	// An exception in a trigger hides the code of what it met in its text.
	if (code === 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' && /\bUNABLE_TO_LOCK_ROW\b/.test(message)) {
		return 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY/locked';
	}
	return code;
}

/**
 * The sentences of Salesforce's own that name a field. Whole ones: a validation rule says what its
 * author likes, and "field 'Smith'" in it is a value.
 */
const FIELD_IN_MESSAGE =
	/No such column '([\w.]{1,255})' on (?:entity|sobject)\b|field '([\w.]{1,255})' can not be \w+ in a query call/i;
const FIELD_NAME = /^[A-Za-z][\w.]{0,254}$/;

function fieldsOf(fields: unknown, message: string): string[] {
	const named = Array.isArray(fields)
		? fields.filter((field): field is string => typeof field === 'string' && FIELD_NAME.test(field))
		: [];
	if (named.length > 0) return named;
	const match = FIELD_IN_MESSAGE.exec(message);
	const field = match?.[1] ?? match?.[2];
	return field === undefined ? [] : [field];
}

const unknownError = (status: number, unreadable: boolean): SalesforceError =>
	new SalesforceError(unreadable ? 'UNREADABLE_ANSWER' : `HTTP_${status}`, {
		rule: ruleForStatus(status),
		status,
	});

/** Codes are words; anything else could be a value. */
const codeName = (code: unknown): string =>
	typeof code === 'string' && /^\w{1,80}$/.test(code) ? code : '';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(body: string): unknown {
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return undefined;
	}
}
