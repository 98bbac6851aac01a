import type { Ledger } from '../../sync/ledger/ledger.ts';

/** A call that the engine makes. */
export interface Call {
	/** `salesforce`, `brevo`, or a store of the ledger such as `links`. */
	readonly to: string;
	/** "GET /v3/contacts", or the method of the store. */
	readonly what: string;
	readonly writes: boolean;
	/** With which values: body and query of a request, or what the method of the store is given. */
	readonly given: readonly unknown[];
}

/** Stands between the engine and what it calls: lets `serve` happen, or not, or something else. */
export type Interference = <Answer>(call: Call, serve: () => Promise<Answer>) => Promise<Answer>;

/** Whether a request changes something; logging in and reading many at once are POSTs, too. */
export const isWrite = (method: string, path: string): boolean =>
	method !== 'GET' && !/\/(token|composite)$/.test(path);

/** Methods of the stores that change nothing. */
const READS: ReadonlySet<string> = new Set([
	...['get', 'list', 'find', 'latestProcess', 'cursor', 'seen', 'outcomes', 'dueDeferred'],
	...['deferredCount', 'rejections', 'waitingFor', 'activity', 'owners', 'ofRecord', 'count'],
	...['ids', 'pending', 'isMailed', 'unsettled', 'status', 'current', 'hasRoom', 'hasReservedRoom'],
]);

/** The same ledger, each call of whose stores is met by `meet`. */
export function watched(ledger: Ledger, meet: Interference): Ledger {
	const stores = Object.entries(ledger).map(([name, store]): [string, unknown] => {
		if (typeof store !== 'object' || store === null) return [name, store];
		const watchedStore = new Proxy(store as Record<string, (...args: unknown[]) => unknown>, {
			get: (target, method) => {
				const own = target[String(method)];
				if (typeof own !== 'function') return own;
				const writes = !READS.has(String(method));
				return async (...given: unknown[]) =>
					await meet(
						{ to: name, what: String(method), writes, given },
						async () => await (own.apply(target, given) as Promise<unknown>),
					);
			},
		});
		return [name, watchedStore];
	});
	return Object.fromEntries(stores) as unknown as Ledger;
}
