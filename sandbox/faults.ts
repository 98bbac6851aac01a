import type { SandboxReply } from './service.ts';

/** What goes wrong with a request. `drop-after`: the action is applied, then the socket is cut. */
export const FAULT_KINDS = [
	'status',
	'delay',
	'drop-before',
	'drop-after',
	'html',
	'truncate',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
	readonly kind: FaultKind;
	readonly service?: 'salesforce' | 'brevo';
	readonly method?: string;
	/** Regular expression over the path. */
	readonly path?: string;
	/** Requests to let pass first; default 0. */
	readonly skip?: number;
	/** How many requests it hits; default 1. */
	readonly times?: number;
	/** With `status`. */
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | object;
	/** With `delay`: milliseconds. */
	readonly delayMs?: number;
}

export interface RandomFaults {
	/** Same seed, same faults. */
	readonly seed: number;
	/** Share of requests that are hit, 0 to 1. */
	readonly rate: number;
	readonly kinds?: readonly FaultKind[];
}

interface Armed {
	readonly fault: Fault;
	skip: number;
	left: number;
}

export const BAD_GATEWAY: SandboxReply = {
	status: 502,
	headers: { 'content-type': 'text/html' },
	body: '<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>',
};

/** Faults by script and by seed. */
export class Faults {
	#armed: Armed[] = [];
	#random: (RandomFaults & { readonly next: () => number }) | undefined;

	/** Told of each request before anything of it is done; for tests that kill whoever asks. */
	onRequest: ((service: string, method: string, path: string) => void) | undefined;

	add(fault: Fault): void {
		if (!FAULT_KINDS.includes(fault.kind)) {
			throw new Error(`A fault is one of ${FAULT_KINDS.join(', ')}`);
		}
		if (fault.path !== undefined) new RegExp(fault.path);
		this.#armed.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
	}

	randomly(random: RandomFaults): void {
		this.#random = { ...random, next: mulberry32(random.seed) };
	}

	clear(): void {
		this.#armed = [];
		this.#random = undefined;
	}

	list(): readonly (Fault & { readonly left: number })[] {
		return this.#armed.map(({ fault, left }) => ({ ...fault, left }));
	}

	/** The fault that this request meets, if any; counts it as used. */
	take(service: string, method: string, path: string): Fault | undefined {
		this.onRequest?.(service, method, path);
		for (const armed of this.#armed) {
			if (armed.left <= 0 || !fits(armed.fault, service, method, path)) continue;
			if (armed.skip > 0) {
				armed.skip -= 1;
				continue;
			}
			armed.left -= 1;
			return armed.fault;
		}
		return this.#byChance();
	}

	#byChance(): Fault | undefined {
		const random = this.#random;
		if (!random || random.next() >= random.rate) return undefined;
		const kinds = random.kinds ?? FAULT_KINDS;
		const kind = kinds[Math.floor(random.next() * kinds.length)];
		return kind && { kind, status: 503, body: { message: 'Server Unavailable' }, delayMs: 200 };
	}
}

const fits = (fault: Fault, service: string, method: string, path: string): boolean =>
	(fault.service === undefined || fault.service === service) &&
	(fault.method === undefined || fault.method === method) &&
	(fault.path === undefined || new RegExp(fault.path).test(path));

/** A small well-known generator; deterministic for a seed. Public domain, by Tommy Ettinger. */
export function mulberry32(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
