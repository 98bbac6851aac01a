import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installN8n } from '../n8n-host/install.ts';
import {
	type CredentialRef,
	N8n,
	type SavedWorkflow,
	type WorkflowTemplate,
} from '../n8n-host/n8n.ts';
import { packPackage } from '../n8n-host/pack.ts';
import { BREVO_KEY } from '../sandbox/brevo-account/keys.ts';
import { SALESFORCE_LOGIN } from '../sandbox/salesforce-org/login.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import type { Ledger } from '../sync/ledger/ledger.ts';
import { openLedger } from '../sync/ledger/open.ts';
import { ledgerLocation } from '../sync/ledger/location.ts';
import { root } from '../scripts/install.cjs';

/** Everything that the demo plays on: a sandbox, a real n8n with the packed package, the templates. */
export interface Stage {
	readonly sandbox: Sandbox;
	readonly userFolder: string;
	/** From Salesforce to Brevo. */
	readonly workflow: SavedWorkflow;
	/** From Brevo to Salesforce; not published until the story says so. */
	readonly wayBack: SavedWorkflow;
	/** The n8n that runs now; another one after `restart`. */
	n8n(): N8n;
	/** Reads what the nodes wrote; never writes. */
	ledger(): Promise<Ledger>;
	/** Kills n8n at once, as a crash would. */
	kill(): Promise<void>;
	/** Starts n8n again on the same data. */
	restart(): Promise<void>;
	/** Changes parameters of a node, by default on the way there, and publishes the workflow anew. */
	change(
		nodeName: string,
		parameters: Readonly<Record<string, unknown>>,
		way?: 'workflow' | 'wayBack',
	): Promise<void>;
	close(): Promise<void>;
}

export interface StageOptions {
	readonly contactsCsv?: string | undefined;
	/** Tasks a month. */
	readonly quota?: number | undefined;
	/** Seconds between two looks of the trigger. */
	readonly interval?: number;
	/** Added to n8n's environment. */
	readonly env?: Readonly<Record<string, string>>;
	readonly say: (line: string) => void;
}

export const INTEGRATION = 'Salesforce contacts';
export const FORWARD = 'salesforce-contacts-to-brevo-list.json';
export const BACK = 'brevo-changes-to-salesforce.json';

/** Sets the stage: everything started, both workflows imported but not yet published. */
export async function setStage(options: StageOptions): Promise<Stage> {
	const { say, env = {} } = options;
	const sandbox = await startSandbox({
		...(options.contactsCsv === undefined ? {} : { contactsCsv: options.contactsCsv }),
	});
	say(`Sandbox (simulated Salesforce and Brevo) at ${sandbox.origin}/_sandbox`);
	const userFolder = mkdtempSync(path.join(tmpdir(), 'contact-sync-demo-'));
	try {
		const hostDir = await installN8n();
		const packageTarball = await packPackage();
		say('Starting n8n …');
		let n8n = await N8n.start({ hostDir, userFolder, packageTarball, env });
		const credentials = await importCredentials(n8n, sandbox.origin);
		const saved = {
			workflow: await n8n.importWorkflow(template(FORWARD, options), credentials),
			wayBack: await n8n.importWorkflow(template(BACK, options), credentials),
		};
		return {
			sandbox,
			userFolder,
			get workflow() {
				return saved.workflow;
			},
			get wayBack() {
				return saved.wayBack;
			},
			n8n: () => n8n,
			ledger: async () =>
				await openLedger(ledgerLocation(undefined, env['CONTACT_SYNC_LEDGER'], userFolder), {
					clock: Date,
				}),
			kill: async () => {
				await n8n.kill();
			},
			restart: async () => {
				n8n = await N8n.start({ hostDir, userFolder, env });
			},
			change: async (nodeName, parameters, way = 'workflow') => {
				const workflow = await changeNode(n8n, saved[way], nodeName, parameters);
				saved[way] = workflow;
				// Publishing alone leaves a trigger running whose own parameters are the same.
				await n8n.unpublish(workflow.id);
				await n8n.publish(workflow);
			},
			close: async () => {
				await n8n.stop();
				await sandbox.close();
				rmSync(userFolder, { recursive: true, force: true });
			},
		};
	} catch (error) {
		await sandbox.close();
		throw error;
	}
}

/** The sandbox's logins as credentials of our nodes. */
export async function importCredentials(n8n: N8n, origin: string): Promise<CredentialRef[]> {
	return [
		await n8n.importCredential({
			name: 'Salesforce (sandbox)',
			type: 'salesforceSyncClientCredentialsApi',
			data: {
				myDomainUrl: origin,
				clientId: SALESFORCE_LOGIN.clientId,
				clientSecret: SALESFORCE_LOGIN.clientSecret,
			},
		}),
		await n8n.importCredential({
			name: 'Brevo (sandbox)',
			type: 'brevoSyncApi',
			data: { apiKey: BREVO_KEY, baseUrl: `${origin}/v3` },
		}),
	];
}

/** A template as a user would finish it: consent ticked, short intervals, the quota. */
export function template(
	file: string,
	{ quota, interval = 10 }: Pick<StageOptions, 'quota' | 'interval'>,
): WorkflowTemplate {
	const text = readFileSync(path.join(root, 'templates', file), 'utf8');
	const json = JSON.parse(text) as WorkflowTemplate;
	const settings: Record<string, Record<string, unknown>> = {
		'Salesforce Contact Trigger': { consent: true, interval },
		'Brevo Contact Trigger': { options: { interval: 1 } },
		'Quota Guard': {
			...(quota !== undefined && { monthlyLimit: quota }),
			options: { notify: 'marketing@example.com', sender: 'owner@example.com' },
		},
	};
	const nodes = json.nodes.map((node) => ({
		...node,
		parameters: { ...node.parameters, ...settings[node.name] } as typeof node.parameters,
	}));
	return { ...json, nodes };
}

async function changeNode(
	n8n: N8n,
	{ id }: SavedWorkflow,
	nodeName: string,
	parameters: Readonly<Record<string, unknown>>,
): Promise<SavedWorkflow> {
	const current = await n8n.call<SavedWorkflow & Pick<WorkflowTemplate, 'nodes'>>(
		'GET',
		`/rest/workflows/${id}`,
	);
	const nodes = current.nodes.map((node) =>
		node.name === nodeName ? { ...node, parameters: { ...node.parameters, ...parameters } } : node,
	);
	return await n8n.call('PATCH', `/rest/workflows/${id}`, { nodes, versionId: current.versionId });
}
