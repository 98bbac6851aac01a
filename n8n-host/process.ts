import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { node24 } from '../scripts/install.cjs';

export const PACKAGE = 'n8n-nodes-salesforce-brevo';
const START_MS = 120_000;
const STOP_MS = 20_000;

// Nothing of the outer shell's n8n, database or test runner may reach the n8n that is under test.
const NOT_OURS =
	/^(N8N_|WEBHOOK_|DB_|QUEUE_|EXECUTIONS_|npm_|JEST_|NODE_OPTIONS$|NODE_PATH$|NODE_ENV$)/;

const SETTINGS = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_HOST: '127.0.0.1',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_SECURE_COOKIE: 'false',
	GENERIC_TIMEZONE: 'UTC',
	// Parts of n8n that no workflow here uses; some of them call n8n's own servers at start.
	N8N_DISABLED_MODULES:
		'mcp-registry,instance-ai,agents,chat-hub,workflow-builder,insights,quick-connect,external-secrets,source-control',
};

/** A TCP port on loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** Puts the packed package where n8n's own installer would, so that it has its real type names. */
function unpack(tarball: string, userFolder: string): void {
	const folder = path.join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

/** What a process of n8n does in queue mode; `main` alone is a whole n8n. */
export type N8nRole = 'main' | 'worker' | 'webhook';

const COMMANDS: Record<N8nRole, readonly string[]> = {
	main: ['start'],
	worker: ['worker', '--concurrency=5'],
	webhook: ['webhook'],
};

export interface N8nOptions {
	/** Folder from `installN8n()`. */
	readonly hostDir: string;
	/** n8n's data; give the same folder again to go on after a stop or a crash. */
	readonly userFolder: string;
	/** Packed package from `packPackage()`; left out, what the user folder has stays. */
	readonly packageTarball?: string;
	readonly port?: number;
	/** Default `main`. */
	readonly role?: N8nRole;
	/** Added to the environment, e.g. N8N_EXPRESSION_ENGINE. */
	readonly env?: Readonly<Record<string, string>>;
}

/** A running n8n, without any knowledge of its REST API. */
export class N8nProcess {
	readonly origin: string;
	readonly logFile: string;
	readonly #child: ChildProcess;
	readonly #ended: Promise<void>;
	readonly #onExit = (): void => {
		this.#signalGroup('SIGKILL');
	};

	private constructor(origin: string, logFile: string, child: ChildProcess) {
		this.origin = origin;
		this.logFile = logFile;
		this.#child = child;
		this.#ended = new Promise((resolve) => {
			child.once('exit', () => {
				resolve();
			});
		});
		// n8n leads a process group of its own, so that Ctrl+C reaches only us and we stop it in
		// order; when we end without having done so, it must not stay behind.
		process.once('exit', this.#onExit);
	}

	get pid(): number {
		const { pid } = this.#child;
		if (pid === undefined) throw new Error('n8n could not be started');
		return pid;
	}

	/** Starts n8n and waits until it answers. */
	static async start(options: N8nOptions): Promise<N8nProcess> {
		const { hostDir, userFolder, packageTarball, role = 'main', env = {} } = options;
		mkdirSync(userFolder, { recursive: true });
		if (packageTarball) unpack(packageTarball, userFolder);
		const port = options.port ?? (await freePort());
		const inherited = Object.entries(process.env).filter(([name]) => !NOT_OURS.test(name));
		const logFile = path.join(userFolder, role === 'main' ? 'n8n.log' : `${role}-${port}.log`);
		const log = openSync(logFile, 'a');
		const bin = path.join(hostDir, 'node_modules', '.bin');
		const child = spawn(
			node24,
			[path.join(hostDir, 'node_modules', 'n8n', 'bin', 'n8n'), ...COMMANDS[role]],
			{
				cwd: userFolder,
				detached: true,
				stdio: ['ignore', log, log],
				env: {
					...Object.fromEntries(inherited),
					...SETTINGS,
					PATH: [path.dirname(node24), bin, process.env['PATH'] ?? ''].join(path.delimiter),
					N8N_USER_FOLDER: userFolder,
					N8N_PORT: String(port),
					...(role === 'worker' && {
						QUEUE_HEALTH_CHECK_ACTIVE: 'true',
						QUEUE_HEALTH_CHECK_PORT: String(port),
						N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
					}),
					N8N_RUNNERS_BROKER_PORT: String(await freePort()),
					...env,
				},
			},
		);
		closeSync(log);
		const started = new N8nProcess(`http://127.0.0.1:${port}`, logFile, child);
		try {
			await started.#answers();
		} catch (error) {
			await started.kill();
			throw error;
		}
		return started;
	}

	/** The last lines of n8n's log, for error messages. */
	logTail(lines = 30): string {
		if (!existsSync(this.logFile)) return '';
		return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
	}

	/** Stops n8n as an administrator would (SIGTERM) and waits until it has ended. */
	async stop(): Promise<void> {
		if (this.#running) this.#child.kill('SIGTERM');
		await Promise.race([this.#ended, sleep(STOP_MS, undefined, { ref: false })]);
		await this.kill();
	}

	/** Ends n8n at once (SIGKILL), as a crash or a power cut would. */
	async kill(): Promise<void> {
		// Also after an orderly end: its task runner may outlive it by a moment.
		this.#signalGroup('SIGKILL');
		if (this.#running) await this.#ended;
		process.off('exit', this.#onExit);
	}

	get #running(): boolean {
		return this.#child.exitCode === null && this.#child.signalCode === null;
	}

	#signalGroup(signal: NodeJS.Signals): void {
		try {
			process.kill(-this.pid, signal);
		} catch {
			// No process of the group is left.
		}
	}

	async #answers(): Promise<void> {
		const giveUpAt = Date.now() + START_MS;
		while (this.#running && Date.now() < giveUpAt) {
			const ready = await fetch(`${this.origin}/healthz/readiness`, {
				signal: AbortSignal.timeout(2000),
			}).then(
				(response) => response.ok,
				() => false,
			);
			if (ready) return;
			await sleep(200);
		}
		const what = this.#running ? `did not answer within ${START_MS / 1000} s` : 'ended at once';
		throw new Error(`n8n ${what}. The end of ${this.logFile}:\n${this.logTail()}`);
	}
}
