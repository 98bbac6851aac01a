import type { Clock } from './host.ts';
import type { CacheStore } from './ledger/ledger.ts';

/**
 * A cache that lasts as long as the process, for nodes that use no ledger. Holds at most `most`
 * entries and lets go of those that were set longest ago.
 */
export function memoryCache(clock: Clock, most: number): CacheStore {
	const entries = new Map<string, { readonly json: string; readonly expiresAt: number }>();
	return {
		get: (key) => {
			const entry = entries.get(key);
			const isLive = entry !== undefined && entry.expiresAt > clock.now();
			return Promise.resolve(isLive ? entry.json : undefined);
		},

		set: (key, json, ttlMs) => {
			// Anew at the end: a Map keeps the order in which keys came.
			entries.delete(key);
			entries.set(key, { json, expiresAt: clock.now() + ttlMs });
			for (const oldest of entries.keys()) {
				if (entries.size <= most) break;
				entries.delete(oldest);
			}
			return Promise.resolve();
		},
	};
}
