import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { freePort } from '../n8n-host/n8n.ts';
import { node24, root } from '../scripts/install.cjs';
import { waitFor } from './wait.ts';

const START_MS = 60_000;
const ANSWER_MS = 300_000;

type Json = Readonly<Record<string, unknown>>;
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a run has cost, by the sandbox's own request log. */
export interface Calls {
	/** Logins included. */
	readonly salesforce: number;
	/** Brevo's bucket of 10 a second. */
	readonly brevoContacts: number;
	/** Brevo's bucket of 100 an hour, and mails. */
	readonly brevoOther: number;
}

/** The sandbox in a process of its own, so that it takes no time of who is measured. */
/** `published`: those of every plan; `largest`: of the largest plan ("Extended", Brevo docs: api-limits). */
export type BrevoLimits = 'none' | 'published' | 'largest';

const LIMITS: Readonly<Record<BrevoLimits, Json>> = {
	none: { off: true },
	published: {},
	largest: { contactsPerSecond: 60, otherPerHour: 600 },
};

export class SandboxProcess {
	readonly origin: string;
	readonly #child: ChildProcess;
	readonly #onExit = (): void => {
		this.#child.kill('SIGKILL');
	};

	private constructor(origin: string, child: ChildProcess) {
		this.origin = origin;
		this.#child = child;
		process.once('exit', this.#onExit);
	}

	/** Starts it with `contacts` invented contacts and no others. */
	static async start(contacts: number): Promise<SandboxProcess> {
		const port = await freePort();
		const args = [
			'--max-old-space-size=6000',
			path.join('sandbox', 'main.ts'),
			'--port',
			`${port}`,
		];
		const child = spawn(node24, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
		const sandbox = new SandboxProcess(`http://127.0.0.1:${port}`, child);
		try {
			await sandbox.#answers();
			await sandbox.#populate(contacts);
		} catch (error) {
			await sandbox.close();
			throw error;
		}
		return sandbox;
	}

	/** One of the actions of sandbox/README.md. */
	async act<Answer = Json>(
		service: 'salesforce' | 'brevo',
		action: string,
		input: Json = {},
	): Promise<Answer> {
		return await this.#call('POST', `/${service}/${action}`, input);
	}

	async limitBrevo(limits: BrevoLimits): Promise<void> {
		await this.act('brevo', 'setLimits', LIMITS[limits]);
	}

	async contactsInBrevo(): Promise<number> {
		return (await this.act<{ contacts: number }>('brevo', 'state')).contacts;
	}

	/** Members of the only list; 0 while there is none. */
	async membersInBrevo(): Promise<number> {
		const { lists } = await this.act<{ lists: Array<{ contacts: number }> }>('brevo', 'state');
		return lists[0]?.contacts ?? 0;
	}

	async resetCalls(): Promise<void> {
		await this.#call('DELETE', '/requests');
	}

	async calls(): Promise<Calls> {
		const { counts } = await this.#call<{ counts: Counts }>('GET', '/requests');
		const { contacts = 0, other = 0, mail = 0 } = counts['brevo'] ?? {};
		const salesforce = Object.values(counts['salesforce'] ?? {});
		return {
			salesforce: salesforce.reduce((sum, count) => sum + count, 0),
			brevoContacts: contacts,
			brevoOther: other + mail,
		};
	}

	async close(): Promise<void> {
		process.off('exit', this.#onExit);
		if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
		const ended = new Promise((resolve) => this.#child.once('exit', resolve));
		this.#child.kill('SIGKILL');
		await ended;
	}

	async #answers(): Promise<void> {
		await waitFor(
			async () => {
				if (this.#child.exitCode !== null) throw new Error('The sandbox ended at once');
				return await this.#call('GET', '/clock').catch(() => undefined);
			},
			{ what: 'the sandbox to start', timeoutMs: START_MS },
		);
	}

	async #populate(contacts: number): Promise<void> {
		const sample = await this.act<Array<{ Id: string }>>('salesforce', 'records', {
			object: 'Contact',
		});
		for (const { Id: id } of sample)
			await this.act('salesforce', 'hardDelete', { object: 'Contact', id });
		await this.act('salesforce', 'setLimit', { limit: Number.MAX_SAFE_INTEGER });
		await this.act('salesforce', 'generate', { count: contacts });
		const { contacts: found } = await this.act<{ contacts: { live: number } }>(
			'salesforce',
			'state',
		);
		if (found.live !== contacts)
			throw new Error(`The sandbox holds ${found.live} contacts, not ${contacts}`);
	}

	async #call<Answer>(method: string, where: string, body?: Json): Promise<Answer> {
		const response = await fetch(`${this.origin}/_sandbox${where}`, {
			method,
			...(body && { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(ANSWER_MS),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`The sandbox answered ${where} with ${text.slice(0, 300)}`);
		return JSON.parse(text) as Answer;
	}
}
