import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { INodeType } from 'n8n-workflow';
import { Engine, PACKAGE } from './harness.ts';
import { BrevoSyncApi } from '../../credentials/BrevoSyncApi.credentials.ts';
import { SalesforceSyncClientCredentialsApi } from '../../credentials/SalesforceSyncClientCredentialsApi.credentials.ts';
import { brevoAccess } from '../../nodes/context/brevo.ts';
import { n8nHost } from '../../nodes/context/host.ts';
import { type HttpContext, n8nDownload, n8nHttp } from '../../nodes/context/http.ts';
import { salesforceAccess } from '../../nodes/context/salesforce.ts';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { Host, Http } from '../../sync/host.ts';
import type { SalesforceConnection } from '../../sync/salesforce/connection.ts';

export interface HostileServer {
	readonly origin: string;
	/** What came in: "METHOD /path", and every header. */
	readonly requests: Array<{ readonly line: string; readonly headers: IncomingMessage['headers'] }>;
	/** Bytes that were handed to the network. */
	sent: number;
	close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers as it likes. */
export async function startHostile(answer: Answer): Promise<HostileServer> {
	const server = createServer((request, response) => {
		const { method = '', url = '', headers } = request;
		hostile.requests.push({ line: `${method} ${url}`, headers });
		request.resume();
		answer(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const hostile: HostileServer = {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests: [],
		sent: 0,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return hostile;
}

/** Sends `chunk` for as long as somebody reads, up to `most` bytes. */
export function pour(
	server: HostileServer,
	response: ServerResponse,
	{ chunk, most }: { readonly chunk: Buffer; readonly most: number },
): void {
	let left = most;
	const more = (): void => {
		while (left > 0 && !response.destroyed) {
			left -= chunk.length;
			server.sent += chunk.length;
			if (!response.write(chunk)) {
				response.once('drain', more);
				return;
			}
		}
		response.end();
	};
	more();
}

/** What an engine of this package can do with the credentials of a node. */
export interface Reach {
	readonly http: Http;
	readonly download: Http;
	readonly brevo: () => Promise<BrevoClient>;
	readonly salesforce: () => Promise<SalesforceConnection>;
	readonly host: Host;
}

export const API_KEY = 'xkeysib-planted-secret-0001';
export const CLIENT_SECRET = 'planted-client-secret-0002';
export const ACCESS_TOKEN = 'planted-access-token-0003';

/**
 * Runs `work` inside a node of n8n's own engine, with a Brevo and a Salesforce credential that point
 * to `origin`, and gives what it gave or the error that came out of it.
 */
export async function inNode<T>(
	origin: string,
	work: (reach: Reach) => Promise<T>,
	salesforce: Readonly<Record<string, string>> = {},
): Promise<T> {
	let result: { readonly value: T } | { readonly error: unknown } | undefined;
	class Probe implements INodeType {
		description = {
			displayName: 'Probe',
			name: 'probe',
			group: ['output' as const],
			version: 1,
			description: 'Asks a server',
			defaults: { name: 'Probe' },
			inputs: ['main' as const],
			outputs: ['main' as const],
			credentials: [
				{ name: 'brevoSyncApi', required: true },
				{ name: 'salesforceSyncClientCredentialsApi', required: true },
			],
			properties: [],
		};

		async execute(this: HttpContext & Parameters<typeof n8nHost>[0]) {
			const context = this as never;
			// What waits before it asks again is not what these tests are about.
			const host: Host = { ...n8nHost(this), sleep: async () => await nextTurn() };
			try {
				const value = await work({
					http: n8nHttp(context, 'brevoSyncApi'),
					download: n8nDownload(context),
					brevo: async () => (await brevoAccess(context, host)).client,
					salesforce: async () => await salesforceAccess(context, 'clientCredentials', host),
					host,
				});
				result = { value };
			} catch (error) {
				result = { error };
			}
			return [[{ json: {} }]];
		}
	}
	const engine = new Engine({
		nodes: [Probe],
		credentials: [
			{ type: new BrevoSyncApi(), data: { apiKey: API_KEY, baseUrl: `${origin}/v3` } },
			{
				type: new SalesforceSyncClientCredentialsApi(),
				data: {
					myDomainUrl: origin,
					clientId: 'client',
					clientSecret: CLIENT_SECRET,
					accessToken: ACCESS_TOKEN,
					instanceUrl: origin,
					...salesforce,
				},
			},
		],
	});
	const run = await engine.run({
		nodes: [{ name: 'Probe', type: `${PACKAGE}.probe` }],
		connections: {},
	});
	if (!result) throw run.error ?? new Error('The probe did not run');
	if ('error' in result) throw result.error;
	return result.value;
}
