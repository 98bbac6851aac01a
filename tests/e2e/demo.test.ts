import { setTimeout as sleep } from 'node:timers/promises';
import { unchangedSoFar, watchRest } from '../../demo/rest.ts';
import { INTEGRATION, setStage, type Stage } from '../../demo/stage.ts';
import { accounted, playEdits } from '../../demo/story.ts';
import { summarise, type Summary } from '../../demo/summary.ts';
import { BACK_STREAM, playEditsInBrevo } from '../../demo/way-back.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';

/** What came from Salesforce and is in Brevo, by Salesforce id; without Brevo's own ids and times. */
function inBrevo(
	stage: Stage,
): Map<string, { email: unknown; attributes: unknown; lists: number }> {
	return new Map(
		stage.sandbox.brevo.admin
			.contacts({})
			.filter((contact) => contact['ext_id'] !== undefined)
			.map((contact) => [
				String(contact['ext_id']),
				{
					email: contact['email'],
					attributes: contact['attributes'],
					lists: (contact['listIds'] as unknown[]).length,
				},
			]),
	);
}

const inSalesforce = (stage: Stage, id: string | undefined): Record<string, unknown> | undefined =>
	stage.sandbox.salesforce.admin.records({ object: 'Contact' }).find(({ Id }) => Id === id);

/** The five outcomes, of which each record has one. */
const outcomes = ({
	written,
	unchanged,
	excluded,
	rejected,
	deferred,
}: Summary['reverse']): number => written + unchanged + excluded + rejected + deferred;

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

	test('what people change in Brevo comes back, and then both directions are at rest', async () => {
		const { brevo, salesforce } = stage.sandbox;
		await stage.n8n().publish(stage.workflow);
		await accounted(ledger, 0, 20);
		await stage.n8n().publish(stage.wayBack);
		const records = salesforce.admin.records({ object: 'Contact' });
		const unchangedBefore = await unchangedSoFar(ledger);
		const told = await playEditsInBrevo(stage, ledger, []);
		expect(told.map(({ arrival }) => [arrival?.outcome, arrival?.limit])).toEqual([
			['written', undefined],
			['rejected', 'last-name-or-company-empty'],
			['written', undefined],
			['excluded', 'salesforce-delete-ignored'],
			['not copied', 'born-in-brevo'],
		]);
		// Told by the webhook, which Brevo delivers to n8n's own address.
		const deliveries = brevo.admin.webhookDeliveries() as Array<{ event: string; status: number }>;
		expect(deliveries.map(({ status }) => status)).toEqual(deliveries.map(() => 200));
		expect(new Set(deliveries.map(({ event }) => event))).toContain('contact_deleted');

		const [renamed, nameless, unsubscribed, deleted] = told.map(({ recordId }) => recordId);
		const before = (id: string | undefined) => records.find(({ Id }) => Id === id);
		const expected = new Map([
			[renamed, { LastName: 'Backname-Demo', HasOptedOutOfEmail: false }],
			[nameless, { LastName: before(nameless)?.['LastName'] }],
			[unsubscribed, { HasOptedOutOfEmail: true }],
			[deleted, { LastName: before(deleted)?.['LastName'] }],
		]);
		for (const [id, values] of expected) expect(inSalesforce(stage, id)).toMatchObject(values);
		expect(salesforce.admin.records({ object: 'Contact' })).toHaveLength(20);
		expect(inBrevo(stage).has(deleted ?? '')).toBe(false);

		expect(await watchRest(stage, ledger, unchangedBefore)).toMatchObject({
			writes: 0,
			tasks: 0,
			echoes: 2,
			same: true,
		});
		const summary = await summarise(stage, ledger, { refused: 0, seconds: 0 });
		expect(summary).toMatchObject({
			read: 22,
			written: 16,
			unchanged: 2,
			rejected: 4,
			tasks: 18,
			reverse: { read: 4, written: 2, unchanged: 0, excluded: 1, rejected: 1, deferred: 0 },
		});
		expect(outcomes(summary)).toBe(summary.read);
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
		expect(inBrevo(stage).size).toBe(10);
		await stage.change('Quota Guard', { monthlyLimit: 10 }, 'wayBack');
		const changed = told.map(({ recordId }) => recordId);
		const back = await playEditsInBrevo(stage, ledger, changed);
		// One record asks whether the limit was raised. The nameless one, when its webhook came first,
		// is rejected before it can ask.
		const nameless = back[1]?.arrival?.outcome ?? '';
		expect(['deferred', 'rejected']).toContain(nameless);
		const backOutcomes = ['deferred', nameless, 'deferred', 'deferred', 'not copied'];
		expect(back.map(({ arrival }) => arrival?.outcome)).toEqual(backOutcomes);
		const rejected = nameless === 'rejected' ? 1 : 0;
		expect((await summarise(stage, ledger, { refused: 0, seconds: 0 })).reverse).toEqual({
			read: 4,
			written: 0,
			unchanged: 0,
			excluded: 0,
			rejected,
			deferred: 4 - rejected,
		});

		for (const way of ['wayBack', 'workflow'] as const) {
			await stage.change('Quota Guard', { monthlyLimit: 1_000 }, way);
		}
		const isSettled = async (stream: string) => (await ledger.pages.deferredCount(stream)) === 0;
		while (!(await isSettled(INTEGRATION)) || !(await isSettled(BACK_STREAM))) await sleep(100);
		// One of them was deleted in Brevo by a person.
		expect(inBrevo(stage).size).toBe(15);
		expect(inSalesforce(stage, back[0]?.recordId)).toMatchObject({ LastName: 'Backname-Demo' });
		expect(inSalesforce(stage, back[2]?.recordId)).toMatchObject({ HasOptedOutOfEmail: true });
		expect(log.routes()['POST /v3/contacts']).toBe(16);
		// Six that waited, a new last name and the deletion in Salesforce, a new last name and an
		// unsubscription in Brevo; the rest had nothing to write.
		const summary = await summarise(stage, ledger, { refused: 0, seconds: 0 });
		expect(summary).toMatchObject({ tasks: 20, notices: 2 });
		expect(outcomes(summary.reverse)).toBe(summary.reverse.read);
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
