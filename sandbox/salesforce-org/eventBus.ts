import type { SandboxClock } from '../service.ts';

/** Change Data Capture: 72 hours in the event bus. */
const RETENTION_MS = 72 * 3_600_000;
/** A bulk load must not fill the memory; older ones are dropped as if their time were over. */
const MOST_EVENTS = 100_000;

interface StoredEvent {
	readonly replayId: number;
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly message: object;
}

/** The events that can be replayed, by channel ("/data/ContactChangeEvent"). */
export class EventBus {
	readonly #clock: SandboxClock;
	readonly #channels = new Map<string, StoredEvent[]>();
	#replayId = 2_633_000;

	constructor(clock: SandboxClock) {
		this.#clock = clock;
	}

	/** Keeps an event and gives it as CometD sends it. */
	publish(channel: string, payload: object): object {
		// Replay ids are not guaranteed to be contiguous (Salesforce: message durability).
		this.#replayId += 1 + (this.#replayId % 3);
		const event = { replayId: this.#replayId };
		const message = { data: { schema: 'SANDBOXSchemaOfTheDay', payload, event }, channel };
		const kept = this.#kept(channel);
		kept.push({ replayId: event.replayId, at: this.#clock.now(), message });
		if (kept.length > MOST_EVENTS) kept.splice(0, MOST_EVENTS / 2);
		return message;
	}

	/**
	 * What was published after `replayId`, oldest first: -1 nothing yet, -2 all that is kept.
	 * Undefined for an id that is not kept (any more).
	 */
	after(channel: string, replayId: number): object[] | undefined {
		const kept = this.#kept(channel);
		if (replayId === -1) return [];
		if (replayId === -2) return kept.map(({ message }) => message);
		const at = kept.findIndex((event) => event.replayId === replayId);
		return at < 0 ? undefined : kept.slice(at + 1).map(({ message }) => message);
	}

	get size(): number {
		let size = 0;
		for (const channel of this.#channels.keys()) size += this.#kept(channel).length;
		return size;
	}

	#kept(channel: string): StoredEvent[] {
		const stored = this.#channels.get(channel) ?? [];
		const since = this.#clock.now() - RETENTION_MS;
		const first = stored.findIndex(({ at }) => at >= since);
		if (first !== 0) stored.splice(0, first < 0 ? stored.length : first);
		this.#channels.set(channel, stored);
		return stored;
	}
}
