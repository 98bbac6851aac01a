import type { Clock } from '../../host.ts';
import type { LedgerDatabase } from '../database.ts';
import type { CacheStore } from '../ledger.ts';

export function cacheStore(database: LedgerDatabase, clock: Clock): CacheStore {
	return {
		get: async (key) =>
			await database.read(async (transaction) => {
				const row = await transaction
					.selectFrom('cache')
					.select('json')
					.where('cache_key', '=', key)
					.where('expires_at', '>', clock.now())
					.executeTakeFirst();
				return row?.json;
			}),

		set: async (key, json, ttlMs) =>
			await database.write(async (transaction) => {
				const now = clock.now();
				await transaction.deleteFrom('cache').where('expires_at', '<=', now).execute();
				await transaction
					.insertInto('cache')
					.values({ cache_key: key, json, expires_at: now + ttlMs })
					.onConflict((conflict) =>
						conflict.column('cache_key').doUpdateSet((row) => ({
							json: row.ref('excluded.json'),
							expires_at: row.ref('excluded.expires_at'),
						})),
					)
					.execute();
			}),
	};
}
