import { TooLargeError } from '../bounded-text.ts';
import { type Host, type Http, type HttpRequest, NoAnswerError } from '../host.ts';
import { type Answer, errorOf, readAnswer } from './answers.ts';
import { unlessAborted } from '../cancellation.ts';
import { BrevoUnavailableError, type UnavailableReason } from './errors.ts';
import { type Limiters, type RateHeaders, readRateHeaders, SlotTooLateError } from './limiter.ts';
import { type Bucket, type RouteInput, type RouteName, ROUTES, routeUrl } from './routes.ts';

export const BREVO_URL = 'https://api.brevo.com/v3';

/** Bounds of one request's stubbornness. */
const MAX_WAIT_MS = 60_000;
const MAX_ATTEMPTS = 8;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 16_000;
/** A refusal without a usable reset header: the shortest window is a second. */
const SHORTEST_REFUSAL_MS = 1_000;
/** When server trouble outlasts us; Brevo names no time then. */
const COME_BACK_MS = 60_000;

export interface BrevoClientOptions {
	/** Applies the api-key header. */
	readonly http: Http;
	readonly host: Host;
	readonly limiters: Limiters;
	readonly baseUrl?: string;
	/** 0 (inclusive) to 1 (exclusive), for jitter. */
	readonly random?: () => number;
	/** Longest a request waits in total, over slots and retries, in milliseconds; 60 s by default. */
	readonly maxWaitMs?: number;
}

export interface BrevoClient {
	readonly host: Host;
	readonly limiters: Limiters;
	/**
	 * Sends one request in its turn and sees it through: repeats what may be repeated, with back-off,
	 * jitter and Brevo's own reset hint. Resolves for a success only.
	 * Throws BrevoUnavailableError (come back later), BrevoRefusedError, BrevoAuthError,
	 * BrevoConfigError, or the signal's reason.
	 */
	request(route: RouteName, input?: RouteInput): Promise<Answer>;
	/** HTTP requests made so far, repeats included, by the bucket they were charged to. */
	readonly calls: Readonly<Record<Bucket, number>>;
}

/** Why an attempt brought no success although a later one may. */
interface Setback {
	readonly reason: UnavailableReason;
	readonly status: number | undefined;
	readonly mayHaveHappened: boolean;
	/** Present when Brevo refused for the rate: milliseconds that it asked us to wait, 0 if it did not say. */
	readonly hintMs?: number;
}

const SILENCE: Setback = { reason: 'no-answer', status: undefined, mayHaveHappened: true };
const FLOOD: Setback = { ...SILENCE, reason: 'too-large' };

/** The setback in an answer; undefined for a success. Throws what no repeat can mend. */
function setbackOf(route: RouteName, answer: Answer, rate: RateHeaders): Setback | undefined {
	const { status, action } = answer;
	switch (action) {
		case 'rate-limited':
			return { reason: action, status, mayHaveHappened: false, hintMs: rate.resetMs ?? 0 };
		case 'try-later':
			return { reason: 'server', status, mayHaveHappened: false };
		case 'retry':
			return { reason: 'server', status, mayHaveHappened: true };
		case 'unreadable':
			return { reason: action, status, mayHaveHappened: true };
		case 'done':
			return undefined;
		default:
			throw errorOf(route, { ...answer, action });
	}
}

/** A client for one Brevo account. Keeps no contact data. */
export function brevoClient(options: BrevoClientOptions): BrevoClient {
	const { http, host, limiters, baseUrl = BREVO_URL, random = Math.random } = options;
	const { maxWaitMs = MAX_WAIT_MS } = options;
	const calls: Record<Bucket, number> = { contacts: 0, mail: 0, other: 0 };
	const now = () => host.clock.now();
	const bucketOf = (route: RouteName): Bucket => {
		const { bucket } = ROUTES[route];
		return bucket === 'learnt' ? limiters.bareContacts : bucket;
	};

	async function attempt(
		route: RouteName,
		request: HttpRequest,
		giveUpAt: number,
	): Promise<Answer | Setback> {
		const bucket = bucketOf(route);
		const limiter = limiters.of(bucket);
		await limiter.take(host, giveUpAt);
		if (host.signal?.aborted) limiter.settled(now());
		host.signal?.throwIfAborted();
		calls[bucket] += 1;
		let response;
		try {
			response = await unlessAborted(http(request), host.signal);
		} catch (error) {
			limiter.settled(now());
			if (error instanceof TooLargeError) return FLOOD;
			if (error instanceof NoAnswerError) return SILENCE;
			throw error;
		}
		const rate = readRateHeaders(response.headers, now());
		if (ROUTES[route].bucket === 'learnt') limiters.learnBareContacts(rate);
		// A first answer may tell that another bucket was charged; its figures are not this one's.
		limiter.settled(now(), bucketOf(route) === bucket ? rate : undefined);
		const answer = readAnswer(route, response);
		return setbackOf(route, answer, rate) ?? answer;
	}

	/** Full jitter: anything from nothing to the whole back-off. */
	const backoffMs = (attempts: number) =>
		random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempts - 1));

	/** Waits before the next attempt, or throws when there is none. */
	async function recover(
		route: RouteName,
		setback: Setback,
		attempts: number,
		giveUpAt: number,
	): Promise<void> {
		if (setback.hintMs !== undefined) {
			const wait = Math.max(setback.hintMs, SHORTEST_REFUSAL_MS) + backoffMs(attempts);
			const retryAt = now() + wait;
			// The limiter holds everyone back, this request included.
			limiters.of(bucketOf(route)).refused(retryAt);
			if (attempts >= MAX_ATTEMPTS) throw new BrevoUnavailableError(route, { ...setback, retryAt });
			return;
		}
		const wait = backoffMs(attempts);
		const mayRepeat = ROUTES[route].repeatable || !setback.mayHaveHappened;
		if (!mayRepeat || attempts >= MAX_ATTEMPTS || now() + wait > giveUpAt)
			throw new BrevoUnavailableError(route, { ...setback, retryAt: now() + COME_BACK_MS });
		await host.sleep(wait, host.signal);
	}

	// p-retry would do the loop, but its delays are setTimeout's and performance.now's, not the host's.
	async function request(route: RouteName, input: RouteInput = {}): Promise<Answer> {
		const sent = httpRequest(baseUrl, route, input);
		const giveUpAt = now() + maxWaitMs;
		let last: Setback = { reason: 'rate-limited', status: undefined, mayHaveHappened: false };
		for (let attempts = 1; ; attempts += 1) {
			let result;
			try {
				result = await attempt(route, sent, giveUpAt);
			} catch (error) {
				if (!(error instanceof SlotTooLateError)) throw error;
				throw new BrevoUnavailableError(route, { ...last, retryAt: error.freeAt });
			}
			if ('action' in result) return result;
			// Once Brevo may have acted, a later plain refusal does not undo the doubt.
			last = { ...result, mayHaveHappened: result.mayHaveHappened || last.mayHaveHappened };
			await recover(route, last, attempts, giveUpAt);
		}
	}

	return { host, limiters, request, calls };
}

function httpRequest(baseUrl: string, route: RouteName, input: RouteInput): HttpRequest {
	return {
		method: route.slice(0, route.indexOf(' ')) as HttpRequest['method'],
		url: routeUrl(baseUrl, route, input),
		headers: {
			accept: 'application/json',
			...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
		},
		...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
		timeoutMs: ROUTES[route].timeoutMs,
	};
}
