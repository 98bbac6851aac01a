import type { SandboxClock } from '../service.ts';

/** A client that does not come back within this time is forgotten. */
const ABSENCE_MS = 40_000;

interface Poll {
	readonly answer: (messages: object[]) => void;
	readonly refuse: () => void;
}

/** One CometD session: what it is subscribed to, what waits for it, and its open long poll. */
export class StreamingClient {
	readonly id: string;
	/** The cookie that leads its requests to this server. */
	readonly browser: string;
	readonly subscriptions = new Set<string>();
	readonly #clock: SandboxClock;
	#queue: object[] = [];
	#poll: Poll | undefined;
	#lastSeen: number;
	#hasConnected = false;

	constructor(id: string, browser: string, clock: SandboxClock) {
		this.id = id;
		this.browser = browser;
		this.#clock = clock;
		this.#lastSeen = clock.now();
	}

	isGone(): boolean {
		return !this.#poll && this.#clock.now() - this.#lastSeen > ABSENCE_MS;
	}

	/** It said something. */
	seen(): void {
		this.#lastSeen = this.#clock.now();
	}

	/** True the first time: CometD answers the first connect at once. */
	isFirstConnect(): boolean {
		const isFirst = !this.#hasConnected;
		this.#hasConnected = true;
		return isFirst;
	}

	send(messages: readonly object[]): void {
		this.#queue.push(...messages);
		if (this.#queue.length > 0) this.#poll?.answer(this.take());
	}

	take(): object[] {
		const messages = this.#queue;
		this.#queue = [];
		return messages;
	}

	/** What comes within `timeoutMs`; undefined when the session ended meanwhile. */
	async poll(timeoutMs: number): Promise<object[] | undefined> {
		this.#poll?.answer([]);
		if (this.#queue.length > 0) return this.take();
		return await new Promise((resolve) => {
			const settle = (messages: object[] | undefined): void => {
				if (this.#poll === poll) this.#poll = undefined;
				this.seen();
				resolve(messages);
			};
			const poll: Poll = { answer: settle, refuse: () => settle(undefined) };
			this.#poll = poll;
			this.#clock.after(timeoutMs, () => this.#poll === poll && settle([]));
		});
	}

	/** Ends the session; an open long poll learns of it. */
	end(): void {
		this.#poll?.refuse();
	}
}
