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

/** Routes by method and number of segments. */
export class Routes {
	readonly #byShape = new Map<string, Array<{ readonly route: Route; readonly parts: string[] }>>();

	constructor(routes: readonly Route[]) {
		for (const route of routes) {
			const parts = route.path.split('/');
			const shape = `${route.method} ${parts.length}`;
			this.#byShape.set(shape, [...(this.#byShape.get(shape) ?? []), { route, parts }]);
		}
	}

	/** The first route that fits, with its parameters. */
	find(
		method: string,
		path: string,
	): { readonly route: Route; readonly params: string[] } | undefined {
		const given = path.split('/');
		for (const { route, parts } of this.#byShape.get(`${method} ${given.length}`) ?? []) {
			if (!parts.every((part, at) => part === '*' || part === given[at])) continue;
			const params = given
				.filter((_, at) => parts[at] === '*')
				.map((part) => decodeURIComponent(part));
			return { route, params };
		}
		return undefined;
	}
}

/** Whole numbers of a JSON list; undefined when it is no such list. */
export function wholeNumbers(value: unknown): number[] | undefined {
	if (value === undefined) return [];
	if (!Array.isArray(value) || !value.every((entry) => Number.isInteger(entry))) return undefined;
	return value as number[];
}
