import type { SandboxReply, SandboxRequest } from '../service.ts';

export interface Call {
	readonly request: SandboxRequest;
	/** Decoded path parameters in order. */
	readonly params: readonly string[];
	/** The JSON body; {} when there is none. */
	readonly body: Readonly<Record<string, unknown>>;
}

export interface Route {
	readonly method: string;
	/** Below /v3; `*` stands for one segment. */
	readonly path: string;
	readonly answer: (call: Call) => SandboxReply;
}

/** The route of a request, with its parameters. */
export function findRoute(
	routes: readonly Route[],
	method: string,
	path: string,
): { readonly route: Route; readonly params: string[] } | undefined {
	const parts = path.split('/');
	for (const route of routes) {
		const wanted = route.path.split('/');
		if (route.method !== method || wanted.length !== parts.length) continue;
		if (!wanted.every((part, at) => part === '*' || part === parts[at])) continue;
		const params = parts
			.filter((_, at) => wanted[at] === '*')
			.map((part) => decodeURIComponent(part));
		return { route, params };
	}
	return undefined;
}

/** Whole numbers of a JSON list; undefined when it is no such list. */
export function wholeNumbers(value: unknown): number[] | undefined {
	if (value === undefined) return [];
	if (!Array.isArray(value) || !value.every((entry) => Number.isInteger(entry))) return undefined;
	return value as number[];
}
