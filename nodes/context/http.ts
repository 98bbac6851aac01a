import type {
	IAllExecuteFunctions,
	IExecuteFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { Readable } from 'node:stream';
import {
	boundedText,
	LARGEST_ANSWER,
	NoAnswerError,
	UnusableCredentialError,
} from '../../sync/index.ts';
import type { Http, HttpRequest, HttpResponse } from '../../sync/host.ts';

/** Any n8n context that can send an authenticated request. */
export type HttpContext = Pick<IAllExecuteFunctions, 'getNode'> & {
	helpers: Pick<IExecuteFunctions['helpers'], 'httpRequestWithAuthentication'>;
};

/** Nothing that we ask for takes longer; Salesforce itself stops a call at ten minutes. */
const DEFAULT_TIMEOUT_MS = 120_000;

type Ask = (options: IHttpRequestOptions) => Promise<unknown>;

/**
 * The engine's HTTP over n8n's helper, so that n8n's OAuth refresh, proxy, egress rules and cancel
 * signal apply. Every status comes back as a response; only a 401 goes through n8n first, which
 * refreshes the session once.
 */
export const n8nHttp = (context: HttpContext, credentialType: string): Http =>
	overHelper(
		async (options) =>
			(await context.helpers.httpRequestWithAuthentication.call(
				context as IExecuteFunctions,
				credentialType,
				options,
			)) as unknown,
	);

/** Plain HTTP without any credential: for files that an answer points to. */
export const n8nDownload = (context: {
	helpers: Pick<IExecuteFunctions['helpers'], 'httpRequest'>;
}): Http =>
	overHelper(
		async (options) =>
			(await context.helpers.httpRequest({ ...options, ignoreHttpStatusErrors: true })) as unknown,
	);

function overHelper(ask: Ask): Http {
	return async (request) => {
		const { timeoutMs = DEFAULT_TIMEOUT_MS, largestAnswer = LARGEST_ANSWER } = request;
		const endsAt = performance.now() + timeoutMs;
		const read = async (body: Readable): Promise<string> =>
			await boundedText(body, {
				mostBytes: largestAnswer,
				timeoutMs: endsAt - performance.now(),
			});
		let response: IN8nHttpFullResponse;
		try {
			response = (await ask(requestOptions(request, timeoutMs))) as IN8nHttpFullResponse;
		} catch (error) {
			return await refused(error, read);
		}
		return await toResponse(response, read);
	};
}

type Read = (body: Readable) => Promise<string>;

function requestOptions(request: HttpRequest, timeout: number): IHttpRequestOptions {
	return {
		method: request.method,
		url: request.url,
		headers: { ...request.headers },
		...(request.body !== undefined && { body: request.body }),
		json: false,
		// Read here and not by the helper, which takes in whatever comes, for as long as it comes.
		encoding: 'stream',
		returnFullResponse: true,
		// A 401 must reach n8n's refresh; everything else is for the engine to judge.
		ignoreHttpStatusErrors: { ignore: true, except: [401] },
		// Credentials must not follow a redirect to another host.
		disableFollowRedirect: true,
		timeout,
	};
}

async function toResponse(response: IN8nHttpFullResponse, read: Read): Promise<HttpResponse> {
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(response.headers)) {
		if (typeof value === 'string') headers[name.toLowerCase()] = value;
		else if (Array.isArray(value)) headers[name.toLowerCase()] = value.map(String).join(', ');
	}
	return { status: response.statusCode, headers, body: await bodyText(response.body, read) };
}

/** A body of the helper is a stream; the errors of a login bring what it has read itself. */
async function bodyText(body: unknown, read: Read): Promise<string> {
	if (typeof body === 'string') return body;
	if (body === undefined || body === null) return '';
	return body instanceof Readable ? await read(body) : JSON.stringify(body);
}

/** What n8n and axios leave on an error, at any depth of its causes. */
interface RequestFailure {
	readonly httpCode?: unknown;
	readonly code?: unknown;
	readonly message?: unknown;
	readonly config?: { readonly url?: string };
	readonly response?: { readonly status?: unknown; readonly data?: unknown };
}

/** A 401 that a refresh did not cure, a refused login, or no answer at all. */
async function refused(error: unknown, read: Read): Promise<HttpResponse> {
	const chain = causes(error);
	const unusable = chain.find((cause) => cause instanceof UnusableCredentialError);
	if (unusable) throw unusable;
	const status = first(chain, ({ httpCode, response }) => {
		const code = Number(httpCode ?? response?.status);
		return Number.isInteger(code) && code >= 300 ? code : undefined;
	});
	if (status === undefined) {
		const code = first(chain, ({ code }) => code) ?? first(chain, ({ message }) => message);
		throw new NoAnswerError(`No answer (${String(code)})`, { cause: error });
	}
	const loginRefused = chain.some(({ config }) => config?.url?.includes('/oauth2/token'));
	const body = first(chain, ({ response }) => response?.data);
	return { status: loginRefused ? 401 : status, headers: {}, body: await bodyText(body, read) };
}

function causes(error: unknown): RequestFailure[] {
	const chain: RequestFailure[] = [];
	for (let at = error; at && chain.length < 5; at = (at as Error).cause) {
		chain.push(at);
	}
	return chain;
}

function first<T>(
	chain: readonly RequestFailure[],
	read: (failure: RequestFailure) => T | undefined,
): T | undefined {
	for (const failure of chain) {
		const value = read(failure);
		if (value !== undefined && value !== null) return value;
	}
	return undefined;
}
