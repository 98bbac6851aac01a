import type { Host, Http, HttpRequest, HttpResponse } from '../../sync/host.ts';
import { NoAnswerError } from '../../sync/host.ts';
import { brevoClient, type BrevoClient } from '../../sync/brevo/client.ts';
import { Limiters } from '../../sync/brevo/limiter.ts';

/** A scripted Brevo and a clock on which hours pass in no time. */

export type Reply =
	| Partial<HttpResponse>
	| 'no-answer'
	/** Never settles; only a cancel gets past it. */
	| 'silence';

export type Script = (request: HttpRequest, nth: number) => Reply;

export interface World {
	readonly host: Host;
	readonly http: Http;
	readonly client: BrevoClient;
	readonly limiters: Limiters;
	readonly requests: HttpRequest[];
	/** When each request was made, milliseconds since the start. */
	readonly times: number[];
	readonly sleeps: number[];
	elapsed(): number;
	cancel(): void;
}

export const START = Date.UTC(2026, 10, 25, 9);

export function world(
	script: Script,
	{ random = () => 0.5, maxWaitMs }: { random?: () => number; maxWaitMs?: number } = {},
): World {
	let now = START;
	const abort = new AbortController();
	const requests: HttpRequest[] = [];
	const times: number[] = [];
	const sleeps: number[] = [];
	const quiet = () => undefined;
	const host: Host = {
		clock: { now: () => now },
		sleep: async (ms, signal) => {
			signal?.throwIfAborted();
			sleeps.push(ms);
			const until = now + ms;
			await new Promise((resolve) => setImmediate(resolve));
			signal?.throwIfAborted();
			now = Math.max(now, until);
		},
		logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
		signal: abort.signal,
	};
	const http: Http = async (request) => {
		requests.push(request);
		times.push(now - START);
		const reply = script(request, requests.length);
		await Promise.resolve();
		if (reply === 'no-answer') throw new NoAnswerError('socket hang up');
		if (reply === 'silence') return new Promise(() => undefined);
		return { status: 200, headers: {}, body: '', ...reply };
	};
	const limiters = new Limiters();
	const client = brevoClient({
		http,
		host,
		limiters,
		random,
		...(maxWaitMs === undefined ? {} : { maxWaitMs }),
	});
	return {
		host,
		http,
		client,
		limiters,
		requests,
		times,
		sleeps,
		elapsed: () => now - START,
		cancel: () => {
			abort.abort(new Error('cancelled by the user'));
		},
	};
}

export const json = (
	status: number,
	value: unknown,
	headers: Record<string, string> = {},
): Reply => ({
	status,
	headers,
	body: JSON.stringify(value),
});

export const rate = (limit: number, remaining: number, reset: number): Record<string, string> => ({
	'x-sib-ratelimit-limit': String(limit),
	'x-sib-ratelimit-remaining': String(remaining),
	'x-sib-ratelimit-reset': String(reset),
});

/** The path and query of a request, without the base. */
export const pathOf = ({ method, url }: HttpRequest): string =>
	`${method} ${url.replace('https://api.brevo.com/v3', '')}`;

export const bodyOf = (request: HttpRequest | undefined): unknown =>
	JSON.parse(request?.body ?? 'null');
