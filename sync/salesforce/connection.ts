import { Connection } from '@jsforce/jsforce-node/lib/connection.js';
import type { Host, Http, HttpResponse } from '../host.ts';
import { onlyTo } from '../own-host.ts';
import { SalesforceError, salesforceError } from './errors.ts';
import { type ApiUsage, HostTransport, type Meter } from './transport.ts';

/** Summer '26. Newer instances keep answering older versions for years. */
export const API_VERSION = '67.0';
/** Shows as `changeOrigin` in change events, so that our own writes can be told from others'. */
export const CLIENT_NAME = 'n8n-contact-sync';
/** Salesforce stops a query after two minutes (reference: salesforce 3.1). */
const TIMEOUT_MS = 150_000;

export interface SalesforceConnectionOptions {
	/** Applies the Authorization header; refreshes the session once on a 401. */
	readonly http: Http;
	readonly host: Host;
	/** e.g. https://mycompany.my.salesforce.com */
	readonly instanceUrl: string;
	readonly apiVersion?: string;
	readonly timeoutMs?: number;
	/** 0 (inclusive) to 1 (exclusive), for jitter. */
	readonly random?: () => number;
}

export interface SalesforceConnection {
	/** jsforce speaking through our Http: no retries, token refresh or headers of its own. */
	readonly jsforce: Connection;
	/** One GET below the base path that answers CSV; jsforce keeps an answer's headers to itself. */
	readonly csv: (path: string) => Promise<HttpResponse>;
	/** For what is no REST API: change events. */
	readonly http: Http;
	readonly host: Host;
	readonly apiVersion: string;
	/** HTTP requests made so far, repeats included. */
	readonly calls: number;
	/** Characters of all answers so far. */
	readonly received: number;
	/** Absent before the first answer. */
	readonly apiUsage: ApiUsage | undefined;
	/** Salesforce's clock by the latest answer, milliseconds since the epoch. */
	readonly serverTime: number | undefined;
}

/** A connection to one Salesforce organisation. Sends nothing by itself. */
export function salesforceConnection(options: SalesforceConnectionOptions): SalesforceConnection {
	const { host, apiVersion = API_VERSION } = options;
	const meter: Meter = { calls: 0, received: 0 };
	const instanceUrl = origin(options.instanceUrl);
	// jsforce takes an absolute URL for what it is, wherever it leads.
	const http = onlyTo(instanceUrl, options.http);
	const jsforce = new Connection({
		instanceUrl,
		version: apiVersion,
		callOptions: { client: CLIENT_NAME },
	});
	const transport = new HostTransport({
		http,
		host,
		meter,
		timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
		...(options.random && { random: options.random }),
	});
	// `_transport` is a public field of the class although its name says otherwise.
	jsforce._transport = transport;
	return {
		jsforce,
		http,
		csv: async (path) => await transport.csv(`${jsforce._baseUrl()}${path}`),
		host,
		apiVersion,
		get calls() {
			return meter.calls;
		},
		get received() {
			return meter.received;
		},
		get apiUsage() {
			return meter.apiUsage;
		},
		get serverTime() {
			return meter.serverTime;
		},
	};
}

/** Scheme, host and port; people paste the URL of a page of theirs. */
function origin(url: string): string {
	try {
		const { origin: found, protocol, hostname } = new URL(url.trim());
		if (!/^https?:$/.test(protocol)) throw new TypeError(protocol);
		// The pages of the user interface are no API host; jsforce refuses them too.
		if (!hostname.endsWith('.lightning.force.com')) return found;
	} catch (error) {
		throw badUrl(error);
	}
	throw badUrl();
}

const badUrl = (cause?: unknown): SalesforceError =>
	new SalesforceError(
		'BAD_INSTANCE_URL',
		{
			rule: {
				action: 'fail-config',
				message: 'The Salesforce URL of the credential cannot be used',
				remedy:
					'Enter the My Domain URL, such as https://mycompany.my.salesforce.com (Setup > My Domain), and connect the credential again.',
			},
		},
		{ cause },
	);

/**
 * Lets only SalesforceError and cancellation out of `work`: jsforce trips over an answer that is
 * valid JSON but not what was asked for.
 */
export async function speaking<T>(
	connection: SalesforceConnection,
	work: () => Promise<T>,
): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof SalesforceError) throw error;
		connection.host.signal?.throwIfAborted();
		if (error instanceof TypeError) throw salesforceError('UNREADABLE_ANSWER', { cause: error });
		throw error;
	}
}
