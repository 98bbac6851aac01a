import { memoryCache } from '../../sync/index.ts';
import type { Clock } from '../../sync/host.ts';
import type { CacheStore, Ledger } from '../../sync/ledger/ledger.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long what was read about either side is taken for true, milliseconds. */
export const AGE_MS = {
	/** Salesforce says so itself when a query names a field that is gone. */
	describe: HOUR_MS,
	/** Brevo silently drops values of an attribute that is gone: this long, at most. */
	attributes: 10 * MINUTE_MS,
	/** Brevo refuses a list that is gone; only one that was renamed is not noticed. */
	list: HOUR_MS,
	/** GET /account allows 100 calls an hour, and an account id never changes. */
	account: 24 * HOUR_MS,
} as const;

/** A describe takes up to some 200 kB of text; few nodes use more than a few credentials. */
const MOST_ENTRIES = 40;
const ofThisProcess = memoryCache({ now: () => Date.now() }, MOST_ENTRIES);

/** The cache of all processes that share the ledger; without a ledger that of this process. */
export const cacheOf = (ledger: Ledger | undefined): CacheStore => ledger?.cache ?? ofThisProcess;

export interface Dated<T> {
	readonly value: T;
	/** Milliseconds since the epoch. */
	readonly readAt: number;
}

/** One thing that is read of a service now and then, and remembered with its time. */
export interface Remembered<T> {
	recall(): Promise<Dated<T> | undefined>;
	note(value: T): Promise<Dated<T>>;
}

/** Forgotten after `ageMs`. Keys and values must hold no personal data and no secret. */
export const remembered = <T>(
	cache: CacheStore,
	key: string,
	ageMs: number,
	clock: Clock,
): Remembered<T> => ({
	recall: async () => {
		const json = await cache.get(key);
		return json === undefined ? undefined : (JSON.parse(json) as Dated<T>);
	},
	note: async (value) => {
		const dated = { value, readAt: clock.now() };
		await cache.set(key, JSON.stringify(dated), ageMs);
		return dated;
	},
});
