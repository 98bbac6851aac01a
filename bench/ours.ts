/** Our own nodes as a user has them: the packed package, the shipped template, published. */
import { FORWARD, importCredentials, INTEGRATION, template } from '../demo/stage.ts';
import { N8n, type SavedWorkflow, type WorkflowTemplate } from '../n8n-host/n8n.ts';
import type { Activity, Ledger } from '../sync/ledger/ledger.ts';
import { ledgerLocation } from '../sync/ledger/location.ts';
import { openLedger } from '../sync/ledger/open.ts';
import type { SandboxProcess } from './sandbox-process.ts';
import { waitFor, whether } from './wait.ts';

/** More than any measurement writes: the quota is not what is measured. */
const QUOTA = 100_000_000;
/** Generous: who takes longer is given up, so that the benchmark ends. */
const MS_PER_CONTACT = 30;
const SETTLE_MS = 60_000;
const TRIGGER = 'Salesforce Contact Trigger';

export interface Ours {
	readonly n8n: N8n;
	readonly workflow: SavedWorkflow;
	/** What the nodes have noted; only read here. */
	readonly ledger: Ledger;
	activity(): Promise<Activity>;
	/** Waits until `records` records in all are accounted for and no execution runs. */
	atRest(records: number, timeoutMs: number): Promise<void>;
	close(): Promise<void>;
}

export interface OursOptions {
	/** Of the sandbox. */
	readonly origin: string;
	readonly hostDir: string;
	readonly packageTarball: string;
	readonly userFolder: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Options of Salesforce Contact Trigger. */
	readonly triggerOptions?: Readonly<Record<string, unknown>>;
	/** Seconds between two looks of the trigger. */
	readonly interval?: number;
}

/** An n8n with the workflow imported, not yet published. */
export async function startOurs(options: OursOptions): Promise<Ours> {
	const { origin, hostDir, packageTarball, userFolder, env = {} } = options;
	const n8n = await N8n.start({ hostDir, packageTarball, userFolder, env });
	try {
		const credentials = await importCredentials(n8n, origin);
		const workflow = await n8n.importWorkflow(workflowOf(options), credentials);
		const location = ledgerLocation(undefined, undefined, userFolder);
		const ledger = await openLedger(location, { clock: Date });
		const activity = async (): Promise<Activity> => await ledger.pages.activity(INTEGRATION);
		return {
			n8n,
			workflow,
			ledger,
			activity,
			atRest: async (records, timeoutMs) => {
				await waitFor(async () => whether((await activity()).read >= records), {
					what: `${records} records to be accounted for`,
					timeoutMs,
				});
				await waitFor(async () => whether(await isIdle(n8n, workflow.id)), {
					what: 'the last execution to end',
					timeoutMs: SETTLE_MS,
				});
			},
			close: async () => {
				await ledger.close();
				await n8n.stop();
			},
		};
	} catch (error) {
		await n8n.stop();
		throw error;
	}
}

/** Publishes and waits until what is in Salesforce is in Brevo. */
export async function importAll(
	ours: Ours,
	sandbox: SandboxProcess,
	contacts: number,
): Promise<void> {
	await ours.n8n.publish(ours.workflow);
	await waitFor(async () => whether((await sandbox.membersInBrevo()) >= contacts), {
		what: `${contacts} contacts in Brevo's list`,
		timeoutMs: SETTLE_MS + contacts * MS_PER_CONTACT,
		everyMs: 100,
	});
	await ours.atRest(contacts, SETTLE_MS);
}

async function isIdle(n8n: N8n, workflowId: string): Promise<boolean> {
	const executions = await n8n.executions(workflowId, 5).catch(() => undefined);
	return executions?.every(({ status }) => status === 'success' || status === 'error') ?? false;
}

function workflowOf({ triggerOptions = {}, interval }: OursOptions): WorkflowTemplate {
	const finished = template(FORWARD, {
		quota: QUOTA,
		...(interval !== undefined && { interval }),
	});
	const nodes = finished.nodes.map((node) =>
		node.name === TRIGGER
			? { ...node, parameters: { ...node.parameters, options: triggerOptions as object } }
			: node,
	);
	return { ...finished, nodes } as WorkflowTemplate;
}
