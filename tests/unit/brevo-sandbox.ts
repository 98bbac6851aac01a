import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { type BrevoService, createBrevo } from '../../sandbox/brevo-account/service.ts';
import { brevoClient, type BrevoClient } from '../../sync/brevo/client.ts';
import { Limiters } from '../../sync/brevo/limiter.ts';
import { type Host, type Http, NoAnswerError } from '../../sync/host.ts';

/** The sandbox's Brevo account behind the engine's client, without sockets or real time. */

export interface Sandboxed {
	readonly brevo: BrevoService;
	readonly client: BrevoClient;
	/** "METHOD path" of each request, with its query. */
	readonly requests: string[];
	/** Runs before the nth request (from 1) is answered. */
	meanwhile: (nth: number) => void;
	/** True for a request whose answer gets lost after it was carried out. */
	loses: (request: string) => boolean;
	advance(milliseconds: number): void;
	now(): number;
}

const ORIGIN = 'http://sandbox.example';

export function sandboxed(): Sandboxed {
	let now = Date.UTC(2026, 10, 25, 9);
	const clock = { now: () => now, after: () => undefined };
	const brevo = createBrevo({ clock });
	brevo.admin.setLimits({ off: true });
	const quiet = () => undefined;
	const host: Host = {
		clock,
		sleep: async (milliseconds) => {
			now += milliseconds;
			await Promise.resolve();
		},
		logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
	};
	const http: Http = async ({ method, url, headers, body }) => {
		const { pathname: path, searchParams: query, search } = new URL(url);
		const request = `${method} ${path.replace('/v3', '')}${search}`;
		world.requests.push(request);
		world.meanwhile(world.requests.length);
		const reply = await brevo.handle({
			method,
			path,
			query,
			headers: { ...headers, 'api-key': BREVO_KEY },
			body: Buffer.from(body ?? ''),
			origin: ORIGIN,
		});
		if (world.loses(request)) throw new NoAnswerError('lost');
		const { status, body: replied } = reply;
		return {
			status,
			headers: { date: new Date(now).toUTCString() },
			body: typeof replied === 'string' ? replied : replied ? JSON.stringify(replied) : '',
		};
	};
	const world: Sandboxed = {
		brevo,
		client: brevoClient({
			http,
			host,
			limiters: new Limiters(),
			baseUrl: `${ORIGIN}/v3`,
			random: () => 0,
		}),
		requests: [],
		meanwhile: quiet,
		loses: () => false,
		advance: (milliseconds) => {
			now += milliseconds;
		},
		now: () => now,
	};
	return world;
}
