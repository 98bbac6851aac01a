/**
 * Every Brevo call this package can make, and how it may be treated. A call that is not in this
 * table does not compile, so `POST /contacts/batch` (retired 30 October 2026, Brevo changelog
 * 2026-05-12) cannot come back by accident.
 */

/** Rate-limit bucket (Brevo docs: api-limits). */
export type Bucket = 'contacts' | 'mail' | 'other';

export interface Route {
	/** `learnt`: Brevo does not say where bare /contacts counts; its headers do. */
	readonly bucket: Bucket | 'learnt';
	/** Sending it twice ends in the same state as sending it once. */
	readonly repeatable: boolean;
	/** A success has a JSON object (OpenAPI); with `any` it may also be a 204. */
	readonly answers: 'object' | 'any';
	/** Milliseconds until an unanswered request is given up. */
	readonly timeoutMs: number;
}

const READ_MS = 30_000;
/** An import carries up to 8 MB upstream. */
const UPLOAD_MS = 180_000;

const read = { repeatable: true, answers: 'object', timeoutMs: READ_MS } as const;
const write = { repeatable: true, answers: 'any', timeoutMs: READ_MS } as const;
/** Makes a new thing each time it arrives, so an unknown outcome is never answered by a repeat. */
const create = { repeatable: false, answers: 'object', timeoutMs: READ_MS } as const;

export const ROUTES = {
	'GET /account': { bucket: 'other', ...read },
	'POST /smtp/email': { bucket: 'mail', ...create },
	'GET /webhooks': { bucket: 'other', ...read },
	'POST /webhooks': { bucket: 'other', ...create },
	'PUT /webhooks/{webhookId}': { bucket: 'other', ...write },
	'DELETE /webhooks/{webhookId}': { bucket: 'other', ...write },
	'GET /processes': { bucket: 'other', ...read },
	'GET /processes/{processId}': { bucket: 'other', ...read },
	'POST /contacts': { bucket: 'learnt', ...write },
	'GET /contacts': { bucket: 'learnt', ...read },
	'GET /contacts/{identifier}': { bucket: 'contacts', ...read },
	'PUT /contacts/{identifier}': { bucket: 'contacts', ...write },
	'DELETE /contacts/{identifier}': { bucket: 'contacts', ...write },
	'POST /contacts/import': { bucket: 'contacts', ...create, timeoutMs: UPLOAD_MS },
	'GET /contacts/attributes': { bucket: 'contacts', ...read },
	'PUT /contacts/attributes/{category}/{name}': { bucket: 'contacts', ...write },
	'GET /contacts/lists': { bucket: 'contacts', ...read },
	'POST /contacts/lists': { bucket: 'contacts', ...create },
	'GET /contacts/lists/{listId}': { bucket: 'contacts', ...read },
	'POST /contacts/lists/{listId}/contacts/add': { bucket: 'contacts', ...read },
	'POST /contacts/lists/{listId}/contacts/remove': { bucket: 'contacts', ...read },
	'GET /contacts/folders': { bucket: 'contacts', ...read },
	'POST /contacts/folders': { bucket: 'contacts', ...create },
} as const satisfies Record<`${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`, Route>;

export type RouteName = keyof typeof ROUTES;

export interface RouteInput {
	/** Values for the `{…}` parts of the path; encoded here (e-mails contain `+` and `@`). */
	readonly params?: Readonly<Record<string, string | number>>;
	readonly query?: Readonly<Record<string, string | number>>;
	/** Sent as JSON. */
	readonly body?: Readonly<Record<string, unknown>>;
}

/** The absolute URL of a route. Throws when a path parameter is missing or empty. */
export function routeUrl(baseUrl: string, route: RouteName, input: RouteInput): string {
	const template = route.slice(route.indexOf(' ') + 1);
	const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
		const value = String(input.params?.[name] ?? '');
		// A URL parser would turn `.` and `..` into another path.
		if (/^\.{0,2}$/.test(value)) throw new RangeError(`${route} needs a value for ${name}`);
		return encodeURIComponent(value);
	});
	const query = new URLSearchParams(
		Object.entries(input.query ?? {}).map(([name, value]): [string, string] => [
			name,
			String(value),
		]),
	).toString();
	return `${baseUrl.replace(/\/+$/, '')}${path}${query === '' ? '' : `?${query}`}`;
}
