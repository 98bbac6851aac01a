import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../n8n-host/n8n.ts';

/** A private Redis on loopback that keeps its data over `stop` and `start`. */
export interface PrivateRedis {
	readonly port: number;
	stop(): Promise<void>;
	start(): Promise<void>;
	/** Stops it and removes its files. */
	remove(): Promise<void>;
}

const START_MS = 10_000;

function find(): string | undefined {
	return (process.env['PATH'] ?? '')
		.split(path.delimiter)
		.map((folder) => path.join(folder, 'redis-server'))
		.find((file) => existsSync(file));
}

/** Path of redis-server, installed from Debian's packages when root; else why not. */
export function redisBinary(): { file: string } | { missing: string } {
	const there = find();
	if (there) return { file: there };
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
		return { missing: 'Redis is not installed; install it (Debian: apt-get install redis-server)' };
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	try {
		execFileSync('apt-get', ['update'], { stdio: 'ignore', env });
		execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], {
			stdio: 'ignore',
			env,
		});
	} catch {
		return { missing: 'Redis could not be installed with apt-get' };
	}
	const installed = find();
	return installed ? { file: installed } : { missing: 'apt-get installed no redis-server' };
}

export async function startRedis(file: string): Promise<PrivateRedis> {
	const folder = mkdtempSync(path.join(tmpdir(), 'cluster-redis-'));
	const port = await freePort();
	let server: ChildProcess | undefined;
	const start = async (): Promise<void> => {
		server = spawn(
			file,
			['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes'],
			{ stdio: 'ignore' },
		);
		await untilItListens(port);
	};
	const stop = async (): Promise<void> => {
		const running = server;
		server = undefined;
		if (!running || running.exitCode !== null) return;
		const ended = new Promise((resolve) => running.once('exit', resolve));
		running.kill('SIGTERM');
		await ended;
	};
	const onExit = (): void => void server?.kill('SIGKILL');
	process.once('exit', onExit);
	await start();
	return {
		port,
		start,
		stop,
		remove: async () => {
			await stop();
			process.off('exit', onExit);
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

async function untilItListens(port: number): Promise<void> {
	const giveUpAt = Date.now() + START_MS;
	for (;;) {
		const listens = await new Promise<boolean>((resolve) => {
			const socket = createConnection({ port, host: '127.0.0.1' });
			socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
			socket.once('connect', () => socket.destroy());
		});
		if (listens) return;
		if (Date.now() > giveUpAt) throw new Error('Redis does not listen');
		await sleep(50);
	}
}
