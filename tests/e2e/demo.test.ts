import { setTimeout as sleep } from 'node:timers/promises';
import { INTEGRATION, setStage, type Stage } from '../../demo/stage.ts';
import { accounted, playEdits } from '../../demo/story.ts';
import { summarise } from '../../demo/summary.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';

/** What Brevo holds, by Salesforce id; without Brevo's own ids and times. */
function inBrevo(
	stage: Stage,
): Map<string, { email: unknown; attributes: unknown; lists: number }> {
	return new Map(
		stage.sandbox.brevo.admin.contacts({}).map((contact) => [
			String(contact['ext_id']),
			{
				email: contact['email'],
				attributes: contact['attributes'],
				lists: (contact['listIds'] as unknown[]).length,
			},
		]),
	);
}

describe('the main job in a real n8n', () => {
	let stage: Stage;
	let ledger: Ledger;

	beforeEach(async () => {
		stage = await setStage({ say: () => undefined });
		ledger = await stage.ledger();
	});
	afterEach(async () => {
		await ledger.close();
		await stage.close();
	});

	test("the demo's numbers are right against the sandbox's state", async () => {
		await stage.n8n().publish(stage.workflow);
		await accounted(ledger, 0, 20);
		const records = stage.sandbox.salesforce.admin.records({ object: 'Contact' });
		const first = inBrevo(stage);
		const reachable = records.filter(
			({ Email }) => typeof Email === 'string' && !Email.includes('&'),
		);
		expect([...first.keys()].sort()).toEqual(reachable.map(({ Id }) => String(Id)).sort());
		for (const { Id, Email, FirstName, LastName } of reachable) {
			expect(first.get(String(Id))).toMatchObject({
				email: (Email as string).toLowerCase(),
				attributes: { FIRSTNAME: FirstName, LASTNAME: LastName },
				lists: 1,
			});
		}

		const told = await playEdits(stage, ledger);
		expect(told.map(({ arrival }) => [arrival?.outcome, arrival?.limit])).toEqual([
			['written', undefined],
			['unchanged', undefined],
			['excluded', 'email-emptied'],
			['written', undefined],
		]);
		const [renamed, , emptied, deleted] = told.map(({ recordId }) => inBrevo(stage).get(recordId));
		expect(renamed?.attributes).toMatchObject({ LASTNAME: 'Newname-Demo' });
		// Frozen: Brevo keeps the address that Salesforce has lost.
		expect(emptied?.email).toBe(first.get(told[2]?.recordId ?? '')?.email);
		expect(deleted?.lists).toBe(0);

		const summary = await summarise(stage, ledger, { refused: 0, seconds: 0 });
		expect(summary).toMatchObject({
			read: 24,
			written: 18,
			unchanged: 1,
			excluded: 1,
			rejected: 4,
			deferred: 0,
			tasks: 18,
			rejections: [
				{ limit: 'email-invalid', count: 2 },
				{ limit: 'email-or-sms-missing', count: 2 },
			],
		});
		const routes = stage.sandbox.log.routes();
		expect(routes['POST /v3/contacts']).toBe(16);
		expect(routes['PUT /v3/contacts/:id']).toBe(1);
		expect(routes['POST /v3/contacts/batch']).toBeUndefined();
	});

	test('a month of ten tasks writes ten, tells it once, and a raised limit brings the rest once', async () => {
		const { brevo, log } = stage.sandbox;
		await stage.change('Quota Guard', { monthlyLimit: 10 });
		await accounted(ledger, 0, 20);
		expect(await summarise(stage, ledger, { refused: 0, seconds: 0 })).toMatchObject({
			read: 20,
			written: 10,
			deferred: 6,
			rejected: 4,
			tasks: 10,
			notices: 2,
		});
		expect(brevo.admin.mailbox().map(({ subject }) => subject)).toEqual([
			'Salesforce to Brevo: 100 % of this month’s quota is used',
			'Salesforce to Brevo: this month’s quota is used up, the sync is paused',
		]);
		const told = await playEdits(stage, ledger);
		expect(told.map(({ arrival }) => arrival?.outcome)).toEqual(Array(4).fill('deferred'));
		const written = inBrevo(stage);
		expect(written.size).toBe(10);

		await stage.change('Quota Guard', { monthlyLimit: 1_000 });
		const settled = async () => (await ledger.pages.deferredCount(INTEGRATION)) === 0;
		while (!(await settled())) await sleep(100);
		expect(inBrevo(stage).size).toBe(16);
		expect(log.routes()['POST /v3/contacts']).toBe(16);
		// Six that waited, the new last name and the deletion; the rest had nothing to write.
		expect(await summarise(stage, ledger, { refused: 0, seconds: 0 })).toMatchObject({
			tasks: 18,
			notices: 2,
		});
	});

	test('n8n is killed in the middle and started again: the same end, and no task is charged twice', async () => {
		// Slow enough to die in the middle of the page.
		stage.sandbox.faults.add({
			kind: 'delay',
			service: 'brevo',
			method: 'POST',
			path: '/contacts$',
			delayMs: 700,
			times: 16,
		});
		await stage.n8n().publish(stage.workflow);
		while (stage.sandbox.brevo.admin.contacts({}).length < 3) await sleep(20);
		await stage.kill();
		const before = stage.sandbox.brevo.admin.contacts({}).length;
		expect(before).toBeLessThan(16);
		expect((await ledger.pages.activity(INTEGRATION)).read).toBe(0);

		await stage.restart();
		await accounted(ledger, 0, 20);
		expect(inBrevo(stage).size).toBe(16);
		const summary = await summarise(stage, ledger, { refused: 0, seconds: 0 });
		expect(summary).toMatchObject({ read: 20, rejected: 4, tasks: 16 });
		expect(summary.written + summary.unchanged).toBe(16);
	});
});
