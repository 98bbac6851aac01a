import type { SandboxClock, SandboxReply, SandboxRequest, Service } from '../service.ts';
import { administration } from './administration.ts';
import { errorReply, json, notFound, Refused, sessionInvalid } from './answers.ts';
import { Api } from './api.ts';
import type { ChangeFeed } from './changeFeed.ts';
import { Edits, seed } from './edits.ts';
import { Login, userInfo } from './login.ts';
import { Organization } from './organization.ts';
import { Streaming } from './streaming.ts';
import { Usage } from './usage.ts';
import { Writer } from './write.ts';

const DATA = '/services/data';
/** One beyond the newest that is listed: a preview instance answers it. */
const VERSIONS = { oldest: 50, listed: 67, newest: 68 };

export interface SalesforceOptions {
	readonly clock: SandboxClock;
	readonly seed: 'developer-edition' | 'empty';
	/** Contacts with Salesforce headings instead of the sample's. */
	readonly contactsCsv?: string;
}

export interface SalesforceService extends Service {
	readonly name: 'salesforce';
	readonly admin: ReturnType<typeof administration>;
}

/** A simulated Salesforce organisation. Throws an Error when the CSV is no such file. */
export function createSalesforce({
	clock,
	seed: kind,
	contactsCsv,
}: SalesforceOptions): SalesforceService {
	const organization = new Organization(clock);
	const writer = new Writer(organization);
	const edits = new Edits(organization, writer);
	const usage = new Usage(clock);
	const api = new Api(organization, writer, usage);
	const login = new Login(clock);
	if (kind === 'developer-edition') seed(organization, contactsCsv === undefined);
	if (contactsCsv !== undefined) edits.importCsv(contactsCsv);
	const streaming = new Streaming(organization, login);
	organization.feed = streaming.feed;
	return {
		name: 'salesforce',
		serves: (path) => /^\/(services|id|cometd)\//.test(path),
		handle: (request) =>
			isStreaming(request)
				? streaming.answer(request)
				: handle({ login, usage, api, feed: streaming.feed }, request),
		bucket: (request) => bucketOf(request),
		admin: administration({ organization, edits, api, login, usage, streaming }),
	};
}

const isStreaming = ({ path }: SandboxRequest): boolean => path.startsWith('/cometd/');

/** Streaming requests are no API requests of the organisation. */
function bucketOf(request: SandboxRequest): string {
	if (isStreaming(request)) return 'streaming';
	return request.path.startsWith('/services/oauth2') || request.path === DATA ? 'login' : 'api';
}

interface Parts {
	readonly login: Login;
	readonly usage: Usage;
	readonly api: Api;
	readonly feed: ChangeFeed;
}

function handle(parts: Parts, request: SandboxRequest): SandboxReply {
	const { login } = parts;
	switch (`${request.method} ${request.path.replace(/\/$/, '')}`) {
		case 'POST /services/oauth2/token':
			return login.token(request);
		case 'POST /services/oauth2/revoke':
			return login.revoke(request);
		case 'GET /services/oauth2/authorize':
			return login.authorize(request);
		case 'GET /services/data':
			return json(versions());
	}
	if (!login.isValid(request.headers['authorization'])) return errorReply(sessionInvalid());
	if (request.path === '/services/oauth2/userinfo' || request.path.startsWith('/id/')) {
		return json(userInfo(request.origin));
	}
	const [, version = '', rest = ''] = DATA_PATH.exec(request.path) ?? [];
	const number = Number(version);
	if (!(number >= VERSIONS.oldest && number <= VERSIONS.newest)) return errorReply(notFound());
	const within = parts.usage.take();
	const reply = within
		? parts.feed.through(`rest/${version}`, request.headers['sforce-call-options'], () =>
				answer(parts.api, request, version, rest),
			)
		: errorReply(limitExceeded());
	const headers = { 'sforce-limit-info': `api-usage=${String(parts.usage)}` };
	return { ...reply, headers: { ...headers, ...reply.headers } };
}

const DATA_PATH = /^\/services\/data\/v(\d+\.0)(?:\/(.*))?$/;

const limitExceeded = (): Refused =>
	new Refused(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');

function answer(api: Api, request: SandboxRequest, version: string, rest: string): SandboxReply {
	const { method, query, headers } = request;
	let path: string[];
	let body: unknown;
	try {
		path = rest.split('/').filter(Boolean).map(decodeURIComponent);
	} catch {
		return errorReply(notFound());
	}
	try {
		if (request.body.length > 0) body = bodyOf(request, path);
	} catch {
		const message = 'Unexpected character at [line:1, column:1]';
		return errorReply(new Refused(400, 'JSON_PARSER_ERROR', message));
	}
	return api.answer({ method, path, query, body, version, headers });
}

/** Records are uploaded to a bulk job as CSV; all else is JSON. */
function bodyOf({ method, body }: SandboxRequest, path: readonly string[]): unknown {
	const text = body.toString('utf8');
	return method === 'PUT' && path[0] === 'jobs' ? text : JSON.parse(text);
}

function versions(): object[] {
	return Array.from({ length: VERSIONS.listed - VERSIONS.oldest + 1 }, (_, at) => {
		const version = `${VERSIONS.oldest + at}.0`;
		return { label: `Version ${version}`, url: `${DATA}/v${version}`, version };
	});
}
