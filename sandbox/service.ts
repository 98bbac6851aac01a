/** What the sandbox's HTTP server and its two services agree on. */

export interface SandboxRequest {
	readonly method: string;
	/** Path without query, as sent. */
	readonly path: string;
	readonly query: URLSearchParams;
	/** Lower-case names. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
	/** Where the caller reached us, e.g. "http://127.0.0.1:4100"; for absolute URLs in answers. */
	readonly origin: string;
}

export interface SandboxReply {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Each is a `set-cookie` header of its own. */
	readonly cookies?: readonly string[];
	/** An object is sent as JSON. Absent: empty body. */
	readonly body?: string | Buffer | object;
}

/** The services' own clock; tests move it, so a month passes in a millisecond. */
export interface SandboxClock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Calls `work` once the clock has gone on by `milliseconds`, by itself or because it was moved. */
	after(milliseconds: number, work: () => void): void;
}

/** One admin action: JSON in, JSON out; throws an Error with a clear sentence. */
// Each action knows the shape of its own input; a bivariant method lets them share one table.
export type AdminActions = Readonly<Record<string, { act(input: never): unknown }['act']>>;

export interface Service {
	readonly name: 'salesforce' | 'brevo';
	/** True when this service answers the path. */
	serves(path: string): boolean;
	handle(request: SandboxRequest): SandboxReply | Promise<SandboxReply>;
	/** Which rate or accounting bucket a request falls into, for the request log. */
	bucket(request: SandboxRequest): string;
	/** Actions under POST /_sandbox/<name>/<action>. */
	readonly admin: AdminActions;
}
