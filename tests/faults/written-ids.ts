import type { Call } from '../both-ways/interference.ts';

/** Salesforce ids of the records that a request writes, as far as it names them. */
export function writtenIds({ what, given }: Call): string[] {
	const [body, query] = given as [string | undefined, string | undefined];
	const found = ROUTES.find(([route]) => route.test(what));
	return found ? found[1](what, body ?? '', new URLSearchParams(query)) : [];
}

type Reader = (what: string, body: string, query: URLSearchParams) => string[];

const json = (body: string): Readonly<Record<string, unknown>> =>
	JSON.parse(body) as Readonly<Record<string, unknown>>;
const last = (path: string): string => decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
/** What stands behind the mark of a contact that its record has left. */
const bare = (extId: unknown): string[] =>
	typeof extId === 'string' && /^00[3Q]\w{15}/.test(extId) ? [extId.slice(0, 18)] : [];

const ROUTES: ReadonlyArray<readonly [RegExp, Reader]> = [
	[/^POST \/v3\/contacts$/, (_, body) => bare(json(body)['ext_id'])],
	[/^POST \/v3\/contacts\/import$/, (_, body) => idsOfFile(String(json(body)['fileBody']))],
	[
		/^POST \/v3\/contacts\/lists\/\d+\/contacts\/remove$/,
		(_, body) => (json(body)['extIds'] as readonly unknown[]).flatMap(bare),
	],
	[
		/^PUT \/v3\/contacts\//,
		(what, body, query) => {
			// An opt-out is never lifted by a new address: saying it again is no task.
			if (Object.keys(json(body)).join() === 'emailBlacklisted') return [];
			return query.get('identifierType') === 'ext_id'
				? bare(last(what))
				: bare(json(body)['ext_id']);
		},
	],
	[/^DELETE \/v3\/contacts\//, (what) => bare(last(what))],
	[
		/^PATCH .*\/composite\/sobjects$/,
		(_, body) => (json(body)['records'] as ReadonlyArray<{ id: string }>).map(({ id }) => id),
	],
	[
		/^DELETE .*\/composite\/sobjects$/,
		(_, __, query) => (query.get('ids') ?? '').split(',').filter(Boolean),
	],
];

/** The column EXT_ID of a file that is imported. */
function idsOfFile(csv: string): string[] {
	const at = csv
		.slice(0, csv.indexOf('\n'))
		.split(/[;,]/)
		.findIndex((name) => /EXT_ID/i.test(name));
	if (at < 0) return [];
	return [...csv.matchAll(/\b00[3Q][A-Za-z0-9]{15}\b/g)].map(([id]) => id);
}
