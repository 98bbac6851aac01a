/**
 * Runs workflow JSON through n8n's own execution engine in this process. Nodes and credentials are
 * the classes of the source tree; HTTP goes through n8n's helpers to whatever server a test starts.
 */
import { userFolder } from './user-folder.ts';
import 'reflect-metadata';
import { HookContext, LoadOptionsContext, WebhookContext, WorkflowExecute } from 'n8n-core';
import { createRunExecutionData, NodeHelpers, Workflow } from 'n8n-workflow';
import type {
	IConnections,
	IDataObject,
	IHookFunctions,
	ILoadOptionsFunctions,
	INode,
	INodeExecutionData,
	INodeListSearchResult,
	INodePropertyOptions,
	INodeType,
	INodeTypes,
	IRun,
	IWebhookData,
	IWebhookFunctions,
	IWorkflowExecuteAdditionalData,
	ResourceMapperFields,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { activateTrigger } from './active-trigger.ts';
import type { ActiveTrigger } from './active-trigger.ts';
import { additionalDataFor } from './additional-data.ts';
import { CredentialStore } from './credential-store.ts';
import type { StoredCredential } from './credential-store.ts';
import { EngineRun } from './engine-run.ts';

export { userFolder, CredentialStore, EngineRun };
export type { ActiveTrigger, StoredCredential };

/** Prefix of this package's node types, as in a real n8n. */
export const PACKAGE = 'n8n-nodes-salesforce-brevo';

export type NodeJson = Pick<INode, 'name' | 'type'> & Partial<INode>;
export interface WorkflowJson {
	readonly id?: string;
	readonly nodes: readonly NodeJson[];
	readonly connections: IConnections;
}

/** Connections of a chain: each node's first output to the next node. */
export function chain(...names: readonly string[]): IConnections {
	return Object.fromEntries(
		names
			.slice(0, -1)
			.map((from, at) => [
				from,
				{ main: [[{ node: names[at + 1] ?? '', type: 'main' as const, index: 0 }]] },
			]),
	);
}

type EditorMethod = (this: ILoadOptionsFunctions, ...args: unknown[]) => Promise<unknown>;

export interface EngineOptions {
	/** Node classes or instances; each is known as `<PACKAGE>.<description.name>`. */
	readonly nodes: readonly (INodeType | (new () => INodeType))[];
	readonly credentials?: readonly StoredCredential[];
}

export class Engine {
	readonly credentials: CredentialStore;
	readonly #types: Map<string, INodeType>;
	#executions = 0;

	constructor({ nodes, credentials = [] }: EngineOptions) {
		this.credentials = new CredentialStore(credentials);
		this.#types = new Map(
			nodes
				.map((node) => (typeof node === 'function' ? new node() : node))
				.map((node) => [`${PACKAGE}.${node.description.name}`, node]),
		);
	}

	/**
	 * Runs the workflow from `start` (default: its first node) to its end. With `input` that node
	 * gets these items; without, a trigger node runs as in the editor's test.
	 */
	async run(
		json: WorkflowJson,
		options: {
			readonly start?: string;
			readonly input?: readonly (INodeExecutionData | IDataObject)[];
			readonly mode?: WorkflowExecuteMode;
			/** Cancels the execution, as the editor's stop button does. */
			readonly signal?: AbortSignal;
		} = {},
	): Promise<EngineRun> {
		const workflow = this.#workflow(json);
		const start = this.#node(workflow, options.start ?? json.nodes[0]?.name ?? '');
		const input = options.input?.map(asItem) ?? [{ json: {} }];
		return await this.#execute(workflow, start, [input], options.mode ?? 'manual', options.signal);
	}

	/**
	 * Switches on the `trigger()` node called `name` and runs the workflow for everything it emits,
	 * resolving its done promise with the finished run, as n8n does.
	 */
	async activate(
		json: WorkflowJson,
		name: string,
		activation: WorkflowActivateMode = 'activate',
	): Promise<ActiveTrigger> {
		const workflow = this.#workflow(json);
		const node = this.#node(workflow, name);
		return await activateTrigger({
			workflow,
			node,
			activation,
			additionalData: this.#additionalData(workflow, 'trigger'),
			// A fresh workflow for each execution, as n8n loads it anew from its database.
			execute: (data) => this.#execute(this.#workflow(json), node, data, 'trigger'),
		});
	}

	/** Registers or removes the webhook of this node, as publishing and switching off do. */
	async hook(json: WorkflowJson, name: string, what: 'create' | 'delete'): Promise<boolean> {
		const workflow = this.#workflow(json);
		const node = this.#node(workflow, name);
		const work = this.#type(node.type).webhookMethods?.['default']?.[what];
		if (!work) throw new Error(`${node.type} has no webhook method ${what}`);
		const additionalData = this.#additionalData(workflow, 'trigger');
		const context = new HookContext(workflow, node, additionalData, 'trigger', 'activate');
		return await work.call(context as unknown as IHookFunctions);
	}

	/** Sends this to the node's webhook; gives what the node answered. `bytes`: of the unpacked body. */
	async knock(
		json: WorkflowJson,
		name: string,
		{
			headers,
			body,
			bytes = 0,
		}: {
			readonly headers: Readonly<Record<string, string>>;
			readonly body: unknown;
			readonly bytes?: number;
		},
	): Promise<{ readonly status: number; readonly body: IDataObject }> {
		const workflow = this.#workflow(json);
		const node = this.#node(workflow, name);
		const answer = { status: 0, body: {} as IDataObject };
		const httpResponse = {
			status: (status: number) => ({
				json: (body: IDataObject) => Object.assign(answer, { status, body }),
			}),
		};
		// n8n has read and unpacked the body before it asks the node.
		const httpRequest = { headers, body, rawBody: Buffer.alloc(bytes) };
		const additionalData = { ...this.#additionalData(workflow, 'webhook') };
		Object.assign(additionalData, { httpRequest, httpResponse });
		const webhook = { webhookDescription: { name: 'default' } } as IWebhookData;
		const context = new WebhookContext(
			workflow,
			node,
			additionalData,
			'webhook',
			webhook,
			[],
			null,
		);
		const type = this.#type(node.type);
		await type.webhook?.call(context as unknown as IWebhookFunctions);
		return answer;
	}

	/** Runs a `methods.loadOptions` method, as the editor does for a dropdown. */
	async loadOptions(node: NodeJson, method: string): Promise<INodePropertyOptions[]> {
		return (await this.#editorMethod(node, 'loadOptions', method)) as INodePropertyOptions[];
	}

	/** Runs a `methods.listSearch` method, as the editor does for a resource locator. */
	async listSearch(
		node: NodeJson,
		method: string,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const found = await this.#editorMethod(node, 'listSearch', method, filter, paginationToken);
		return found as INodeListSearchResult;
	}

	/** Runs a `methods.resourceMapping` method, as the editor does for a resource mapper. */
	async resourceMapping(node: NodeJson, method: string): Promise<ResourceMapperFields> {
		return (await this.#editorMethod(node, 'resourceMapping', method)) as ResourceMapperFields;
	}

	async #editorMethod(
		json: NodeJson,
		kind: 'loadOptions' | 'listSearch' | 'resourceMapping',
		name: string,
		...args: unknown[]
	): Promise<unknown> {
		const workflow = this.#workflow({ nodes: [json], connections: {} });
		const node = this.#node(workflow, json.name);
		const methods = this.#type(node.type).methods?.[kind] as
			Record<string, EditorMethod> | undefined;
		const method = methods?.[name];
		if (!method) throw new Error(`${node.type} has no ${kind} method called ${name}`);
		const additionalData = this.#additionalData(workflow, 'internal');
		additionalData.currentNodeParameters = node.parameters;
		const context = new LoadOptionsContext(workflow, node, additionalData, '');
		// The class types optional members differently from its interface; n8n passes it like this.
		return await method.call(context as unknown as ILoadOptionsFunctions, ...args);
	}

	async #execute(
		workflow: Workflow,
		start: INode,
		data: INodeExecutionData[][],
		mode: WorkflowExecuteMode,
		signal?: AbortSignal,
	): Promise<EngineRun> {
		const runData = createRunExecutionData({
			executionData: {
				nodeExecutionStack: [{ node: start, data: { main: data }, source: null }],
			},
		});
		const additionalData = this.#additionalData(workflow, mode);
		const execution = new WorkflowExecute(additionalData, mode, runData).processRunExecutionData(
			workflow,
		);
		signal?.addEventListener('abort', () => {
			execution.cancel();
		});
		const run: IRun = await execution;
		return new EngineRun(run);
	}

	#workflow(json: WorkflowJson): Workflow {
		return new Workflow({
			id: json.id ?? 'workflow-under-test',
			name: 'Workflow under test',
			nodes: json.nodes.map((node) => this.#complete(node)),
			connections: json.connections,
			active: false,
			nodeTypes: this.#nodeTypes,
			settings: { executionOrder: 'v1' },
		});
	}

	/** Fills in what a test leaves out; a credential that the engine has and the node names is chosen. */
	#complete(node: NodeJson): INode {
		const { description } = this.#type(node.type);
		const chosen = (description.credentials ?? [])
			.filter(({ name }) => this.credentials.has(name))
			.map(({ name }) => [name, { id: name, name }] as const);
		return {
			id: node.name,
			typeVersion: [description.version].flat().at(-1) ?? 1,
			position: [0, 0],
			parameters: {},
			credentials: Object.fromEntries(chosen),
			...node,
		};
	}

	#type(name: string): INodeType {
		const type = this.#types.get(name);
		if (!type) throw new Error(`The engine of this test has no node type ${name}`);
		return type;
	}

	readonly #nodeTypes: INodeTypes = {
		getByName: (name) => this.#type(name),
		getByNameAndVersion: (name, version) =>
			NodeHelpers.getVersionedNodeType(this.#type(name), version),
		getKnownTypes: () => ({}),
	};

	#node(workflow: Workflow, name: string): INode {
		const node = workflow.getNode(name);
		if (!node) throw new Error(`The workflow has no node called "${name}"`);
		return node;
	}

	#additionalData(workflow: Workflow, mode: WorkflowExecuteMode): IWorkflowExecuteAdditionalData {
		this.#executions += 1;
		return additionalDataFor(workflow, mode, String(this.#executions), this.credentials);
	}
}

function asItem(item: INodeExecutionData | IDataObject): INodeExecutionData {
	return 'json' in item ? (item as INodeExecutionData) : { json: item };
}
