import type { SandboxReply } from '../service.ts';
import { json, Refused } from './answers.ts';
import type { ApiCall } from './call.ts';
import type { Organization } from './organization.ts';

/** Salesforce: parts of one composite call. */
const MOST_PARTS = 25;

interface Part {
	readonly method: string;
	readonly url: string;
	readonly referenceId: string;
	readonly body?: unknown;
	readonly httpHeaders?: Readonly<Record<string, string>>;
}

interface PartReply {
	readonly body: unknown;
	readonly httpHeaders: Readonly<Record<string, string>>;
	readonly httpStatusCode: number;
	readonly referenceId: string;
}

const HALTED = {
	errorCode: 'PROCESSING_HALTED',
	message:
		'The transaction was rolled back since another operation in the same transaction failed.',
};

/** Several calls as one API call; later parts may refer to earlier ones as @{name.id}. */
export function composite(
	organization: Organization,
	call: ApiCall,
	answer: (call: ApiCall) => SandboxReply,
): SandboxReply {
	const { parts, allOrNone } = checked(call.body);
	const bodies = new Map<string, unknown>();
	let replies: PartReply[] = [];
	const kept = organization.transaction(() => {
		replies = parts.map((part) => {
			const reply = partReply(part, bodies, call, answer);
			if (reply.httpStatusCode < 400) bodies.set(part.referenceId, reply.body);
			return reply;
		});
		return !allOrNone || replies.every(({ httpStatusCode }) => httpStatusCode < 400);
	});
	if (kept) return json({ compositeResponse: replies });
	const halted = replies.map((reply) =>
		reply.httpStatusCode >= 400
			? reply
			: { ...reply, body: [HALTED], httpHeaders: {}, httpStatusCode: 400 },
	);
	return json({ compositeResponse: halted });
}

function checked(body: unknown): { parts: readonly Part[]; allOrNone: boolean } {
	const { compositeRequest: parts, allOrNone = false } = (body ?? {}) as {
		compositeRequest?: readonly Part[];
		allOrNone?: boolean;
	};
	if (!Array.isArray(parts)) {
		throw new Refused(400, 'JSON_PARSER_ERROR', 'compositeRequest is missing');
	}
	if (parts.length > MOST_PARTS) {
		const message = `The number of subrequests in a composite request cannot exceed ${MOST_PARTS}`;
		throw new Refused(400, 'LIMIT_EXCEEDED', message);
	}
	return { parts: parts as readonly Part[], allOrNone };
}

function partReply(
	part: Part,
	bodies: ReadonlyMap<string, unknown>,
	call: ApiCall,
	answer: (call: ApiCall) => SandboxReply,
): PartReply {
	const { referenceId } = part;
	try {
		const url = new URL(filled(part.url, bodies), 'http://sandbox');
		const [, version = call.version, rest = ''] =
			/^\/services\/data\/v(\d+\.0)\/?(.*)$/.exec(url.pathname) ?? [];
		const headers = Object.entries(part.httpHeaders ?? {});
		const reply = answer({
			method: part.method.toUpperCase(),
			version,
			path: rest.split('/').filter(Boolean).map(decodeURIComponent),
			query: url.searchParams,
			body: filledDeep(part.body, bodies),
			headers: {
				...call.headers,
				...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
			},
		});
		const { location } = reply.headers ?? {};
		return {
			body: reply.body ?? null,
			httpHeaders: location === undefined ? {} : { Location: location },
			httpStatusCode: reply.status,
			referenceId,
		};
	} catch (error) {
		if (!(error instanceof Refused)) throw error;
		return { body: [error.error], httpHeaders: {}, httpStatusCode: error.status, referenceId };
	}
}

const REFERENCE = /@\{([^}]+)\}/g;

const filled = (text: string, bodies: ReadonlyMap<string, unknown>): string =>
	text.replace(REFERENCE, (_, path: string) => String(valueAt(bodies, path)));

function filledDeep(value: unknown, bodies: ReadonlyMap<string, unknown>): unknown {
	if (typeof value === 'string') return filled(value, bodies);
	if (Array.isArray(value)) return value.map((item) => filledDeep(item, bodies));
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([key, item]) => [key, filledDeep(item, bodies)]);
	return Object.fromEntries(entries) as object;
}

/** What an earlier part answered; a part that failed has nothing to refer to. */
function valueAt(bodies: ReadonlyMap<string, unknown>, path: string): unknown {
	const [reference = '', ...steps] = path.split(/[.[\]]+/).filter(Boolean);
	let value = bodies.get(reference);
	for (const step of steps) value = (value as Record<string, unknown> | null | undefined)?.[step];
	if (value !== undefined) return value;
	const message = `Invalid reference specified. No value for ${path} found in ${reference}. Provide a valid reference ID.`;
	throw new Refused(400, 'PROCESSING_HALTED', message);
}
