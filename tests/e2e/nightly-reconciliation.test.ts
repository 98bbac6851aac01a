import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importCredentials, setStage, type Stage } from '../../demo/stage.ts';
import { accounted } from '../../demo/story.ts';
import type { SavedWorkflow, WorkflowTemplate } from '../../n8n-host/n8n.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';

type Json = Readonly<Record<string, unknown>>;

const file = path.join(__dirname, '../../templates/nightly-reconciliation.json');
const PATIENCE_MS = 60_000;

/** The template as it is shipped, in a real n8n beside the integration that it looks after. */
describe('the template of the nightly reconciliation', () => {
	let stage: Stage;
	let ledger: Ledger;
	let nightly: SavedWorkflow;

	beforeAll(async () => {
		stage = await setStage({ say: () => undefined });
		ledger = await stage.ledger();
		const template = JSON.parse(readFileSync(file, 'utf8')) as WorkflowTemplate;
		const credentials = await importCredentials(stage.n8n(), stage.sandbox.origin);
		nightly = await stage.n8n().importWorkflow(template, credentials);
		await stage.n8n().publish(stage.workflow);
		await accounted(ledger, 0, 20);
	});
	afterAll(async () => {
		await ledger.close();
		await stage.close();
	});

	/** A night: what the reconciliation says, and which nodes it has reached. */
	async function night(): Promise<{ readonly said: Json; readonly reached: readonly string[] }> {
		const { data } = await stage.n8n().test(nightly.id, 'Every night');
		const { runData, error } = data.resultData;
		expect(error).toBeUndefined();
		const itemsOf = (name: string) => runData[name]?.[0]?.data?.['main']?.[0] ?? [];
		return {
			said: itemsOf('Contact Sync')[0]?.json ?? {},
			reached: ['Ask the team', 'Note it down'].filter((name) => itemsOf(name).length > 0),
		};
	}

	test('tells nobody while both sides agree', async () => {
		expect(await night()).toMatchObject({ said: { inSync: true, links: 16 }, reached: [] });
	});

	test('repairs what differs, and asks before it takes more out of Brevo than the brake allows', async () => {
		const { salesforce, brevo } = stage.sandbox;
		const [missing, ...purged] = brevo.admin
			.contacts({})
			.slice(0, 3)
			.map((contact) => String(contact['ext_id']));
		brevo.admin.edit({ ext_id: missing ?? '', delete: true });
		expect(await night()).toMatchObject({
			said: { handedOver: 1, needsApproval: false },
			reached: ['Note it down'],
		});
		const giveUpAt = Date.now() + PATIENCE_MS;
		while (brevo.admin.contact({ ext_id: missing ?? '' })['found'] !== true) {
			if (Date.now() > giveUpAt) throw new Error('The contact did not come again');
			await sleep(100);
		}
		for (const id of purged) salesforce.admin.hardDelete({ object: 'Contact', id });
		stage.sandbox.clock.advance(120_000);
		expect(await night()).toMatchObject({
			said: { differences: { deleted: 2 }, held: 2, needsApproval: true },
			reached: ['Ask the team'],
		});
	});
});
