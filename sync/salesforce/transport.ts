import { Transport } from '@jsforce/jsforce-node/lib/transport.js';
import type {
	HttpRequest as JsforceRequest,
	HttpRequestOptions as JsforceOptions,
	HttpResponse as JsforceResponse,
} from '@jsforce/jsforce-node/lib/types/common.js';
import { StreamPromise } from '@jsforce/jsforce-node/lib/util/promise.js';
import { PassThrough } from 'node:stream';
import { TooLargeError } from '../bounded-text.ts';
import { unlessAborted } from '../cancellation.ts';
import {
	type Host,
	type Http,
	type HttpRequest,
	type HttpResponse,
	NoAnswerError,
} from '../host.ts';
import { errorOfAnswer, salesforceError } from './errors.ts';
import { retried } from './retry.ts';

export interface ApiUsage {
	/** Requests of the organisation in the last 24 hours, all programs together. */
	readonly used: number;
	readonly limit: number;
}

/** What every answer tells beside its body. */
export interface Meter {
	/** Requests sent, repeats included. */
	calls: number;
	/** Characters of all answers. */
	received: number;
	/** Latest `Sforce-Limit-Info`; Salesforce may report it late. */
	apiUsage?: ApiUsage;
	/** Latest HTTP `Date`, milliseconds since the epoch: Salesforce's clock, not ours. */
	serverTime?: number;
}

export interface TransportOptions {
	readonly http: Http;
	readonly host: Host;
	readonly meter: Meter;
	readonly timeoutMs: number;
	readonly random?: () => number;
}

/** jsforce passes these through; `repeatable` is ours, for POSTs that only read. */
export interface RequestOptions extends JsforceOptions {
	readonly repeatable?: boolean;
}

/**
 * jsforce's door to the network, leading to the host's Http. Answers come back only as successes;
 * everything else rejects with a SalesforceError. Reads are repeated a few times.
 */
export class HostTransport extends Transport {
	readonly #options: TransportOptions;

	constructor(options: TransportOptions) {
		super();
		this.#options = options;
	}

	override httpRequest(
		request: JsforceRequest,
		options: RequestOptions = {},
	): StreamPromise<JsforceResponse> {
		return StreamPromise.create(() => ({
			// jsforce asks for a stream; only Bulk, which we do not use, reads it.
			stream: new PassThrough(),
			promise: this.#send(request, options),
		}));
	}

	async #send(request: JsforceRequest, { repeatable }: RequestOptions): Promise<JsforceResponse> {
		const { host, random } = this.#options;
		const sent = this.#httpRequest(request);
		const once = () => this.#attempt(sent);
		const response =
			(repeatable ?? sent.method === 'GET') ? await retried(host, once, random) : await once();
		const { status, headers, body } = response;
		return { statusCode: status, headers: { ...headers }, body };
	}

	/** One GET that answers CSV, headers included; whether it is whole is for the caller to see. */
	async csv(url: string): Promise<HttpResponse> {
		const headers = { accept: 'text/csv' };
		const { timeoutMs } = this.#options;
		return await this.#attempt({ method: 'GET', url, headers, timeoutMs }, looksLikeCsv);
	}

	#httpRequest({ method, url, headers, body }: JsforceRequest): HttpRequest {
		return {
			// jsforce's type also has OPTIONS, which nothing here sends.
			method: method as HttpRequest['method'],
			url,
			headers: {
				accept: 'application/json',
				// The host knows the length after its own encoding.
				...Object.fromEntries(
					Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== 'content-length'),
				),
			},
			...(typeof body === 'string' && { body }),
			timeoutMs: this.#options.timeoutMs,
		};
	}

	async #attempt(request: HttpRequest, isReadable = looksLikeJson): Promise<HttpResponse> {
		const { http, host, meter } = this.#options;
		// A write is not repeated, so nothing before has looked.
		host.signal?.throwIfAborted();
		meter.calls += 1;
		let response: HttpResponse;
		try {
			response = await unlessAborted(http(request), host.signal);
		} catch (error) {
			if (error instanceof TooLargeError) throw salesforceError('ANSWER_TOO_LARGE');
			if (error instanceof NoAnswerError) throw salesforceError('NO_ANSWER', { cause: error });
			throw error;
		}
		meter.received += response.body.length;
		read(response, meter);
		if (response.status < 200 || response.status >= 300) throw errorOfAnswer(response);
		if (!isReadable(response)) throw salesforceError('UNREADABLE_ANSWER');
		return response;
	}
}

function read({ headers }: HttpResponse, meter: Meter): void {
	// Salesforce: "api-usage=10018/100000; per-app-api-usage=17/250(appName=sample)"
	const usage = /(?:^|[;\s])api-usage=(\d+)\/(\d+)/.exec(headers['sforce-limit-info'] ?? '');
	if (usage) meter.apiUsage = { used: Number(usage[1]), limit: Number(usage[2]) };
	const date = Date.parse(headers['date'] ?? '');
	if (Number.isFinite(date)) meter.serverTime = date;
}

/** Complete JSON begins and ends with a bracket; an empty body (204) is fine too. */
const looksLikeJson = ({ body }: HttpResponse): boolean =>
	/^\s*(?:$|[[{])/.test(body) && /(?:^|[\]}])\s*$/.test(body.slice(-20));

const looksLikeCsv = ({ headers }: HttpResponse): boolean =>
	/^text\/csv\b/i.test(headers['content-type'] ?? '');
