import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { Engine, PACKAGE, userFolder } from './harness.ts';
import type { ActiveTrigger, NodeJson, StoredCredential, WorkflowJson } from './harness.ts';
import { BrevoSyncApi } from '../../credentials/BrevoSyncApi.credentials.ts';
import { SalesforceSyncClientCredentialsApi } from '../../credentials/SalesforceSyncClientCredentialsApi.credentials.ts';
import { BrevoContactList } from '../../nodes/BrevoContactList/BrevoContactList.node.ts';
import { BrevoContactTrigger } from '../../nodes/BrevoContactTrigger/BrevoContactTrigger.node.ts';
import { ContactSync } from '../../nodes/ContactSync/ContactSync.node.ts';
import { MapContactFields } from '../../nodes/MapContactFields/MapContactFields.node.ts';
import { QuotaGuard } from '../../nodes/QuotaGuard/QuotaGuard.node.ts';
import { SalesforceContact } from '../../nodes/SalesforceContact/SalesforceContact.node.ts';
import { SalesforceContactTrigger } from '../../nodes/SalesforceContactTrigger/SalesforceContactTrigger.node.ts';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';
import { backStreamOf, locationInThisN8n, openLedger } from '../../sync/index.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';

export const TRIGGER = 'Salesforce Contact Trigger';
export const MAP = 'Map Contact Fields';
export const GUARD = 'Quota Guard';
export const BREVO = 'Brevo Contact List';
export const BACK = 'Brevo Contact Trigger';
export const SALESFORCE = 'Salesforce Contact';
export const INTEGRATION = 'Salesforce contacts';
/** The ledger's name of the stream back. */
export const STREAM = backStreamOf(INTEGRATION);
/** The template's node behind the Rejected output. */
export const CORRECTIONS = 'Contacts that need a correction';
/** The template's node behind the Alert output. */
export const ALERTS = 'Tell the team';

/** Stands in for n8n's own No Operation node, which the template uses. */
class NoOp implements INodeType {
	description = {
		displayName: 'No Operation',
		name: 'noOp',
		group: ['organization' as const],
		version: 1,
		description: 'Nothing',
		defaults: { name: 'No Operation' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	};

	execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return Promise.resolve([this.getInputData()]);
	}
}

const templateFile = (name: string): WorkflowJson =>
	JSON.parse(
		readFileSync(join(__dirname, '../../templates', `${name}.json`), 'utf8'),
	) as WorkflowJson;

/** The shipped template with consent given, the shortest interval, and these parameters changed. */
export function template(changes: Readonly<Record<string, INodeParameters>> = {}): WorkflowJson {
	return adapted(templateFile('salesforce-contacts-to-brevo-list'), {
		...changes,
		[TRIGGER]: { consent: true, interval: 10, ...changes[TRIGGER] },
	});
}

/** The template of leads, with consent given and the shortest interval. */
export const leadTemplate = (): WorkflowJson =>
	adapted(templateFile('salesforce-leads-to-brevo-list'), {
		[TRIGGER]: { consent: true, interval: 10 },
	});

/** The template of the way back, with these parameters changed. */
export function backTemplate(
	changes: Readonly<Record<string, INodeParameters>> = {},
): WorkflowJson {
	return adapted(templateFile('brevo-changes-to-salesforce'), {
		...changes,
		[BACK]: { options: { interval: 1 }, ...changes[BACK] },
	});
}

function adapted(
	{ nodes, connections }: WorkflowJson,
	all: Readonly<Record<string, INodeParameters>>,
): WorkflowJson {
	return {
		nodes: nodes
			.filter(({ type }) => !type.endsWith('.stickyNote'))
			.map((node) => ({
				...node,
				type: node.type.replace('n8n-nodes-base.', `${PACKAGE}.`),
				parameters: { ...node.parameters, ...all[node.name] },
			})),
		connections,
	};
}

/** A template with one node changed as a whole, e.g. its `onError`. */
export const withNode = (
	{ nodes, ...rest }: WorkflowJson,
	name: string,
	change: Partial<NodeJson>,
): WorkflowJson => ({
	...rest,
	nodes: nodes.map((node) => (node.name === name ? { ...node, ...change } : node)),
});

/** Mapping rows as the node keeps them. */
export const rows = (pairs: Readonly<Record<string, string>>): INodeParameters => ({
	mapping: {
		rows: Object.entries(pairs).map(([attribute, field]) => ({ attribute, field })),
	},
});

let scenes = 0;

/** One n8n with this package, a fresh sandbox and a fresh ledger. Close it after the test. */
export class Scene {
	readonly sandbox: Sandbox;
	readonly engine: Engine;
	readonly brevoKey: string;
	readonly #triggers: ActiveTrigger[] = [];

	private constructor(sandbox: Sandbox, changes: CredentialChanges) {
		scenes += 1;
		this.sandbox = sandbox;
		// A key of its own: the process remembers the pace of each account.
		this.brevoKey = `xkeysib-scene-${scenes}`;
		sandbox.brevo.admin.key({ key: this.brevoKey, state: 'valid' });
		// Far more than a test needs; with the headers, because the pace is learnt from them.
		sandbox.brevo.admin.setLimits({ contactsPerSecond: 3_600_000, otherPerHour: 3_000 });
		sandbox.brevo.admin.importSpeed({ msPerImport: 1, msPerRow: 0 });
		process.env['CONTACT_SYNC_LEDGER'] = join(userFolder, `ledger-${scenes}.db`);
		this.engine = new Engine({
			nodes: [
				SalesforceContactTrigger,
				MapContactFields,
				QuotaGuard,
				BrevoContactList,
				BrevoContactTrigger,
				SalesforceContact,
				ContactSync,
				NoOp,
			],
			credentials: this.#credentials(changes),
		});
	}

	static async open(options: SandboxOptions & CredentialChanges = {}): Promise<Scene> {
		return new Scene(await startSandbox(options), options);
	}

	#credentials({ salesforce, brevo }: CredentialChanges): StoredCredential[] {
		const { origin } = this.sandbox;
		const { clientId, clientSecret } = SALESFORCE_LOGIN;
		return [
			{
				type: new SalesforceSyncClientCredentialsApi(),
				data: { myDomainUrl: origin, clientId, clientSecret, ...salesforce },
			},
			{
				type: new BrevoSyncApi(),
				data: { apiKey: this.brevoKey, baseUrl: `${origin}/v3`, ...brevo },
			},
		];
	}

	/** Publishes a workflow; its first round starts at once and sees all edits until now. */
	async publish(workflow: WorkflowJson = template(), trigger = TRIGGER): Promise<ActiveTrigger> {
		// What changed in the second of a read is left for the next one.
		this.sandbox.clock.advance(2_000);
		const active = await this.engine.activate(workflow, trigger);
		this.#triggers.push(active);
		return active;
	}

	/** Publishes, waits for the first page to be acknowledged, and switches off again. */
	async sync(workflow: WorkflowJson = template(), pages = 1): Promise<ActiveTrigger> {
		const active = await this.publish(workflow);
		await active.finished(pages);
		await this.unpublish(active);
		return active;
	}

	/** Publishes for one round that has nothing to emit, or less than a page for every run. */
	async syncUntil(
		done: (active: ActiveTrigger) => boolean | Promise<boolean>,
		workflow: WorkflowJson = template(),
	): Promise<ActiveTrigger> {
		const active = await this.publish(workflow);
		await eventually(async () => await done(active));
		await this.unpublish(active);
		return active;
	}

	/** Publishes the way back, runs rounds until it is so, and switches off again. */
	async syncBack(
		done: (active: ActiveTrigger) => boolean | Promise<boolean>,
		workflow: WorkflowJson = backTemplate(),
	): Promise<ActiveTrigger> {
		const active = await this.publish(workflow, BACK);
		await eventually(async () => await done(active));
		await active.close();
		await this.released(STREAM);
		return active;
	}

	/** What a webhook about these records' contacts would leave. */
	async hint(...recordIds: string[]): Promise<void> {
		await this.withLedger(async ({ hints }) => {
			await hints.note(STREAM, recordIds);
		});
	}

	/** Switches off and waits until the loop has let go. */
	async unpublish(active: ActiveTrigger): Promise<void> {
		await active.close();
		await this.released();
	}

	/** Waits until no trigger of this integration runs any more. */
	async released(integration = INTEGRATION): Promise<void> {
		await this.withLedger(async ({ integrations }) => {
			if (!(await integrations.get(integration))) return;
			await eventually(async () => await integrations.lease(integration, 'test', 1_000));
			await integrations.releaseLease(integration, 'test');
		});
	}

	async withLedger<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
		const ledger = await openLedger(locationInThisN8n(), { clock: { now: () => Date.now() } });
		try {
			return await work(ledger);
		} finally {
			await ledger.close();
		}
	}

	/** The ledger's totals of acknowledged pages. */
	async activity(integration = INTEGRATION) {
		return await this.withLedger(async ({ pages }) => await pages.activity(integration));
	}

	/** How many rejections of each limit the ledger knows. */
	async rejections(integration = INTEGRATION): Promise<Record<string, number>> {
		const found = await this.withLedger(async ({ pages }) => await pages.rejections(integration));
		return countBy(found.map(({ limit }) => limit));
	}

	/** Whether an integration has moved at all. */
	async watermark(integration = INTEGRATION): Promise<string | undefined> {
		const cursor = await this.withLedger(async ({ pages }) => await pages.cursor(integration));
		return cursor?.watermark?.systemModstamp;
	}

	/** Brevo's contacts as they are now. */
	contacts(): Array<Record<string, unknown>> {
		return this.sandbox.brevo.admin.contacts({});
	}

	/** How many contacts are in the list of this name; undefined without such a list. */
	members(name = INTEGRATION): number | undefined {
		const { lists } = this.sandbox.brevo.admin.state() as {
			lists: Array<{ name: string; contacts: number }>;
		};
		return lists.find((list) => list.name === name)?.contacts;
	}

	/** Requests by "METHOD /path" since the last reset. */
	requests(path: RegExp): number {
		return Object.entries(this.sandbox.log.routes())
			.filter(([route]) => path.test(route))
			.reduce((sum, [, count]) => sum + count, 0);
	}

	/** Something that somebody does in Brevo's pages and its API can do as well. */
	async inBrevo(method: string, path: string, body?: object): Promise<void> {
		const answer = await fetch(`${this.sandbox.origin}/v3/${path}`, {
			method,
			headers: { 'api-key': this.brevoKey, 'content-type': 'application/json' },
			...(body && { body: JSON.stringify(body) }),
		});
		if (!answer.ok) throw new Error(`Brevo answered ${answer.status}`);
	}

	/** The Brevo id of the list of this name. */
	listId(name = INTEGRATION): number {
		const { lists } = this.sandbox.brevo.admin.state() as {
			lists: Array<{ name: string; id: number }>;
		};
		return lists.find((list) => list.name === name)?.id ?? 0;
	}

	/** Runs one node alone, as in the editor unless `mode` says otherwise. */
	async runNode(
		name: string,
		parameters: INodeParameters,
		input: readonly IDataObject[],
		more: Partial<NodeJson> & {
			readonly signal?: AbortSignal;
			readonly mode?: WorkflowExecuteMode;
		} = {},
	) {
		const { signal, mode, ...node } = more;
		const base = template().nodes.find((candidate) => candidate.name === name);
		if (!base) throw new Error(`The template has no node ${name}`);
		return await this.engine.run(
			{
				nodes: [{ ...base, ...node, parameters: { ...base.parameters, ...parameters } }],
				connections: {},
			},
			{ input: input.map((json) => ({ json })), ...(signal && { signal }), ...(mode && { mode }) },
		);
	}

	async close(): Promise<void> {
		for (const active of this.#triggers) await active.close();
		for (const { name } of await this.withLedger(async (l) => await l.integrations.list()))
			await this.released(name);
		await this.sandbox.close();
	}
}

interface CredentialChanges {
	readonly salesforce?: Readonly<Record<string, string>>;
	readonly brevo?: Readonly<Record<string, string>>;
}

/** Waits until it is so; says so when it never is. */
export async function eventually(
	isSo: () => boolean | Promise<boolean>,
	timeoutMs = 8_000,
): Promise<void> {
	const end = Date.now() + timeoutMs;
	while (!(await isSo())) {
		if (Date.now() > end) throw new Error(`Not so within ${timeoutMs} ms: ${String(isSo)}`);
		await pause(10);
	}
}

export function countBy(words: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
	return counts;
}
