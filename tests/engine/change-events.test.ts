import type { INodeParameters } from 'n8n-workflow';
import type { ActiveTrigger, WorkflowJson } from './harness.ts';
import { eventually, INTEGRATION, Scene, template, TRIGGER } from './scene.ts';

/** So long that nothing arrives by itself. */
const HOUR = 3_600;

const workflow = (options: INodeParameters = {}, more: INodeParameters = {}): WorkflowJson =>
	template({
		[TRIGGER]: { interval: HOUR, options: { changeEvents: true, ...options }, ...more },
	});

describe('change events of Salesforce', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const salesforce = () => scene.sandbox.salesforce.admin;
	const idOf = (lastName: string): string =>
		String(
			salesforce()
				.records({ object: 'Contact' })
				.find(({ LastName }) => LastName === lastName)?.['Id'],
		);
	const title = (id: string, values: Record<string, unknown>) =>
		salesforce().update({ object: 'Contact', id, values });
	const lastName = (id: string) =>
		(
			scene.sandbox.brevo.admin.contact({ ext_id: id })['attributes'] as
				Record<string, unknown> | undefined
		)?.['LASTNAME'];
	const clients = () =>
		(salesforce().streaming({}) as { readonly clients: number; readonly events: number }).clients;
	const polls = () => scene.requests(/queryAll/);

	/** Published, the first import done, a long poll open. */
	async function listening(json: WorkflowJson = workflow()): Promise<ActiveTrigger> {
		const active = await scene.publish(json);
		await active.finished(1);
		await eventually(() => clients() === 1);
		await eventually(() => scene.requests(/cometd/) >= 3);
		return active;
	}

	it('bring an edit at once, without waiting for the interval', async () => {
		const active = await listening();
		const id = idOf('Young');
		title(id, { LastName: 'Elder' });
		await active.finished(2);
		expect(lastName(id)).toBe('Elder');
		expect(active.runs.at(-1)?.json(TRIGGER)).toHaveLength(1);
		expect(await scene.activity()).toMatchObject({ written: 17, tasks: 17 });
	});

	it('cost nothing twice: the poll that follows knows what went out', async () => {
		const active = await listening();
		const [id, other] = [idOf('Young'), idOf('Frank')];
		title(id, { LastName: 'Elder' });
		await active.finished(2);
		// What the read's own second holds back is readable by now.
		scene.sandbox.clock.advance(5_000);
		title(other, { LastName: 'Franklin' });
		await active.finished(3);
		expect(lastName(other)).toBe('Franklin');
		expect(active.runs.at(-1)?.json(TRIGGER)).toMatchObject([{ LastName: 'Franklin' }]);
	});

	it('of records that the filter leaves out bring nothing', async () => {
		const rows = [{ field: 'LastName', operator: 'equals', value: 'Young' }];
		const active = await listening(workflow({}, { filters: { rows } }));
		const before = polls();
		title(idOf('Frank'), { LastName: 'Franklin' });
		await eventually(() => polls() > before);
		expect(active.runs).toHaveLength(1);
	});

	it('bring deletions as well', async () => {
		await listening();
		const id = idOf('Young');
		salesforce().delete({ object: 'Contact', id });
		await eventually(() => scene.members() === 15);
	});

	it('make a round look further back where Salesforce could not tell what changed', async () => {
		const active = await listening();
		const id = idOf('Young');
		salesforce().loseEvents({ events: 1 });
		title(id, { LastName: 'Elder' });
		// Long behind the overlap of ten minutes.
		scene.sandbox.clock.advance(1_800_000);
		const other = idOf('Frank');
		salesforce().emitGap({ object: 'Contact', changeType: 'GAP_UPDATE', ids: [other] });
		await eventually(() => lastName(id) === 'Elder');
		expect(active.failed).toEqual([]);
	});

	it('go on after the server has forgotten the client, also of what changed meanwhile', async () => {
		await listening();
		salesforce().dropClients({});
		const id = idOf('Young');
		title(id, { LastName: 'Elder' });
		await eventually(() => lastName(id) === 'Elder');
		await eventually(() => clients() === 1);
		title(id, { LastName: 'Eldest' });
		await eventually(() => lastName(id) === 'Eldest');
	});

	it('that came while nobody listened come after a restart', async () => {
		const active = await listening();
		const id = idOf('Young');
		title(id, { LastName: 'Elder' });
		await eventually(() => lastName(id) === 'Elder');
		const key = `replay|${INTEGRATION}`;
		await eventually(
			async () => (await scene.withLedger(async ({ cache }) => await cache.get(key))) !== undefined,
		);
		await scene.unpublish(active);
		title(id, { LastName: 'Eldest' });
		await scene.publish(workflow());
		await eventually(() => lastName(id) === 'Eldest');
		await eventually(async () => (await scene.activity()).tasks === 18);
	});

	it('where they are not enabled the poll does the work, and the node says what to do', async () => {
		salesforce().captureChanges({ object: 'Contact', on: false });
		const active = await scene.publish(workflow());
		await active.finished(1);
		await eventually(() => active.failed.length === 1);
		expect(active.failed[0]?.message).toMatch(
			/^Salesforce sends no change events: User not allowed to subscribe/,
		);
		expect((active.failed[0] as { description?: string }).description).toMatch(
			/Setup > Change Data Capture/,
		);
		expect(scene.contacts()).toHaveLength(16);
	});

	it('do not keep a workflow that is switched off', async () => {
		const active = await listening();
		await scene.unpublish(active);
		const requests = scene.requests(/cometd/);
		salesforce().dropClients({});
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(scene.requests(/cometd/) - requests).toBeLessThanOrEqual(1);
	});
});
