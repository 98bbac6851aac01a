import { ask, DESK, named } from './desk.ts';
import { PACKAGE } from './harness.ts';
import { told } from './refusal.ts';
import { BREVO, eventually, GUARD, INTEGRATION, Scene, template, TRIGGER } from './scene.ts';

const quick = (more: Parameters<typeof template>[0] = {}) => template(more);

describe('Contact Sync, Get Status', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const status = async (name = '') => (await ask(scene, 'status', named(name))).json(DESK);

	it('tells nothing of an empty ledger, and says what to choose for an unknown name', async () => {
		expect(await status()).toEqual([]);
		const run = await ask(scene, 'status', named('Nope'));
		expect(told(run.error)).toMatchObject({
			message: 'There is no integration “Nope”',
			description: expect.stringMatching(/whose workflow was published/),
		});
	});

	it('offers the integrations that it knows, and says how one becomes known', async () => {
		const node = { name: DESK, type: `${PACKAGE}.contactSync` };
		const search = async (filter = '') =>
			(await scene.engine.listSearch(node, 'searchIntegrations', filter)).results;
		expect(await search()).toEqual([
			{
				name: expect.stringMatching(/publish a workflow with Salesforce Contact Trigger/),
				value: '',
			},
		]);
		await scene.sync();
		expect(await search('sales')).toEqual([
			{ name: `${INTEGRATION} (Contacts)`, value: INTEGRATION },
		]);
		expect(await search('Nope')).toEqual([
			{ name: expect.stringMatching(/^No integration is called “Nope”/), value: '' },
		]);
	});

	it('needs no credential: it asks the ledger only', async () => {
		await scene.sync();
		scene.sandbox.log.reset();
		const run = await ask(scene, 'status', {}, { credentials: {} });
		expect(run.json(DESK)).toHaveLength(1);
		expect(scene.sandbox.log.total('salesforce') + scene.sandbox.log.total('brevo')).toBe(0);
	});

	it('of one that runs: it looked just now, what came in, how long it took, what it cost', async () => {
		const active = await scene.publish(quick());
		await active.finished(1);
		await eventually(async () => (await status())[0]?.['lastLookAt'] !== undefined);
		expect(await status()).toEqual([
			expect.objectContaining({
				integration: INTEGRATION,
				direction: 'Salesforce to Brevo',
				object: 'Contact',
				state: 'running',
				why: expect.stringMatching(/^It looked \d+ seconds? ago; nothing waits\.$/),
				cursorAgeSeconds: expect.any(Number),
				contacts: 16,
				waiting: 0,
				rejected: expect.any(Number),
				today: expect.objectContaining({ read: 20, written: 16, tasks: 16 }),
				quota: expect.objectContaining({ used: 16, limit: 100_000 }),
			}),
		]);
		const [item] = await status();
		const groups = item?.['rejectedFor'] as Array<{ records: number; reason: string }>;
		expect(groups.reduce((sum, { records }) => sum + records, 0)).toBe(item?.['rejected']);
		expect(groups.map(({ reason }) => reason)).toContain(
			'The record has neither an e-mail address nor a mobile number in the mapped fields.',
		);
	});

	it('of one that is switched off: what to do', async () => {
		await scene.sync(quick());
		expect(await status(INTEGRATION)).toEqual([
			expect.objectContaining({
				state: 'off',
				why: 'Its workflow is not published.',
				whatToDo: 'Publish the workflow; it goes on where it stopped.',
			}),
		]);
	});

	it('of one whose runs fail: the last error with what to do, and how often', async () => {
		scene.sandbox.brevo.admin.key({ key: scene.brevoKey, state: 'deleted' });
		const active = await scene.publish(quick());
		await active.finished(1);
		const [item] = await status();
		expect(item).toMatchObject({
			state: 'failing',
			failedRuns: 1,
			lastError: expect.stringMatching(/^The execution failed at “Map Contact Fields”: /),
			whatToDo: expect.stringMatching(/tries again by itself.*nothing is lost/),
			pageUnderWay: { kind: 'changes', attempt: 1, records: 20 },
		});
	});

	it('of one whose month is used up: when it goes on, and how many wait', async () => {
		const small = { monthlyLimit: 10, options: { reservedShare: 0 } };
		const active = await scene.publish(quick({ [GUARD]: small }));
		await active.finished(1);
		await eventually(async () => (await status())[0]?.['state'] === 'outOfQuota');
		const [item] = await status();
		expect(item).toMatchObject({
			state: 'outOfQuota',
			why: expect.stringMatching(/^10 of 10 tasks of this month are used\. What changes is/),
			whatToDo: expect.stringMatching(/goes on by itself on .*“Set Monthly Limit”/),
			waiting: 6,
			waitingFor: [expect.objectContaining({ limit: 'quota-exhausted', records: 6 })],
		});
	});

	it('measures how long a change takes, and counts the calls of all nodes', async () => {
		await scene.sync(quick());
		const [first] = await status();
		expect(first?.['delay']).toEqual({});
		const [contact] = scene.sandbox.salesforce.admin.records({ object: 'Contact' });
		const id = String(contact?.['Id']);
		scene.sandbox.salesforce.admin.update({ object: 'Contact', id, values: { LastName: 'New' } });
		const { runs } = await scene.sync(quick());
		expect(runs[0]?.json(TRIGGER)).toHaveLength(1);
		expect(runs[0]?.json(BREVO)[0]).toMatchObject({ outcome: 'written' });
		const [item] = await status();
		expect(item?.['delay']).toMatchObject({ p50Seconds: expect.any(Number) });
		const calls = await scene.withLedger(async ({ desk }) => await desk.calls(INTEGRATION, 0));
		const services = calls.map(({ service }) => service);
		expect(services).toEqual(expect.arrayContaining(['salesforce', 'brevo-contacts']));
		const brevo = calls.filter(({ service }) => service.startsWith('brevo'));
		const counted = brevo.reduce((sum, { calls: made }) => sum + made, 0);
		expect(counted).toBe(scene.sandbox.log.total('brevo'));
		expect(calls.find(({ service }) => service === 'salesforce')).toMatchObject({
			used: expect.any(Number),
			most: expect.any(Number),
		});
	});
});
