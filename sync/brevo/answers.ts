import type { HttpResponse } from '../host.ts';
import {
	type AuthCause,
	BrevoAuthError,
	BrevoConfigError,
	type BrevoError,
	BrevoRefusedError,
	type RefusedSubject,
} from './errors.ts';
import { type Route, type RouteName, ROUTES } from './routes.ts';

/** What follows from an answer. The first four are Brevo's trouble, the rest ours or final. */
export type Action =
	/** Brevo may have acted; only repeatable requests go out again. */
	| 'retry'
	/** Refused before acting; any request may go out again. */
	| 'try-later'
	| 'rate-limited'
	| 'unreadable'
	| 'done'
	| 'refuse'
	| 'fail-auth'
	| 'fail-config';

/** By status. What is not named: 2xx done, 3xx a wrong address, other 4xx refused, 5xx retry. */
const BY_STATUS: Readonly<Record<number, Action>> = {
	401: 'fail-auth',
	402: 'fail-config',
	403: 'fail-config',
	// A gateway gave up waiting for our request; it may have passed it on.
	408: 'retry',
	// Brevo OpenAPI: contacts answer 425 Too Early with a contact error.
	425: 'try-later',
	429: 'rate-limited',
};
const BY_CLASS: Readonly<Record<number, Action>> = {
	2: 'done',
	3: 'fail-config',
	4: 'refuse',
	5: 'retry',
};

/** By Brevo's code; goes before the status of a 4xx, because one status has several meanings. */
const BY_CODE: Readonly<Record<string, Action>> = {
	unauthorized: 'fail-auth',
	permission_denied: 'fail-config',
	not_enough_credits: 'fail-config',
	account_under_validation: 'fail-config',
	account_in_process: 'try-later',
	duplicate_request: 'try-later',
};

/** An answer read: bodies may be HTML, empty or an array on a bad day. */
export interface Answer {
	readonly status: number;
	/** The JSON object of the body; undefined for an empty body or anything else. */
	readonly json: Readonly<Record<string, unknown>> | undefined;
	/** Brevo's error code; `unknown` when the body has none that looks like one. */
	readonly code: string;
	readonly action: Action;
	/** Brevo's clock, epoch milliseconds; undefined without a Date header. */
	readonly serverTime: number | undefined;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}

/** Codes are lower-case words; anything else might be a value that slipped into the field. */
const codeOf = (json: Answer['json']): string =>
	typeof json?.code === 'string' && /^[a-z_]{3,40}$/.test(json.code) ? json.code : 'unknown';

/** Reads an answer and decides by the tables above what follows from it. */
export function readAnswer(route: RouteName, response: HttpResponse): Answer {
	const { answers }: Route = ROUTES[route];
	const body = response.body.trim();
	const value = body === '' ? undefined : parsed(body);
	const json = isObject(value) ? value : undefined;
	const code = codeOf(json);
	const { status } = response;
	const isClientError = status >= 400 && status < 500;
	const byCode = isClientError && status !== 429 ? BY_CODE[code] : undefined;
	let action = byCode ?? BY_STATUS[status] ?? BY_CLASS[Math.floor(status / 100)] ?? 'retry';
	// An empty 200 is a gateway's, not Brevo's: nothing says that the write was done.
	const isReadable = json !== undefined || (answers === 'any' && status === 204);
	if (action === 'done' && !isReadable) action = 'unreadable';
	const date = Date.parse(response.headers['date'] ?? '');
	return { status, json, code, action, serverTime: Number.isFinite(date) ? date : undefined };
}

const SUBJECTS: ReadonlyArray<readonly [RegExp, RefusedSubject]> = [
	[/phone|sms|mobile|whatsapp|landline/i, 'phone'],
	[/\blists?\b|list\s?id/i, 'list'],
	[/e-?mail/i, 'email'],
];

const AUTH_TEXTS: ReadonlyArray<readonly [RegExp, AuthCause]> = [
	[/\bip\b|ip address/i, 'ip-not-authorised'],
	[/expired/i, 'key-expired'],
	[/deactivat|disabled|inactive|not (active|enabled)/i, 'key-deactivated'],
];

const messageOf = (answer: Answer): string =>
	typeof answer.json?.message === 'string' ? answer.json.message : '';

const firstMatch = <T>(table: ReadonlyArray<readonly [RegExp, T]>, text: string): T | undefined =>
	table.find(([pattern]) => pattern.test(text))?.[1];

function duplicateIdentifiers(answer: Answer): string[] {
	const metadata = answer.json?.metadata;
	const named = isObject(metadata) ? metadata.duplicate_identifiers : undefined;
	if (!Array.isArray(named)) return [];
	return named.filter((name): name is string => /^[A-Za-z_]{2,40}$/.test(String(name)));
}

function refusal(route: RouteName, answer: Answer): BrevoRefusedError {
	const message = messageOf(answer);
	return new BrevoRefusedError(route, {
		status: answer.status,
		code: answer.code,
		about: firstMatch(SUBJECTS, message) ?? 'unknown',
		duplicateIdentifiers: duplicateIdentifiers(answer),
		alreadySo: /already|not exist|not found/i.test(message),
	});
}

function authFailure(answer: Answer): BrevoAuthError {
	const message = messageOf(answer);
	const reason = firstMatch(AUTH_TEXTS, message) ?? 'key-unknown';
	const address =
		reason === 'ip-not-authorised'
			? /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}\b/i.exec(message)?.[0]
			: undefined;
	return new BrevoAuthError(reason, address);
}

const CONFIG_REMEDIES: Readonly<Record<string, string>> = {
	permission_denied: 'Use an API key of a Brevo user who may manage contacts and lists.',
	not_enough_credits: 'The Brevo account has no credits left for this; add credits in Brevo.',
	account_under_validation: 'Brevo is still reviewing the account; finish its validation in Brevo.',
};

function configFailure(route: RouteName, answer: Answer): BrevoConfigError {
	const remedy =
		CONFIG_REMEDIES[answer.code] ??
		'Check the base URL of the Brevo credential and the rights of its API key.';
	return new BrevoConfigError(
		`Brevo does not allow ${route}: ${answer.code} (status ${answer.status})`,
		remedy,
	);
}

/** The error of an answer whose action is final and not `done`. */
export function errorOf(
	route: RouteName,
	answer: Answer & { readonly action: 'refuse' | 'fail-auth' | 'fail-config' },
): BrevoError {
	const makers = {
		refuse: refusal,
		'fail-auth': (_: RouteName, a: Answer) => authFailure(a),
		'fail-config': configFailure,
	};
	return makers[answer.action](route, answer);
}
