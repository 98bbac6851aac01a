import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';

/** A private PostgreSQL server on loopback that lives as long as the tests. */
export interface PrivatePostgres {
	readonly port: number;
	/** Makes a new, empty database and returns its connection string. */
	createDatabase(): Promise<string>;
	/** Runs one statement in a database. */
	query(connectionString: string, statement: string): Promise<unknown[]>;
	/** Stops the server without its files, and starts it again on the same port. */
	stop(): Promise<void>;
	start(): Promise<void>;
	/** Stops the server and removes its files. */
	remove(): Promise<void>;
}

const DEBIAN_BINARIES = '/usr/lib/postgresql';
const SERVER_USER = 'postgres';
export const PASSWORD = 'correct-horse';
const isRoot = process.getuid?.() === 0;

/** The folder with initdb and postgres, installed from Debian's packages when root; else why not. */
export function postgresBinaries(): { folder: string } | { missing: string } {
	const folder = installedBinaries();
	if (folder) return { folder };
	if (!isRoot || !existsSync('/usr/bin/apt-get')) {
		return {
			missing: 'PostgreSQL is not installed; install it (Debian: apt-get install postgresql)',
		};
	}
	try {
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		execFileSync('apt-get', ['update'], { stdio: 'ignore', env });
		execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], {
			stdio: 'ignore',
			env,
		});
	} catch {
		return { missing: 'PostgreSQL could not be installed with apt-get' };
	}
	const installed = installedBinaries();
	return installed ? { folder: installed } : { missing: 'apt-get installed no PostgreSQL server' };
}

function installedBinaries(): string | undefined {
	const versions = existsSync(DEBIAN_BINARIES) ? readdirSync(DEBIAN_BINARIES) : [];
	const folders = versions
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(DEBIAN_BINARIES, version, 'bin'));
	return [...folders, ...(process.env['PATH'] ?? '').split(':')].find(
		(folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
	);
}

export async function startPostgres(folder: string): Promise<PrivatePostgres> {
	const home = mkdtempSync(join(tmpdir(), 'ledger-postgres-'));
	const data = join(home, 'data');
	const passwordFile = join(home, 'password');
	asServerUser('sh', ['-c', `umask 077; printf %s "$0" > "$1"`, PASSWORD, passwordFile], home);
	asServerUser(
		join(folder, 'initdb'),
		['-D', data, '-U', SERVER_USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-N'],
		home,
	);
	const port = await freePort();
	const address = (database: string) =>
		`postgres://${SERVER_USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
	let server: ChildProcess | undefined;
	let databases = 0;

	async function start(): Promise<void> {
		server = launch(folder, data, home, port);
		await untilReady(address('postgres'), server);
	}
	/** PostgreSQL: SIGINT ends the sessions and saves everything, SIGQUIT drops everything. */
	async function end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
		const running = server;
		server = undefined;
		if (!running || running.exitCode !== null) return;
		const ended = new Promise((resolve) => running.once('exit', resolve));
		running.kill(signal);
		await ended;
	}
	const onExit = (): void => void server?.kill('SIGQUIT');
	process.once('exit', onExit);
	await start();
	return {
		port,
		start,
		stop: async () => await end('SIGINT'),
		query,
		async createDatabase() {
			const name = `ledger_${++databases}`;
			await query(address('postgres'), `create database ${name}`);
			return address(name);
		},
		async remove() {
			await end('SIGQUIT');
			process.off('exit', onExit);
			rmSync(home, { recursive: true, force: true });
		},
	};
}

/** initdb and postgres refuse to run as root. */
function asServerUser(program: string, args: readonly string[], home: string): void {
	execFileSync(program, args, { stdio: 'pipe', cwd: home, ...serverIdentity(home) });
}

function serverIdentity(home: string): { uid?: number; gid?: number } {
	if (!isRoot) return {};
	execFileSync('chown', [`${SERVER_USER}:`, home]);
	const id = (flag: string) =>
		Number(execFileSync('id', [flag, SERVER_USER], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

function launch(folder: string, data: string, home: string, port: number): ChildProcess {
	const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
	return spawn(
		join(folder, 'postgres'),
		[
			...['-D', data, '-p', String(port), '-k', home, '-h', '127.0.0.1'],
			...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		],
		{ stdio: 'ignore', cwd: home, ...serverIdentity(home) },
	);
}

async function untilReady(connectionString: string, server: ChildProcess): Promise<void> {
	for (let left = 100; ; left--) {
		try {
			await query(connectionString, 'select 1');
			return;
		} catch (error) {
			if (left === 0 || server.exitCode !== null) throw error;
			await wait(100);
		}
	}
}

async function query(connectionString: string, statement: string): Promise<unknown[]> {
	const client = new Client({ connectionString });
	await client.connect();
	try {
		const { rows } = await client.query<Record<string, unknown>>(statement);
		return rows;
	} finally {
		await client.end();
	}
}

async function freePort(): Promise<number> {
	const probe = createServer();
	await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
	const address = probe.address();
	await new Promise((resolve) => probe.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('No free port');
	return address.port;
}
