/** The few things the engine needs from outside. n8n, tests and the bench each bring their own. */

export interface HttpRequest {
	readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
	/** Absolute URL, query included. */
	readonly url: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Already serialised; the caller sets `content-type`. */
	readonly body?: string;
	/** Milliseconds until the request is given up; the host's default when absent. */
	readonly timeoutMs?: number;
	/** Bytes after which the answer is given up; see `LARGEST_ANSWER` when absent. */
	readonly largestAnswer?: number;
}

export interface HttpResponse {
	readonly status: number;
	/** Header names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** Raw text; callers parse, because gateways answer HTML on a bad day. */
	readonly body: string;
}

/**
 * Sends one request with the credential's authentication already applied. Resolves for every
 * status the server answered (a 401 only after the host tried to refresh the session once).
 * Rejects with `NoAnswerError` when no answer came: then the write may or may not have happened;
 * with `UnusableCredentialError` when nothing was sent and nothing will be.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
}

/** Waits; rejects at once when `signal` aborts. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export interface Logger {
	debug(message: string, meta?: Record<string, unknown>): void;
	info(message: string, meta?: Record<string, unknown>): void;
	warn(message: string, meta?: Record<string, unknown>): void;
	error(message: string, meta?: Record<string, unknown>): void;
}

export interface Host {
	readonly clock: Clock;
	readonly sleep: Sleep;
	readonly logger: Logger;
	/** Aborts when the user cancels the execution or the workflow is switched off. */
	readonly signal?: AbortSignal;
}

/**
 * The request was not sent, because its credential cannot be used for it; no repeat helps. Thrown by
 * the host.
 */
export class UnusableCredentialError extends Error {
	override readonly name = 'UnusableCredentialError';
	/** What to do, for people. */
	readonly remedy: string;

	constructor(message: string, remedy: string) {
		super(message);
		this.remedy = remedy;
	}
}

/** The connection broke or timed out before an answer came; whether the server acted is unknown. */
export class NoAnswerError extends Error {
	override readonly name: string = 'NoAnswerError';
}
