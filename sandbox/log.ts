/** What was asked of the sandbox: counts, and the latest requests without bodies or values. */

export interface LogEntry {
	/** Milliseconds since the epoch, the machine's clock. */
	readonly at: number;
	readonly service: string;
	readonly bucket: string;
	readonly method: string;
	/** Ids, addresses and numbers replaced. */
	readonly path: string;
	/** 0 when the connection was cut without an answer. */
	readonly status: number;
	readonly milliseconds: number;
}

const KEEP = 500;

/** "/v3/contacts/jane%40x.org" becomes "/v3/contacts/:id": logs hold no contact's value. */
export function pattern(path: string): string {
	return path
		.split('/')
		.map((part) => {
			const text = decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, '%25'));
			const isId = /^\d+$|^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$|@|^\+|-\d+$/.test(text);
			return isId && !/^v\d/.test(text) ? ':id' : part;
		})
		.join('/');
}

export class RequestLog {
	#latest: LogEntry[] = [];
	#counts: Record<string, Record<string, number>> = {};
	#routes: Record<string, number> = {};

	note(entry: LogEntry): void {
		const buckets = (this.#counts[entry.service] ??= {});
		buckets[entry.bucket] = (buckets[entry.bucket] ?? 0) + 1;
		const route = `${entry.method} ${entry.path}`;
		this.#routes[route] = (this.#routes[route] ?? 0) + 1;
		this.#latest.push(entry);
		if (this.#latest.length > 2 * KEEP) this.#latest = this.#latest.slice(-KEEP);
	}

	/** Requests by service and bucket since the last reset. */
	counts(): Readonly<Record<string, Readonly<Record<string, number>>>> {
		return this.#counts;
	}

	/** All requests to one service since the last reset. */
	total(service: 'salesforce' | 'brevo'): number {
		return Object.values(this.#counts[service] ?? {}).reduce((sum, count) => sum + count, 0);
	}

	/** Requests by method and path. */
	routes(): Readonly<Record<string, number>> {
		return this.#routes;
	}

	/** The latest 500, oldest first. */
	latest(): readonly LogEntry[] {
		return this.#latest.slice(-KEEP);
	}

	reset(): void {
		this.#latest = [];
		this.#counts = {};
		this.#routes = {};
	}
}
