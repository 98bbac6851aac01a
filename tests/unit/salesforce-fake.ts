import type { Host, Http, HttpRequest, HttpResponse } from '../../sync/host.ts';
import { NoAnswerError } from '../../sync/host.ts';
import { salesforceConnection } from '../../sync/salesforce/connection.ts';

/** What a scripted Salesforce does with one request. */
export type Step =
	| { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> }
	| 'no answer'
	| 'silence';

export const DATE = 'Wed, 06 May 2026 12:07:50 GMT';

/** A connection whose requests are answered by the steps in turn, and what was asked and waited. */
export function scripted(steps: readonly Step[], signal?: AbortSignal) {
	const requests: HttpRequest[] = [];
	const waits: number[] = [];
	const left = [...steps];
	const http: Http = (request) => {
		requests.push(request);
		const step = left.shift();
		if (!step) throw new Error(`The script has no answer for ${request.method} ${request.url}`);
		if (step === 'silence') return new Promise<HttpResponse>(() => undefined);
		if (step === 'no answer') return Promise.reject(new NoAnswerError('No answer (ECONNRESET)'));
		const { status, body, headers } = step;
		return Promise.resolve({
			status,
			headers: {
				'content-type': 'application/json;charset=UTF-8',
				date: DATE,
				'sforce-limit-info': 'api-usage=891/15000',
				...headers,
			},
			body: typeof body === 'string' ? body : JSON.stringify(body),
		});
	};
	const host: Host = {
		clock: { now: () => 0 },
		sleep: (milliseconds) => {
			waits.push(milliseconds);
			return Promise.resolve();
		},
		logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
		...(signal && { signal }),
	};
	const connection = salesforceConnection({
		http,
		host,
		instanceUrl: 'https://mycompany.my.salesforce.com/home/home.jsp',
		random: () => 0.5,
	});
	return { connection, requests, waits, left };
}

/** One record as Salesforce sends it. */
export const row = (id: string, fields: Record<string, unknown> = {}) => ({
	attributes: { type: 'Contact', url: `/services/data/v67.0/sobjects/Contact/${id}` },
	Id: id,
	...fields,
});

export const page = (records: readonly unknown[], next?: string) => ({
	status: 200,
	body: {
		totalSize: 2086,
		done: next === undefined,
		...(next !== undefined && { nextRecordsUrl: `/services/data/v67.0/query/${next}` }),
		records,
	},
});

export const refusal = (
	status: number,
	errorCode: string,
	message = 'text',
	fields?: string[],
) => ({
	status,
	body: [{ message, errorCode, ...(fields && { fields }) }],
});
