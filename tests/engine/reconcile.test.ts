import type { IDataObject } from 'n8n-workflow';
import { PACKAGE } from './harness.ts';
import { INTEGRATION, Scene, template, TRIGGER } from './scene.ts';

const EMAILS = ['rose@edge.com', 'sean@edge.com', 'tim@uog.com', 'jrogers@burlington.com'];

describe('Contact Sync, Reconcile', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const ask = async (parameters: Record<string, unknown> = {}) =>
		await scene.engine.run(
			{
				nodes: [
					{
						name: 'Desk',
						type: `${PACKAGE}.contactSync`,
						parameters: {
							salesforceAuthentication: 'clientCredentials',
							operation: 'reconcile',
							integration: { __rl: true, mode: 'name', value: INTEGRATION },
							...parameters,
						},
					},
				],
				connections: {},
			},
			{ input: [{ json: {} }] },
		);
	const report = async (parameters?: Record<string, unknown>): Promise<IDataObject> => {
		const run = await ask(parameters);
		if (run.error) throw run.error;
		return run.json('Desk')[0] ?? {};
	};
	const extIdOf = (index: number): string => String(scene.contacts()[index]?.['ext_id']);

	it('tells that both sides agree, in six calls', async () => {
		await scene.sync();
		scene.sandbox.log.reset();
		expect(await report()).toEqual({
			integration: INTEGRATION,
			inSync: true,
			total: 0,
			differences: expect.objectContaining({ missing: 0, stale: 0 }),
			examples: {},
			leftAlone: { rejected: 4 },
			salesforce: { records: 20, misfit: 0 },
			brevo: { contacts: 16, isWhole: true, bornInBrevo: 0, ofOthers: 0 },
			links: 16,
			summary: '20 records and 16 contacts compared: no difference.',
		});
		expect(scene.sandbox.log.routes()).toEqual({
			'GET /services/data/v67.0/sobjects/Contact/describe': 1,
			// Counted before and after, and read.
			'GET /services/data/v67.0/query': 3,
			'GET /v3/contacts/attributes': 1,
			'GET /v3/contacts': 1,
		});
	});

	it('reports what differs by ids alone, repairs it through the workflow, and asks before it removes', async () => {
		await scene.sync();
		const { salesforce, brevo } = scene.sandbox;
		const [missing, stale, deleted, unlisted] = [0, 1, 2, 3].map(extIdOf);
		brevo.admin.edit({ ext_id: missing ?? '', delete: true });
		brevo.admin.edit({ ext_id: stale ?? '', attributes: { LASTNAME: 'Planted' } });
		salesforce.admin.hardDelete({ object: 'Contact', id: deleted ?? '' });
		await scene.inBrevo('POST', `contacts/lists/${scene.listId()}/contacts/remove`, {
			extIds: [unlisted],
		});
		scene.sandbox.clock.advance(120_000);
		const found = await report();
		expect(found).toMatchObject({
			inSync: false,
			total: 4,
			differences: { missing: 1, stale: 1, deleted: 1, unlisted: 1 },
			examples: {
				missing: [{ recordId: missing }],
				stale: [{ recordId: stale, fields: ['LASTNAME'] }],
				deleted: [{ recordId: deleted }],
				unlisted: [{ recordId: unlisted }],
			},
			summary:
				'19 records and 15 contacts compared: 4 differences (1 deleted in Salesforce, 1 missing in Brevo, 1 with other values, 1 not in the list).',
		});
		expect(JSON.stringify(found)).not.toMatch(/Planted|@/);
		for (const email of EMAILS) expect(JSON.stringify(found)).not.toContain(email);

		const brake = { reconcileOptions: { brakeNumber: 0 } };
		expect(await report({ mode: 'repair', ...brake })).toMatchObject({
			...{ handedOver: 3, held: 1, overBudget: 0, needsApproval: true },
			summary: expect.stringMatching(
				/; 3 records will come again; 1 removal held back until somebody approves\.$/,
			),
		});
		const approval = await ask({ operation: 'approveRemovals' });
		expect(approval.json('Desk')).toEqual([
			{ integration: INTEGRATION, approved: true, records: 0 },
		]);
		expect(await report({ mode: 'repair', ...brake })).toMatchObject({ handedOver: 1, held: 0 });
		const { tasks } = await scene.activity();
		await scene.sync();
		expect((await scene.activity()).tasks - tasks).toBe(4);
		expect(scene.members()).toBe(15);
		expect(await report()).toMatchObject({ inSync: true });
	});

	it('means the records that the trigger’s filter means', async () => {
		const filters = { rows: [{ field: 'LastName', operator: 'equals', value: 'Rogers' }] };
		await scene.sync(template({ [TRIGGER]: { filters } }));
		expect(await report()).toMatchObject({
			inSync: true,
			salesforce: { records: 1 },
			links: 1,
		});
	});

	it('says what to do when there is nothing to reconcile, or not yet', async () => {
		expect((await ask()).error).toMatchObject({
			message: `There is no integration “${INTEGRATION}”`,
			description: expect.stringMatching(/whose workflow was published/),
		});
		await scene.sync();
		await scene.withLedger(async ({ snapshots }) => {
			await snapshots.begin(INTEGRATION, { purpose: 'import', startedAt: '2026-11-01T00:00:00Z' });
		});
		expect((await ask()).error).toMatchObject({
			message: `The first import of “${INTEGRATION}” is still under way`,
			description: 'Reconcile once it is done.',
		});
	});

	it('reads nothing when only the calls of other programs are left', async () => {
		await scene.sync();
		scene.sandbox.salesforce.admin.setLimit({ limit: 1_000, used: 995 });
		scene.sandbox.log.reset();
		expect((await ask()).error?.message).toMatch(/the last 10 % are left to other programs/);
		expect(scene.requests(/\/query$/)).toBe(0);
	});
});
