/**
 * Brings n8n's built-in Salesforce and Brevo nodes, whose hosts are fixed, to the sandbox: an HTTP
 * CONNECT proxy on loopback that ends TLS with a throw-away certificate.
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

/** What is brought to the sandbox. Everything else is refused, so that nothing leaves the machine. */
const HOSTS = ['api.brevo.com', '*.salesforce.com', '*.my.salesforce.com'] as const;
const HTTPS = '443';

const isServed = (host: string): boolean =>
	HOSTS.some((served) => {
		if (!served.startsWith('*')) return host === served;
		const [first = '', ...rest] = host.split('.');
		return first !== '' && `*.${rest.join('.')}` === served;
	});

export interface Proxy {
	readonly port: number;
	/** What the measured n8n gets in its environment, and nobody else. */
	readonly env: Readonly<Record<string, string>>;
	/** `host:port` or URL of each request that was not let through. */
	readonly refused: readonly string[];
	close(): Promise<void>;
}

/**
 * Starts the proxy in front of a sandbox.
 * @param origin of the sandbox, e.g. `http://127.0.0.1:4010`
 * @param folder for the certificate of the authority that n8n is to trust
 */
export async function startProxy(origin: string, folder: string): Promise<Proxy> {
	const { authority, context } = await certificates();
	const authorityFile = path.join(folder, 'proxy-authority.pem');
	writeFileSync(authorityFile, authority);
	const target = Number(new URL(origin).port);
	const refused: string[] = [];
	const open = new Set<Duplex>();

	const server = http.createServer(({ url = '' }, response) => {
		refused.push(url);
		response.writeHead(403).end('Only HTTPS to Salesforce and Brevo is served here.');
	});
	server.on('connect', ({ url = '' }: http.IncomingMessage, socket: Duplex) => {
		const [host = '', port = ''] = url.split(':');
		if (!isServed(host) || port !== HTTPS) {
			refused.push(url);
			socket.on('error', () => undefined).end('HTTP/1.1 403 Forbidden\r\n\r\n');
			return;
		}
		open.add(socket.once('close', () => open.delete(socket)));
		socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
		join(new tls.TLSSocket(socket, { isServer: true, secureContext: context }), target);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
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

/** A new authority, and a TLS context for all hosts that it has signed. */
async function certificates(): Promise<{
	readonly authority: string;
	readonly context: tls.SecureContext;
}> {
	const ca = await generate([{ name: 'commonName', value: 'Contact sync throw-away authority' }], {
		keyType: 'ec',
		algorithm: 'sha256',
		extensions: [
			{ name: 'basicConstraints', cA: true, critical: true },
			{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
		],
	});
	const server = await generate([{ name: 'commonName', value: HOSTS[0] }], {
		keyType: 'ec',
		algorithm: 'sha256',
		ca: { key: ca.private, cert: ca.cert },
		extensions: [
			{ name: 'basicConstraints', cA: false },
			{ name: 'extKeyUsage', serverAuth: true },
			{ name: 'subjectAltName', altNames: HOSTS.map((value) => ({ type: 2 as const, value })) },
		],
	});
	return {
		authority: ca.cert,
		context: tls.createSecureContext({ key: server.private, cert: server.cert }),
	};
}
