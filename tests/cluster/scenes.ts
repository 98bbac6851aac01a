import { setTimeout as sleep } from 'node:timers/promises';
import { accounted } from '../../demo/story.ts';
import { type Stage } from '../../demo/stage.ts';
import { BACK_STREAM } from '../../demo/way-back.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { forgetTheDead } from '../crash/death.ts';
import { broken, type Promised } from '../crash/oracle.ts';
import { until } from '../crash/play.ts';
import { type Cluster, startCluster } from './cluster.ts';

export const LIMIT = 100_000;
/** n8n finds a dead worker after about 95 s. */
const PATIENCE_MS = 240_000;
const LOOK_EVERY_MS = 250;

/** A cluster with so many contacts besides the sample's twenty; both workflows are imported. */
export async function withCluster<T>(
	{ contacts, ...options }: { contacts: number; pageSize: number; quota: number },
	work: (cluster: Cluster, ledger: Ledger) => Promise<T>,
): Promise<T> {
	const { pageSize, quota } = options;
	const cluster = await startCluster(2, { quota, triggerOptions: { pageSize } });
	const { stage } = cluster;
	const ledger = await stage.ledger();
	try {
		stage.sandbox.salesforce.admin.generate({ object: 'Contact', count: contacts, seed: 1 });
		await stage.n8n().publish(stage.workflow);
		return await work(cluster, ledger);
	} finally {
		await ledger.close();
		await cluster.close();
	}
}

/** Waits until everything is as promised; gives what is not so in time. */
export async function settled(
	stage: Stage,
	ledger: Ledger,
	promised: Promised = { limit: LIMIT, mayWait: false },
): Promise<string[]> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	for (;;) {
		// While PostgreSQL is away the ledger cannot be read.
		const problems = await broken(stage, ledger, promised).catch((error: unknown) => [
			String(error),
		]);
		if (problems.length === 0 || Date.now() > giveUpAt) return problems;
		await sleep(LOOK_EVERY_MS);
	}
}

/** Waits until so many contacts have arrived in Brevo. */
export async function arrived({ sandbox }: Stage, count: number): Promise<void> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	const contacts = (): number =>
		sandbox.brevo.admin.contacts({ limit: Number.MAX_SAFE_INTEGER }).length;
	while (contacts() < count) {
		if (Date.now() > giveUpAt) throw new Error(`Only ${contacts()} of ${count} contacts arrived`);
		await sleep(20);
	}
}

/** Ids of the executions of the way there that are under way. */
export async function running(stage: Stage): Promise<string[]> {
	const executions = await stage
		.n8n()
		.executions(stage.workflow.id, 10)
		.catch(() => []);
	return executions.filter(({ status }) => status === 'running').map(({ id }) => id);
}

/** Eight writes are under way at once: so late that four more rounds of them outlast the start of
 *  another main process. Milliseconds. */
export const VERY_SLOW_MS = 10_000;
export const ALWAYS = 1_000;
const START_MS = 60_000;

/**
 * While a worker writes a page, slowly, the main process dies; the next one emits the page beside
 * it. Returns when both run and Brevo is as fast as ever again.
 */
export async function emittedTwice(stage: Stage): Promise<void> {
	await stage.kill();
	await stage.restart();
	await forgetTheDead(stage);
	try {
		const isTwice = async (): Promise<boolean> => (await running(stage)).length > 1;
		await until(isTwice, 'the page to run twice at once', START_MS);
	} finally {
		stage.sandbox.faults.clear();
	}
}

/** A person renames a contact in Brevo; Brevo's webhook tells the webhook process. Gives the name that
 *  Salesforce has when it is there, or when patience ends. */
export async function renamedInBrevo(
	{ stage }: Cluster,
	ledger: Ledger,
	limit = LIMIT,
): Promise<unknown> {
	await stage.change('Quota Guard', { monthlyLimit: limit }, 'wayBack');
	const { brevo, salesforce } = stage.sandbox;
	const [contact] = brevo.admin.contacts({}).filter(({ ext_id: id }) => typeof id === 'string');
	const id = String(contact?.['ext_id']);
	const before = (await ledger.pages.activity(BACK_STREAM)).read;
	brevo.admin.edit({ ext_id: id, attributes: { LASTNAME: 'Backname' } });
	await accounted(ledger, before, 1, BACK_STREAM);
	// A page that our own last writes to Brevo are in may come first.
	const name = (): unknown =>
		salesforce.admin.records({ object: 'Contact', ids: [id] })[0]?.['LastName'];
	const giveUpAt = Date.now() + PATIENCE_MS;
	while (name() !== 'Backname' && Date.now() < giveUpAt) await sleep(LOOK_EVERY_MS);
	return name();
}
