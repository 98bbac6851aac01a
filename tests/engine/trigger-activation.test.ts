import { eventually, rows, Scene, INTEGRATION, MAP, template, TRIGGER, withNode } from './scene.ts';
import { refusal } from './refusal.ts';

const trigger = (parameters: Record<string, unknown>) =>
	template({ [TRIGGER]: parameters as never });
const filter = (field: string, operator: string, value: string) =>
	trigger({ filters: { rows: [{ field, operator, value }] } });

/** Whether no trigger runs this integration. */
const isFree = async (scene: Scene, integration: string) =>
	await scene.withLedger(async ({ integrations }) => {
		if (!(await integrations.lease(integration, 'test', 1))) return false;
		await integrations.releaseLease(integration, 'test');
		return true;
	});

/** The editor shows nothing of such a refusal but its message. */
describe('Salesforce Contact Trigger refuses to be published', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	it('without consent, saying why', async () => {
		const { message } = await refusal(scene.publish(trigger({ consent: false })));
		expect(message).toMatch(/agreed|consent/i);
		expect(message).toMatch(/Switch on “Contacts Have Agreed/);
		expect(scene.sandbox.log.total('salesforce')).toBe(0);
	});

	it('without a name, or with one of blanks', async () => {
		for (const integration of ['', '   ']) {
			const { message } = await refusal(scene.publish(trigger({ integration })));
			expect(message).toBe(
				'The integration has no name. Give it one; its progress is kept under that name.',
			);
		}
	});

	it('with an interval below ten seconds', async () => {
		const { message } = await refusal(scene.publish(trigger({ interval: 5 })));
		expect(message).toMatch(/^The interval must be at least 10 seconds\. .* API calls\.$/);
	});

	it('without any event', async () => {
		const { message } = await refusal(scene.publish(trigger({ events: [] })));
		expect(message).toMatch(/^No event is chosen\. Choose at least one/);
	});

	it('when a mapped field has vanished from Salesforce, naming it', async () => {
		scene.sandbox.salesforce.admin.removeField({ object: 'Contact', field: 'Title' });
		const workflow = template({ [MAP]: rows({ EMAIL: 'Email', JOB_TITLE: 'Title' }) });
		const { message } = await refusal(scene.publish(workflow));
		expect(message).toMatch(/does not show the field Title/);
		expect(message).toMatch(/read access/);
	});

	it('with a filter on a field that does not exist, or with a value that does not fit', async () => {
		for (const workflow of [
			filter('Nonsense__c', 'equals', 'x'),
			filter('CreatedDate', 'greaterThan', 'the day before'),
			filter('IsDeleted', 'contains', 'yes'),
		]) {
			const { message } = await refusal(scene.publish(workflow));
			expect(message).toMatch(/Nonsense__c|CreatedDate|IsDeleted|Created Date|Deleted/);
			expect(message).toMatch(/[.:”] [A-Z]/);
		}
		expect(scene.requests(/queryAll/)).toBe(0);
	});

	it('when Salesforce’s API is disabled, saying what to enable', async () => {
		scene.sandbox.faults.add({
			kind: 'status',
			service: 'salesforce',
			path: '^/services/data',
			times: 10,
			status: 403,
			body: [
				{
					message: 'The REST API is not enabled for this Organization.',
					errorCode: 'API_DISABLED_FOR_ORG',
				},
			],
		});
		const { message } = await refusal(scene.publish());
		expect(message).toMatch(/API/);
		expect(message).not.toMatch(/undefined/);
		expect(message).toMatch(/API Enabled|edition|Performance/i);
	});

	it('when another published workflow has the integration’s name, until that is switched off', async () => {
		const first = await scene.publish();
		await first.finished(1);
		const other = { ...template(), id: 'another-workflow' };
		const { message } = await refusal(scene.publish(other));
		expect(message).toMatch(new RegExp(INTEGRATION));
		expect(message).toMatch(/name/i);
		expect(await scene.activity()).toMatchObject({ read: 20 });
		await scene.unpublish(first);
		const second = await scene.publish(other);
		await scene.unpublish(second);
		expect(await scene.activity()).toMatchObject({ read: 20, tasks: 16 });
	});

	it('beside another trigger of the same workflow with the same name, until that is switched off', async () => {
		const one = template();
		const copies = one.nodes
			.filter(({ name }) => name === TRIGGER)
			.map((node) => ({ ...node, id: 'a-copy', name: 'A copy' }));
		const both = { ...one, id: 'both', nodes: [...one.nodes, ...copies] };
		const first = await scene.publish(both);
		const { message } = await refusal(scene.publish(both, 'A copy'));
		expect(message).toBe(
			`Two triggers of this workflow run the integration “${INTEGRATION}”. Delete one of them, or give one another integration name.`,
		);
		await scene.unpublish(first);
		await scene.unpublish(await scene.publish(both, 'A copy'));
	});

	it('as the sixth integration of one Salesforce account, naming the five', async () => {
		const named = (number: number) => ({
			...template({ [TRIGGER]: { integration: `Sync ${number}`, start: 'now' } }),
			id: `workflow-${number}`,
		});
		const five = [1, 2, 3, 4, 5];
		for (const number of five) {
			await scene.publish(named(number));
			await eventually(async () => !(await isFree(scene, `Sync ${number}`)));
		}
		const { message } = await refusal(scene.publish(named(6)));
		expect(message).toContain(five.map((number) => `Sync ${number}`).join(', '));
		expect(message).toMatch(/Unpublish the workflow of one of them/);
	});

	it('with another object than it started with', async () => {
		await scene.sync();
		const leads = template({ [TRIGGER]: { object: 'Lead' }, [MAP]: { object: 'Lead' } });
		const { message } = await refusal(scene.publish(leads));
		expect(message).toMatch(/Contact/);
		expect(message).toMatch(/name/i);
	});
});

describe('Salesforce Contact Trigger with a wrong credential', () => {
	it('is refused with the login’s own reason, and the secret is not shown', async () => {
		const scene = await Scene.open({ salesforce: { clientSecret: 'not-the-secret' } });
		const { message } = await refusal(scene.publish());
		expect(message).toMatch(/client secret|consumer secret/i);
		expect(message).not.toMatch(/not-the-secret/);
		await scene.close();
	});

	it('in the editor’s test says the same', async () => {
		const scene = await Scene.open({ salesforce: { clientSecret: 'not-the-secret' } });
		const run = await scene.engine.run(template(), { start: TRIGGER, mode: 'manual' }).then(
			({ error }) => error,
			(error: unknown) => error,
		);
		expect((run as Error).message).toMatch(/Salesforce/);
		await scene.close();
	});
});

describe('Salesforce Contact Trigger in the editor’s test', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	it('shows twenty records with their sync context and moves nothing', async () => {
		for (const LastName of ['Kim', 'Lee'])
			scene.sandbox.salesforce.admin.create({ object: 'Contact', values: { LastName } });
		const run = await scene.engine.run(
			withNode(template({ [TRIGGER]: { consent: false } }), MAP, { disabled: true }),
			{ start: TRIGGER, mode: 'manual' },
		);
		expect(run.json(TRIGGER)).toHaveLength(20);
		expect(run.json(TRIGGER)[0]).toMatchObject({
			Id: expect.stringMatching(/^003\w{15}$/),
			sync: { integration: INTEGRATION, object: 'Contact' },
		});
		expect(run.json(TRIGGER)[0]?.['sync']).not.toHaveProperty('page');
		await scene.withLedger(async ({ pages, integrations }) => {
			expect(await integrations.list()).toEqual([]);
			expect(await pages.cursor(INTEGRATION)).toBeUndefined();
		});
	});
});
