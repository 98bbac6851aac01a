import type { SandboxRequest } from '../service.ts';

/** One call of the REST API, or one part of a composite call. */
export interface ApiCall {
	readonly method: string;
	/** Segments below /services/data/vXX.X/, decoded. */
	readonly path: readonly string[];
	readonly query: URLSearchParams;
	/** Parsed JSON, the text of a CSV; undefined when the body is empty. */
	readonly body: unknown;
	/** As "67.0". */
	readonly version: string;
	readonly headers: SandboxRequest['headers'];
}
