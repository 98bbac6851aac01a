import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chain, Engine, PACKAGE } from './harness.ts';
import type { StoredCredential } from './harness.ts';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	ICredentialType,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
	IRun,
	ITriggerFunctions,
	ITriggerResponse,
} from 'n8n-workflow';

const describeNode = (name: string, more: Partial<INodeTypeDescription>): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: name,
	defaults: { name },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	properties: [],
	...more,
});

/** Puts a greeting on every item; fails for the name "nobody"; can ask a server who is there. */
class Greeter implements INodeType {
	description = describeNode('greeter', {
		credentials: [{ name: 'doorApi' }],
		properties: [
			{ displayName: 'Name', name: 'name', type: 'string', default: 'world' },
			{ displayName: 'Door', name: 'door', type: 'string', default: '' },
		],
	});

	methods = {
		loadOptions: {
			async getNames(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				const door = this.getCurrentNodeParameter('door') as string;
				const names: string[] = await this.helpers.httpRequestWithAuthentication.call(
					this,
					'doorApi',
					{ url: door, json: true },
				);
				return names.map((name) => ({ name, value: name }));
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const out: INodeExecutionData[] = [];
		for (const [item] of this.getInputData().entries()) {
			const name = this.getNodeParameter('name', item) as string;
			const door = this.getNodeParameter('door', item) as string;
			if (name === 'nobody') {
				const error = new NodeOperationError(this.getNode(), 'No one is there');
				if (!this.continueOnFail()) throw error;
				out.push({ json: { error: error.message }, pairedItem: { item } });
				continue;
			}
			const answer = door
				? await this.helpers.httpRequestWithAuthentication.call(this, 'doorApi', {
						url: door,
						json: true,
					})
				: undefined;
			out.push({ json: { greeting: `Hello ${name}`, answer }, pairedItem: { item } });
		}
		this.addExecutionHints({ message: `${out.length} greeted` });
		return [out];
	}
}

/** Emits its names one by one and goes on only after the execution before has succeeded. */
class NameTrigger implements INodeType {
	description = describeNode('nameTrigger', { group: ['trigger'], inputs: [] });
	static readonly acknowledged: string[] = [];

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		const emitNames = async (): Promise<void> => {
			for (const name of ['Ada', 'nobody', 'Grace']) {
				const done = this.helpers.createDeferredPromise<IRun>();
				this.emit([[{ json: { name } }]], undefined, done);
				const run = await done.promise;
				if (run.status === 'success') NameTrigger.acknowledged.push(name);
			}
		};
		if (this.getMode() === 'manual') {
			return {
				manualTriggerFunction: () => {
					this.emit([[{ json: { name: 'sample' } }]]);
					return Promise.resolve();
				},
			};
		}
		void emitNames();
		return Promise.resolve({ closeFunction: () => Promise.resolve() });
	}
}

let logins = 0;
class DoorApi implements ICredentialType {
	name = 'doorApi';
	displayName = 'Door';
	properties: ICredentialType['properties'] = [
		{ displayName: 'Key', name: 'key', type: 'string', default: '' },
		{
			displayName: 'Token',
			name: 'token',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
		},
	];
	preAuthentication = (): Promise<{ token: string }> =>
		Promise.resolve({ token: `token-${(logins += 1)}` });
	authenticate: NonNullable<ICredentialType['authenticate']> = {
		type: 'generic',
		properties: {
			headers: {
				authorization: '=Bearer {{$credentials.token}}',
				'x-key': '={{$credentials.key}}',
			},
		},
	};
}

const greeter = `${PACKAGE}.greeter`;
const nameTrigger = `${PACKAGE}.nameTrigger`;
const nodes = [Greeter, NameTrigger];
const door = (): StoredCredential => ({ type: new DoorApi(), data: { key: 'k1' } });

describe('the engine harness', () => {
	let server: Server;
	let url = '';
	let accepted = 'token-1';
	const seen: string[] = [];

	beforeAll(async () => {
		server = createServer((request, response) => {
			const { authorization = '' } = request.headers;
			seen.push(`${authorization} ${String(request.headers['x-key'])}`);
			response.statusCode = authorization === `Bearer ${accepted}` ? 200 : 401;
			response.setHeader('content-type', 'application/json');
			response.end('["Ada","Grace"]');
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	});
	afterAll(() => new Promise((resolve) => server.close(resolve)));
	beforeEach(() => {
		logins = 0;
		accepted = 'token-1';
		seen.length = 0;
	});

	it('evaluates expressions and defaults, and shows items and hints', async () => {
		const engine = new Engine({ nodes });
		const workflow = {
			nodes: [
				{ name: 'First', type: greeter, parameters: { name: '={{ $json.name }}' } },
				{ name: 'Second', type: greeter },
			],
			connections: chain('First', 'Second'),
		};
		const run = await engine.run(workflow, { input: [{ name: 'Ada' }, { name: 'Grace' }] });
		expect(run.status).toBe('success');
		expect(run.json('First')).toEqual([{ greeting: 'Hello Ada' }, { greeting: 'Hello Grace' }]);
		expect(run.json('Second')).toHaveLength(2);
		expect(run.json('Second')[0]).toEqual({ greeting: 'Hello world' });
		expect(run.hints('First')).toEqual(['2 greeted']);
	});

	it('ends in the error of a node, or goes on after it when the node says so', async () => {
		const engine = new Engine({ nodes });
		const node = { name: 'Greeter', type: greeter, parameters: { name: 'nobody' } };
		const stopped = await engine.run({ nodes: [node], connections: {} });
		expect(stopped.status).toBe('error');
		expect(stopped.error?.message).toBe('No one is there');
		const wentOn = await engine.run({
			nodes: [{ ...node, onError: 'continueRegularOutput' }],
			connections: {},
		});
		expect(wentOn.status).toBe('success');
		expect(wentOn.json('Greeter')).toEqual([{ error: 'No one is there' }]);
	});

	it('fetches an expirable token once, keeps it, and fetches another after a 401', async () => {
		const engine = new Engine({ nodes, credentials: [door()] });
		const workflow = {
			nodes: [{ name: 'Greeter', type: greeter, parameters: { door: url } }],
			connections: {},
		};
		const first = await engine.run(workflow);
		expect(first.json('Greeter')[0]?.['answer']).toEqual(['Ada', 'Grace']);
		await engine.run(workflow);
		expect(seen).toEqual(['Bearer token-1 k1', 'Bearer token-1 k1']);
		accepted = 'token-2';
		const afterExpiry = await engine.run(workflow);
		expect(afterExpiry.status).toBe('success');
		expect(seen.slice(2)).toEqual(['Bearer token-1 k1', 'Bearer token-2 k1']);
		expect(engine.credentials.data('doorApi')['token']).toBe('token-2');
	});

	it('runs the workflow for what a trigger emits and resolves its done promise', async () => {
		const engine = new Engine({ nodes });
		const workflow = {
			nodes: [
				{ name: 'Names', type: nameTrigger },
				{ name: 'Greeter', type: greeter, parameters: { name: '={{ $json.name }}' } },
			],
			connections: chain('Names', 'Greeter'),
		};
		const trigger = await engine.activate(workflow, 'Names');
		await trigger.finished(3);
		await trigger.close();
		expect(trigger.runs.map((run) => run.status)).toEqual(['success', 'error', 'success']);
		expect(NameTrigger.acknowledged).toEqual(['Ada', 'Grace']);

		const manual = await engine.run(workflow, { start: 'Names', mode: 'manual' });
		expect(manual.json('Greeter')).toEqual([{ greeting: 'Hello sample' }]);
	});

	it('fills dropdowns with the credential of the node', async () => {
		const engine = new Engine({ nodes, credentials: [door()] });
		const node = { name: 'Greeter', type: greeter, parameters: { door: url } };
		expect(await engine.loadOptions(node, 'getNames')).toEqual([
			{ name: 'Ada', value: 'Ada' },
			{ name: 'Grace', value: 'Grace' },
		]);
	});
});
