/** A real n8n with the packed package, driven over its REST API as the editor does. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
import type { IConnections, INode, IRunExecutionData, IWorkflowSettings } from 'n8n-workflow';
import { N8nProcess } from './process.ts';
import type { N8nOptions } from './process.ts';

export { freePort } from './process.ts';
export type { N8nOptions } from './process.ts';

/** The owner that every n8n started here gets. It listens on loopback only. */
export const OWNER = { email: 'owner@example.com', password: 'Contact-Sync-1' } as const;

const REQUEST_MS = 30_000;
const PUBLISH_MS = 60_000;

export interface CredentialRef {
	readonly id: string;
	readonly name: string;
	readonly type: string;
}
/** A workflow as exported or shipped as template: node ids and credentials may be missing. */
export interface WorkflowTemplate {
	readonly name: string;
	readonly nodes: readonly (Omit<INode, 'id'> & { readonly id?: string })[];
	readonly connections: IConnections;
	readonly settings?: IWorkflowSettings;
}
export interface SavedWorkflow {
	readonly id: string;
	readonly name: string;
	readonly versionId: string;
	readonly active: boolean;
}
export type ExecutionStatus =
	'new' | 'running' | 'waiting' | 'success' | 'error' | 'crashed' | 'canceled';
export interface ExecutionSummary {
	readonly id: string;
	readonly workflowId: string;
	readonly status: ExecutionStatus;
	readonly mode: string;
	readonly startedAt: string | null;
	readonly stoppedAt: string | null;
}
export interface Execution extends ExecutionSummary {
	readonly data: IRunExecutionData;
}

interface PublicationStatus {
	readonly status: string;
	readonly triggers?: readonly { readonly errorMessage?: string | null }[];
}

export class N8n {
	readonly #process: N8nProcess;
	#cookie = '';

	private constructor(started: N8nProcess) {
		this.#process = started;
	}

	static async start(options: N8nOptions): Promise<N8n> {
		const n8n = new N8n(await N8nProcess.start(options));
		try {
			await n8n.#signIn();
		} catch (error) {
			await n8n.kill();
			throw error;
		}
		return n8n;
	}

	get origin(): string {
		return this.#process.origin;
	}
	get pid(): number {
		return this.#process.pid;
	}
	get logFile(): string {
		return this.#process.logFile;
	}
	/** The last lines of its log. */
	logTail(lines?: number): string {
		return this.#process.logTail(lines);
	}
	/** SIGTERM, and wait for the end. */
	async stop(): Promise<void> {
		await this.#process.stop();
	}
	/** SIGKILL, as a crash. */
	async kill(): Promise<void> {
		await this.#process.kill();
	}

	/** One REST call; gives `data` of the answer, or the answer where it has none. */
	async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
		const response = await fetch(this.origin + path, {
			method,
			headers: { 'content-type': 'application/json', cookie: this.#cookie },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(REQUEST_MS),
		});
		const text = await response.text();
		if (!response.ok) {
			throw new RefusedError(
				`n8n: ${method} ${path} was answered with ${response.status} ${text.slice(0, 600)}`,
				response.status,
			);
		}
		const cookies = response.headers.getSetCookie();
		if (cookies.length > 0) this.#cookie = cookies.map((one) => one.split(';')[0]).join('; ');
		const answer = JSON.parse(text) as { data?: Answer };
		return answer.data ?? (answer as Answer);
	}

	async importCredential(credential: {
		readonly name: string;
		readonly type: string;
		readonly data: Readonly<Record<string, unknown>>;
	}): Promise<CredentialRef> {
		return await this.call<CredentialRef>('POST', '/rest/credentials', credential);
	}

	/**
	 * Saves a workflow. Each node gets those of the given credentials whose type it asks for, which
	 * is what a user picks in the panel after importing a template.
	 */
	async importWorkflow(
		template: WorkflowTemplate,
		credentials: readonly CredentialRef[] = [],
	): Promise<SavedWorkflow> {
		const asked = await this.#credentialTypes(template.nodes);
		const nodes = template.nodes.map((node) => {
			const chosen = credentials
				.filter(({ type }) => asked.get(node.type.split('.').at(-1) ?? '')?.has(type))
				.map(({ id, name, type }) => [type, { id, name }] as const);
			return {
				...node,
				id: node.id ?? randomUUID(),
				...(chosen.length > 0 ? { credentials: Object.fromEntries(chosen) } : {}),
			};
		});
		const { name, connections, settings = { executionOrder: 'v1' } } = template;
		return await this.call('POST', '/rest/workflows', { name, nodes, connections, settings });
	}

	/** Publishes (activates) a workflow and waits until its triggers run. */
	async publish({ id, versionId }: Pick<SavedWorkflow, 'id' | 'versionId'>): Promise<void> {
		await this.call('POST', `/rest/workflows/${id}/activate`, { versionId });
		const giveUpAt = Date.now() + PUBLISH_MS;
		while (Date.now() < giveUpAt) {
			const { status, triggers = [] } = await this.call<PublicationStatus>(
				'GET',
				`/rest/workflows/${id}/publication-status`,
			);
			if (status === 'published') return;
			if (status !== 'in_progress') {
				const why = triggers.flatMap(({ errorMessage }) => errorMessage ?? []).join('; ');
				throw new Error(`n8n could not publish workflow ${id} (${status}): ${why}`);
			}
			await sleep(100);
		}
		throw new Error(`n8n did not publish workflow ${id} within ${PUBLISH_MS / 1000} s`);
	}

	async unpublish(id: string): Promise<void> {
		await this.call('POST', `/rest/workflows/${id}/deactivate`, {});
	}

	/** Runs a workflow from one of its triggers, as the editor's test button does, to its end. */
	async test(id: string, trigger: string, timeoutMs = 60_000): Promise<Execution> {
		const { id: executionId } = await this.run(id, trigger, timeoutMs);
		return await this.execution(executionId);
	}

	/** As `test`, but without what the nodes put out, which may be large. */
	async run(id: string, trigger: string, timeoutMs = 60_000): Promise<ExecutionSummary> {
		const giveUpAt = Date.now() + timeoutMs;
		const { executionId } = await this.call<{ executionId: string }>(
			'POST',
			`/rest/workflows/${id}/run`,
			{ triggerToStartFrom: { name: trigger } },
		);
		for (;;) {
			const executions = await this.executions(id).catch(unreachable);
			const execution = executions.find((one) => one.id === executionId);
			if (execution && !['new', 'running', 'waiting'].includes(execution.status)) return execution;
			if (Date.now() > giveUpAt) throw new Error(`Execution ${executionId} did not end in time`);
			await sleep(100);
		}
	}

	/** The executions of a workflow, newest first. */
	async executions(workflowId: string, most = 100): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.call<{ results: ExecutionSummary[] }>(
			'GET',
			`/rest/executions?filter=${filter}&limit=${most}`,
		);
		return results;
	}

	/** One execution with what each node put out (`data.resultData.runData`). */
	async execution(id: string): Promise<Execution> {
		const raw = await this.call<ExecutionSummary & { data: string }>(
			'GET',
			`/rest/executions/${id}`,
		);
		return { ...raw, data: parse(raw.data) as IRunExecutionData };
	}

	async #signIn(): Promise<void> {
		const { email, password } = OWNER;
		const signIn = (): Promise<unknown> =>
			this.call('POST', '/rest/login', { emailOrLdapLoginId: email, password });
		const setUp = { email, password, firstName: 'Contact', lastName: 'Sync' };
		const giveUpAt = Date.now() + REQUEST_MS;
		for (;;) {
			try {
				await signIn();
				return;
			} catch (error) {
				const status = error instanceof RefusedError ? error.status : 0;
				// 401: a new n8n without an owner. Anything else: its routes are not up yet.
				if (status === 401) await this.call('POST', '/rest/owner/setup', setUp);
				else if (Date.now() > giveUpAt) throw error;
				else await sleep(200);
			}
		}
	}

	/** The credential types that each node type asks for. n8n answers with names without package. */
	async #credentialTypes(
		nodes: readonly Pick<INode, 'type' | 'typeVersion'>[],
	): Promise<Map<string, Set<string>>> {
		const nodeInfos = nodes.map(({ type, typeVersion }) => ({ name: type, version: typeVersion }));
		const types = await this.call<{ name: string; credentials?: { name: string }[] }[]>(
			'POST',
			'/rest/node-types',
			{ nodeInfos },
		);
		return new Map(
			types.map(({ name, credentials = [] }) => [
				name,
				new Set(credentials.map((credential) => credential.name)),
			]),
		);
	}
}

/** While nodes keep n8n busy it answers late, not at all or with 503; then one looks again. */
function unreachable(error: unknown): ExecutionSummary[] {
	if (error instanceof RefusedError && error.status < 500) throw error;
	return [];
}

/** n8n answered, but not with success. */
export class RefusedError extends Error {
	override readonly name = 'RefusedError';
	readonly status: number;

	constructor(message: string, status: number) {
		super(message);
		this.status = status;
	}
}
