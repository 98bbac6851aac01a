import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { administer, type Administered } from './admin.ts';
import { type BrevoService, createBrevo } from './brevo-account/service.ts';
import { MovableClock } from './clock.ts';
import { BAD_GATEWAY, type Fault, Faults } from './faults.ts';
import { pattern, RequestLog } from './log.ts';
import { createSalesforce, type SalesforceService } from './salesforce-org/service.ts';
import type { SandboxReply, SandboxRequest, Service } from './service.ts';

/** More than Brevo's own 10 MB and Salesforce's 150 MB, so that their own refusals are met first. */
const MOST_BYTES = 160_000_000;

export interface SandboxOptions {
	/** 0 (default): any free port. */
	readonly port?: number;
	/** Default: the sample organisation. */
	readonly seed?: 'developer-edition' | 'empty';
	/** Contacts with Salesforce headings instead of the sample's. */
	readonly contactsCsv?: string;
	/** How far the sandbox's clock is ahead of the machine's, milliseconds. */
	readonly clockSkewMs?: number;
}

export interface Sandbox extends Administered {
	readonly origin: string;
	readonly salesforce: SalesforceService;
	readonly brevo: BrevoService;
	close(): Promise<void>;
}

/** Starts a simulated Salesforce and a simulated Brevo on one port of loopback. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const clock = new MovableClock(options.clockSkewMs);
	const salesforce = createSalesforce({
		clock,
		seed: options.seed ?? 'developer-edition',
		...(options.contactsCsv !== undefined && { contactsCsv: options.contactsCsv }),
	});
	const brevo = createBrevo({ clock });
	const administered = {
		services: [salesforce, brevo],
		clock,
		faults: new Faults(),
		log: new RequestLog(),
	};
	const server = http.createServer((request, response) => {
		void answer(administered, request, response);
	});
	server.keepAliveTimeout = 60_000;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	return {
		...administered,
		origin: `http://127.0.0.1:${port}`,
		salesforce,
		brevo,
		close: async () => {
			clock.stop();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function answer(
	sandbox: Administered,
	incoming: http.IncomingMessage,
	response: http.ServerResponse,
): Promise<void> {
	const started = performance.now();
	const request = await readRequest(incoming);
	if (!request) {
		send(sandbox, response, { status: 413, body: { message: 'Body too large' } });
		return;
	}
	if (request.path.startsWith('/_sandbox')) {
		send(sandbox, response, administer(sandbox, request));
		return;
	}
	const service = sandbox.services.find((candidate) => candidate.serves(request.path));
	if (!service) {
		send(sandbox, response, { status: 404, body: { message: 'Nothing is served here' } });
		return;
	}
	const fault = sandbox.faults.take(service.name, request.method, request.path);
	const status = await serve(sandbox, service, request, response, fault);
	sandbox.log.note({
		at: Date.now(),
		service: service.name,
		bucket: service.bucket(request),
		method: request.method,
		path: pattern(request.path),
		status,
		milliseconds: Math.round(performance.now() - started),
	});
}

/** Gives the status that was sent; 0 when the connection was cut. */
async function serve(
	sandbox: Administered,
	service: Service,
	request: SandboxRequest,
	response: http.ServerResponse,
	fault: Fault | undefined,
): Promise<number> {
	if (fault?.kind === 'delay') await sleep(fault.delayMs ?? 1000, undefined, { ref: false });
	if (fault?.kind === 'drop-before') return cut(response);
	let reply: SandboxReply;
	if (fault?.kind === 'html') reply = BAD_GATEWAY;
	else if (fault?.kind === 'status') reply = scripted(fault);
	else reply = await handled(service, request);
	if (fault?.kind === 'drop-after') return cut(response);
	send(sandbox, response, fault?.kind === 'truncate' ? half(reply) : reply);
	return reply.status;
}

const scripted = ({ status = 500, headers = {}, body = {} }: Fault): SandboxReply => ({
	status,
	headers,
	body,
});

function cut(response: http.ServerResponse): number {
	response.socket?.destroy();
	return 0;
}

/** Half of the body under a length that was announced in full would hang; so the rest is missing. */
function half(reply: SandboxReply): SandboxReply {
	const text = bytesOf(reply);
	return {
		...reply,
		body: text.subarray(0, Math.floor(text.length / 2)),
		headers: { 'content-type': 'application/json', ...reply.headers },
	};
}

/** A mistake in a service is its caller's 500, not the sandbox's end. */
async function handled(service: Service, request: SandboxRequest): Promise<SandboxReply> {
	try {
		return await service.handle(request);
	} catch (error) {
		console.error(`Sandbox ${service.name}: ${request.method} ${pattern(request.path)}`, error);
		return {
			status: 500,
			body: { message: `The sandbox itself failed: ${(error as Error).message}` },
		};
	}
}

async function readRequest(incoming: http.IncomingMessage): Promise<SandboxRequest | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of incoming as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > MOST_BYTES) return undefined;
		chunks.push(chunk);
	}
	const origin = originOf(incoming.headers.host ?? '127.0.0.1');
	const url = new URL(incoming.url ?? '/', origin);
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(incoming.headers)) {
		if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
	}
	return {
		method: incoming.method ?? 'GET',
		path: url.pathname,
		query: url.searchParams,
		headers,
		body: Buffer.concat(chunks),
		origin,
	};
}

/** Under its real names it is reached through a proxy that ends TLS (n8n-host/proxy.ts). */
const originOf = (host: string): string =>
	/\.(salesforce|brevo)\.com$/.test(host) ? `https://${host}` : `http://${host}`;

function bytesOf({ body }: SandboxReply): Buffer {
	if (body === undefined) return Buffer.alloc(0);
	if (Buffer.isBuffer(body)) return body;
	return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function send({ clock }: Administered, response: http.ServerResponse, reply: SandboxReply): void {
	const bytes = bytesOf(reply);
	const isJson = typeof reply.body === 'object' && !Buffer.isBuffer(reply.body);
	response.writeHead(reply.status, {
		date: new Date(clock.now()).toUTCString(),
		...(isJson && { 'content-type': 'application/json;charset=UTF-8' }),
		...(reply.cookies && { 'set-cookie': [...reply.cookies] }),
		...reply.headers,
		...(reply.status !== 204 && { 'content-length': String(bytes.length) }),
	});
	response.end(reply.status === 204 ? undefined : bytes);
}
