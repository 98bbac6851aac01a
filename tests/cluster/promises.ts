import { INTEGRATION, setStage, type Stage } from '../../demo/stage.ts';
import { accounted, playEdits } from '../../demo/story.ts';
import { tasksUsed } from '../../demo/summary.ts';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import type { Delivery } from '../../sandbox/brevo-account/webhooks.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { EDITED, LIMIT, until } from '../crash/play.ts';
import { importCopy, importLeads, LEADS } from './leads.ts';
import { renamedInBrevo } from './scenes.ts';
import type { ClusterPlay } from './troubles.ts';

/*
 * What must be so in a cluster as it is in one process.
 */

const CONTACTS = 80;
const LEADS_GENERATED = 80;
/** Brevo waits as long for an answer as the sandbox does. */
const DELIVERY_MS = 15_000;

/** The end of an import and of a few edits, for comparison: both sides, outcomes, tasks. */
async function story(stage: Stage, ledger: Ledger): Promise<unknown> {
	stage.sandbox.salesforce.admin.generate({ object: 'Contact', count: CONTACTS, seed: 1 });
	await stage.change('Quota Guard', { monthlyLimit: LIMIT });
	await accounted(ledger, 0, 20 + CONTACTS);
	await playEdits(stage, ledger);
	const contacts = stage.sandbox.brevo.admin.contacts({ limit: Number.MAX_SAFE_INTEGER });
	return {
		contacts: contacts
			.map(({ email, ext_id, attributes, listIds }) => ({ email, ext_id, attributes, listIds }))
			.sort((a, b) => (String(a.ext_id) < String(b.ext_id) ? -1 : 1)),
		activity: await ledger.pages.activity(INTEGRATION),
		tasks: await tasksUsed(ledger),
	};
}

/** Plays the same in one process and in the cluster. */
export async function sameAsInOneProcess(
	{ stage, ledger }: ClusterPlay,
	packageTarball: string,
): Promise<string[]> {
	const one = await setStage({ packageTarball, say: () => undefined });
	const oneLedger = await one.ledger();
	let expected: unknown;
	try {
		expected = await story(one, oneLedger);
	} finally {
		await oneLedger.close();
		await one.close();
	}
	const found = await story(stage, ledger);
	return JSON.stringify(found) === JSON.stringify(expected)
		? []
		: [`one process: ${JSON.stringify(expected)}`, `the cluster: ${JSON.stringify(found)}`];
}

/** Contacts and leads are written at once by two workers; together they get what the month has left. */
export async function exactQuota(play: ClusterPlay): Promise<string[]> {
	const { stage, ledger, before } = play;
	const { salesforce } = stage.sandbox;
	const limit = before.used + 50;
	const forAll = limit - Math.floor(limit * 0.02);
	await stage.change('Quota Guard', { monthlyLimit: limit });
	salesforce.admin.generate({ object: 'Lead', count: LEADS_GENERATED, seed: 2 });
	const leads = await importLeads(stage, limit);
	// More than the month has left, on either side.
	salesforce.admin.scatter({ count: EDITED, unmappedShare: 0, seed: play.before.used });
	await stage.n8n().publish(leads);
	const isUsedUp = async (): Promise<boolean> => {
		const [contacts, people] = [ledger.pages.activity(INTEGRATION), ledger.pages.activity(LEADS)];
		const waiting = await ledger.pages.deferredCount(LEADS);
		return (await contacts).read >= before.read + EDITED && (await people).read > 80 && waiting > 0;
	};
	await until(isUsedUp, 'the tasks to be used up');
	const told = (): number =>
		stage.sandbox.brevo.admin
			.mailbox()
			.filter(({ subject }) => /the sync is paused$/.test(String(subject))).length;
	// Contacts are put off before the notice about it goes out.
	await until(() => told() > 0, 'the notice');
	const used = await tasksUsed(ledger);
	return [
		...(used === forAll
			? []
			: [`${used} tasks were charged, ${forAll} were left to ordinary changes`]),
		...(told() === 1 ? [] : [`the notice went out ${told()} times`]),
	];
}

/** A second workflow with the same integration is refused; one trigger runs. */
export async function oneTriggerOwner({ stage }: ClusterPlay): Promise<string[]> {
	const copy = await importCopy(stage, { 'Salesforce Contact Trigger': { consent: true } });
	const refusal = await stage
		.n8n()
		.publish(copy)
		.then(
			() => 'it was published',
			(error: unknown) => (error as Error).message,
		);
	await stage.n8n().unpublish(copy.id);
	const isTold = refusal.includes(`belongs to workflow ${stage.workflow.id}, which is published`);
	return isTold ? [] : [`the second workflow: ${refusal}`];
}

/** Brevo's webhook goes to the webhook process, and what it tells comes to Salesforce. */
export async function webhooksHaveTheirOwnProcess({
	cluster,
	stage,
	ledger,
}: ClusterPlay): Promise<string[]> {
	const name = await renamedInBrevo(cluster, ledger);
	const hook = (await webhooks(stage)).find(({ url }) => url.startsWith(cluster.webhookOrigin));
	if (!hook) return ['Brevo has no webhook of the webhook process'];
	const isTold = (): boolean =>
		(stage.sandbox.brevo.admin.webhookDeliveries() as readonly Delivery[]).some(
			({ webhook, outcome }) => webhook === hook.id && outcome === 'delivered',
		);
	// The trigger may have looked before Brevo had its answer.
	await until(isTold, 'a delivery to the webhook process', DELIVERY_MS);
	return name === 'Backname' ? [] : [`the name in Salesforce is ${String(name)}`];
}

/** As Brevo lists them. */
async function webhooks({
	sandbox: { origin },
}: Stage): Promise<ReadonlyArray<{ readonly id: number; readonly url: string }>> {
	const answer = await fetch(`${origin}/v3/webhooks?type=marketing`, {
		headers: { 'api-key': BREVO_KEY },
	});
	const body = (await answer.json()) as { webhooks: Array<{ id: number; url: string }> };
	return body.webhooks;
}
