import { type HttpResponse, NoAnswerError } from '../../../sync/host.ts';
import type { Call, Interference } from '../../both-ways/interference.ts';
import type { Playing } from '../playing.ts';

/*
 * What injections are made of: which calls are met, and what happens to them.
 */

export const MINUTE_MS = 60_000;

export const isHttp = ({ to }: Call): boolean => to === 'brevo' || to === 'salesforce';
export const isHttpWrite = (call: Call): boolean => isHttp(call) && call.writes;
export const isLedgerWrite = (call: Call): boolean => !isHttp(call) && call.writes;
export const toBrevo = ({ to }: Call): boolean => to === 'brevo';
export const isLogin = ({ what }: Call): boolean => what.endsWith('/oauth2/token');
export const toSalesforce = (call: Call): boolean => call.to === 'salesforce' && !isLogin(call);

export const pick = <T>({ random }: Playing, values: readonly T[]): T =>
	values[Math.floor(random() * values.length)] as T;

/** A whole number from 0 to below `most`, or less when the story is shorter. */
export const upTo = ({ random, reach }: Playing, most: number): number =>
	Math.floor(random() * most * reach);

/** Meets the calls that fit, as often as said; lets the others pass. */
export const meets =
	(
		playing: Playing,
		fits: (call: Call) => boolean,
		act: Interference,
		{ skip = 0, times = Infinity }: { readonly skip?: number; readonly times?: number } = {},
	): Interference =>
	async (call, serve) => {
		if (!fits(call)) return await serve();
		if (skip > 0) {
			skip -= 1;
			return await serve();
		}
		if (times <= 0) return await serve();
		times -= 1;
		playing.state.strikes += 1;
		return await act(call, serve);
	};

/** For so long from the first call on that it meets. */
export function during({ world }: Playing, milliseconds: number, act: Interference): Interference {
	let endsAt: number | undefined;
	return async (call, serve) => {
		endsAt ??= world.clock.now() + milliseconds;
		return world.clock.now() < endsAt ? await act(call, serve) : await serve();
	};
}

/** One after the other, the first outermost. */
export const all =
	(interferences: ReadonlyArray<Interference | undefined>): Interference =>
	async <Answer>(call: Call, serve: () => Promise<Answer>) => {
		let next = serve;
		for (const meet of interferences.toReversed()) {
			if (!meet) continue;
			const inner = next;
			next = async () => await meet(call, inner);
		}
		return await next();
	};

/* ---------------------------------------------------------------- what happens to a call */

type Answer = Omit<Partial<HttpResponse>, 'body'> & { readonly body?: unknown };

/** An answer instead of the service's; of whichever type its caller waits for. */
export function answer({ status = 200, headers = {}, body = '' }: Answer): never {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return {
		status,
		headers: { 'content-type': 'application/json', ...headers },
		body: text,
	} as never;
}

export const answering =
	(given: () => Answer): Interference =>
	async () => {
		await Promise.resolve();
		return answer(given());
	};

export const refusing =
	(error: () => Error): Interference =>
	async () => {
		await Promise.resolve();
		throw error();
	};

export const lostBefore = refusing(() => new NoAnswerError('No answer (ENOTFOUND)'));

export const lostAfter: Interference = async (_, serve) => {
	await serve();
	throw new NoAnswerError('No answer (ECONNRESET)');
};

/** The service's answer, its body changed. */
export const changing =
	(change: (body: string) => string): Interference =>
	async <Served>(_: Call, serve: () => Promise<Served>) => {
		const whole = (await serve()) as HttpResponse;
		return { ...whole, body: change(whole.body) } as Served;
	};
