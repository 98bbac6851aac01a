/**
 * Brings programs whose hosts are fixed, such as n8n's built-in Salesforce and Brevo nodes, to a server
 * on loopback: an HTTP CONNECT proxy that ends TLS with a throw-away certificate.
 *
 *   built-in node --CONNECT api.brevo.com:443--> proxy --plain HTTP--> sandbox
 */
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { type Duplex, pipeline } from 'node:stream';
import tls from 'node:tls';
import { generate } from 'selfsigned';

const HTTPS = '443';
/** A connection takes two file handles, of which a process may have some ten thousand; n8n's built-in
 *  nodes open one for each item at once. */
const MOST_JOINED = 4_000;
const BACKLOG = 4_096;

/** What the sandbox stands for. */
export const isSalesforceOrBrevo = (host: string): boolean =>
	host === 'api.brevo.com' || /^[^.]+(?:\.my)?\.salesforce\.com$/.test(host);

export interface Proxy {
	readonly port: number;
	/** What the measured n8n gets in its environment, and nobody else. */
	readonly env: Readonly<Record<string, string>>;
	/** `host:port` or URL of each request that was not let through. */
	readonly refused: readonly string[];
	close(): Promise<void>;
}

/**
 * Starts the proxy in front of a server.
 * @param origin of the server, e.g. `http://127.0.0.1:4010`
 * @param folder for the certificate of the authority that n8n is to trust
 * @param isServed which hosts are brought there; everything else is refused: nothing leaves the machine
 * @param most connections served at a time; more wait
 */
export async function startProxy(
	origin: string,
	folder: string,
	isServed: (host: string) => boolean = isSalesforceOrBrevo,
	most = MOST_JOINED,
): Promise<Proxy> {
	const { authority, contextFor } = await certificates();
	const authorityFile = path.join(folder, 'proxy-authority.pem');
	writeFileSync(authorityFile, authority);
	const target = Number(new URL(origin).port);
	const refused: string[] = [];
	const open = new Set<Duplex>();
	const waiting: Array<() => void> = [];
	let joined = 0;
	const serveNext = (): void => {
		while (joined < most && waiting.length > 0) waiting.shift()?.();
	};

	const server = http.createServer(({ url = '' }, response) => {
		refused.push(url);
		response.writeHead(403).end('Only HTTPS is served here.');
	});
	server.on('connect', ({ url = '' }: http.IncomingMessage, socket: Duplex) => {
		const [host = '', port = ''] = url.split(':');
		if (!isServed(host) || port !== HTTPS) {
			refused.push(url);
			socket.on('error', () => undefined).end('HTTP/1.1 403 Forbidden\r\n\r\n');
			return;
		}
		open.add(socket.on('error', () => undefined).once('close', () => open.delete(socket)));
		// Nothing is said before the answer; only who reads notices that the other has gone.
		const leave = (): Duplex => socket.destroy();
		socket.resume().once('end', leave);
		waiting.push(() => {
			if (socket.destroyed) return;
			socket.pause().off('end', leave);
			joined += 1;
			void contextFor(host).then((secureContext) => {
				socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
				const client = new tls.TLSSocket(socket, { isServer: true, secureContext });
				client.once('close', () => {
					joined -= 1;
					serveNext();
				});
				join(client, target);
			});
		});
		serveNext();
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', BACKLOG, resolve);
	});
	const { port } = server.address() as net.AddressInfo;
	const url = `http://127.0.0.1:${port}`;
	return {
		port,
		env: {
			HTTP_PROXY: url,
			HTTPS_PROXY: url,
			NO_PROXY: '127.0.0.1,localhost',
			NODE_EXTRA_CA_CERTS: authorityFile,
		},
		refused,
		close: async () => {
			for (const socket of open) socket.destroy();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Both ways between a decrypted connection and the sandbox, until one of them ends. */
function join(client: tls.TLSSocket, port: number): void {
	const sandbox = net.connect({ host: '127.0.0.1', port, noDelay: true });
	// A cut connection is the sandbox's business (it cuts some on purpose), not the proxy's.
	pipeline(client, sandbox, () => undefined);
	pipeline(sandbox, client, () => undefined);
}

/** A new authority, and the TLS context of each host that it signs for. */
async function certificates(): Promise<{
	readonly authority: string;
	readonly contextFor: (host: string) => Promise<tls.SecureContext>;
}> {
	const ca = await generate([{ name: 'commonName', value: 'Contact sync throw-away authority' }], {
		keyType: 'ec',
		algorithm: 'sha256',
		extensions: [
			{ name: 'basicConstraints', cA: true, critical: true },
			{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
		],
	});
	const certify = async (host: string): Promise<tls.SecureContext> => {
		const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
			keyType: 'ec',
			algorithm: 'sha256',
			ca: { key: ca.private, cert: ca.cert },
			extensions: [
				{ name: 'basicConstraints', cA: false },
				{ name: 'extKeyUsage', serverAuth: true },
				{ name: 'subjectAltName', altNames: [{ type: 2 as const, value: host }] },
			],
		});
		return tls.createSecureContext({ key, cert });
	};
	const contexts = new Map<string, Promise<tls.SecureContext>>();
	return {
		authority: ca.cert,
		contextFor: async (host) => {
			const context = contexts.get(host) ?? certify(host);
			contexts.set(host, context);
			return await context;
		},
	};
}
