import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import { type Proxy, startProxy } from '../../n8n-host/proxy.ts';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

let folder: string;
let sandbox: Sandbox;
let proxy: Proxy;

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'proxy-'));
	sandbox = await startSandbox();
	proxy = await startProxy(sandbox.origin, folder);
});
afterAll(async () => {
	await proxy.close();
	await sandbox.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Asks the proxy for a way to `target`, as n8n does. */
async function connect(
	target: string,
	port = proxy.port,
): Promise<{ status: number; socket: Duplex }> {
	const request = http.request({ port, method: 'CONNECT', path: target }).end();
	return await new Promise((resolve, reject) => {
		request.once('error', reject).once('connect', ({ statusCode = 0 }, socket) => {
			resolve({ status: statusCode, socket });
		});
	});
}

/** One GET over TLS through the proxy, trusting nothing but the proxy's authority. */
async function get(host: string, where: string, headers = {}): Promise<[number, unknown]> {
	const { socket } = await connect(`${host}:443`);
	const ca = readFileSync(proxy.env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8');
	const secure = tls.connect({ socket, servername: host, ca });
	const options = { createConnection: () => secure, host, path: where, headers };
	return await new Promise((resolve, reject) => {
		https
			.get(options, (response) => {
				let text = '';
				response
					.setEncoding('utf8')
					.on('data', (part: string) => (text += part))
					.on('end', () => {
						secure.destroy();
						resolve([response.statusCode ?? 0, JSON.parse(text)]);
					});
			})
			.once('error', reject);
	});
}

test('Salesforce and Brevo under their real names are the sandbox, over TLS that n8n can check', async () => {
	const [, versions] = await get('sandbox-org.my.salesforce.com', '/services/data');
	expect(versions).toContainEqual(expect.objectContaining({ version: '59.0' }));
	const [status, account] = await get('api.brevo.com', '/v3/account', { 'api-key': BREVO_KEY });
	expect([status, account]).toMatchObject([200, { organization_id: expect.any(String) }]);
});

test.each([
	'example.com:443',
	'api.brevo.com.example.com:443',
	'api.brevo.com:80',
	'brevo.com:443',
])('nothing leaves the machine: %s is refused and noted', async (target) => {
	const { status, socket } = await connect(target);
	socket.destroy();
	expect(status).toBe(403);
	expect(proxy.refused).toContain(target);
});

test('a plain HTTP request is refused, also to a host that is served', async () => {
	const response = await fetch(`http://127.0.0.1:${proxy.port}/`);
	expect(response.status).toBe(403);
});

test('connections beyond the most that are served at a time wait for their turn', async () => {
	const narrow = await startProxy(sandbox.origin, folder, undefined, 1);
	const target = 'api.brevo.com:443';
	try {
		const first = await connect(target, narrow.port);
		let isServed = false;
		const second = connect(target, narrow.port).then((served) => {
			isServed = true;
			return served;
		});
		// Whoever goes away while waiting takes no turn.
		const gone = http.request({ port: narrow.port, method: 'CONNECT', path: target }).end();
		gone.on('error', () => undefined);
		await pause(50);
		gone.destroy();
		expect(isServed).toBe(false);
		first.socket.destroy();
		const { status, socket } = await second;
		expect(status).toBe(200);
		socket.destroy();
		expect((await connect(target, narrow.port)).status).toBe(200);
	} finally {
		await narrow.close();
	}
});
