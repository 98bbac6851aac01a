import type { INodeParameters } from 'n8n-workflow';
import type { WorkflowJson } from './harness.ts';
import { BREVO, eventually, INTEGRATION, MAP, rows, Scene, template, TRIGGER } from './scene.ts';

const MAPPED = {
	EMAIL: 'Email',
	'@LASTNAME': 'LastName',
	'@FIRSTNAME': 'FirstName',
	SMS: 'MobilePhone',
	COMPANY: 'Account.Name',
	BIRTHDAY: 'Birthdate',
	POINTS: 'Points__c',
	VIP: 'DoNotCall',
	POSITION: 'Position__c',
};
const LIFTED = {
	...rows(MAPPED),
	options: { lift: ['boolean-field', 'formula-field'] },
};

const byBulk: INodeParameters = { bulkAbove: 5, importPageSize: 8 };
const workflow = (options: INodeParameters = byBulk): WorkflowJson =>
	template({ [TRIGGER]: { options }, [MAP]: LIFTED });

describe('a first import through Bulk API 2.0', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await open();
	});
	afterEach(async () => {
		await scene.close();
	});

	async function open(): Promise<Scene> {
		const opened = await Scene.open();
		const { salesforce, brevo } = opened.sandbox;
		const { admin } = salesforce;
		admin.addField({ object: 'Contact', line: 'Points__c|Points|double|8,2|ncu' });
		// The sandbox works every text formula out alike: title and account.
		admin.addField({ object: 'Contact', line: 'Position__c|Position|string|1300|nf' });
		for (const [index, { Id }] of admin.records({ object: 'Contact' }).entries()) {
			const values = { Points__c: index / 4, DoNotCall: index % 2 === 0, Birthdate: '1980-02-29' };
			admin.update({ object: 'Contact', id: String(Id), values });
		}
		brevo.admin.addAttribute({ name: 'COMPANY', category: 'normal', type: 'text' });
		brevo.admin.addAttribute({ name: 'POSITION', category: 'normal', type: 'text' });
		brevo.admin.addAttribute({ name: 'BIRTHDAY', category: 'normal', type: 'date' });
		brevo.admin.addAttribute({ name: 'POINTS', category: 'normal', type: 'float' });
		brevo.admin.addAttribute({ name: 'VIP', category: 'normal', type: 'boolean' });
		return opened;
	}

	const done = async () =>
		await scene.withLedger(async ({ snapshots }) => await snapshots.get(INTEGRATION));
	const jobs = () => scene.requests(/POST .*\/jobs\/query$/);
	const hasEnded = async () => (await done())?.endedAt !== undefined;
	/** Contacts without what differs from one account to the next. */
	const contacts = (of: Scene) =>
		of
			.contacts()
			.map(({ email, ext_id, emailBlacklisted, listIds, attributes }) => ({
				email,
				ext_id,
				emailBlacklisted,
				listIds,
				attributes,
			}))
			.sort((a, b) => (String(a['email']) < String(b['email']) ? -1 : 1));

	it('writes what an import by REST writes, value for value', async () => {
		await scene.syncUntil(hasEnded, workflow());
		expect(await scene.activity()).toMatchObject({ read: 20, written: 16, rejected: 4 });
		expect(jobs()).toBe(1);
		const rest = await open();
		await rest.sync(workflow({ bulkAbove: 1_000 }));
		expect(rest.requests(/jobs\/query/)).toBe(0);
		expect(contacts(scene)).toEqual(contacts(rest));
		expect(contacts(scene)).toHaveLength(16);
		await rest.close();
	});

	it('comes in pages, each an execution, and is read with few calls', async () => {
		// A page for each execution; the job, looks until it is done, and its end.
		const { runs } = await scene.syncUntil(
			() => scene.requests(/DELETE .*\/jobs\/query/) === 1,
			workflow(),
		);
		expect(runs.map((run) => run.json(TRIGGER).length)).toEqual([8, 8, 4]);
		expect(await done()).toMatchObject({ purpose: 'import', total: 20, done: 20 });
		expect(scene.requests(/\/results$/)).toBe(3);
		// How far it is stands under the output of the last node.
		expect(runs[1]?.hints(BREVO).join()).toMatch(
			/First import: 8 of 20 records, [\d,]+ a second, about \d+ s left/,
		);
	});

	it('is followed by changes as ever, and costs nothing again', async () => {
		await scene.syncUntil(hasEnded, workflow());
		const id = String(scene.sandbox.salesforce.admin.records({ object: 'Contact' })[0]?.['Id']);
		scene.sandbox.salesforce.admin.update({
			object: 'Contact',
			id,
			values: { LastName: 'Elder' },
		});
		const { runs } = await scene.sync(workflow());
		expect(runs.map((run) => run.json(TRIGGER).length)).toEqual([1]);
		expect(jobs()).toBe(1);
		expect((await scene.activity()).tasks).toBe(17);
	});

	it('is begun anew when Salesforce’s job fails, and by REST when it fails again', async () => {
		const { admin } = scene.sandbox.salesforce;
		admin.bulk({ failNext: true });
		const active = await scene.publish(workflow());
		await eventually(() => jobs() === 2);
		admin.bulk({ abortNext: true });
		await eventually(hasEnded, 15_000);
		await scene.unpublish(active);
		expect(await scene.activity()).toMatchObject({ read: 20, written: 16 });
		expect(jobs()).toBe(2);
	}, 30_000);

	it('is read by REST where Salesforce refuses the job', async () => {
		scene.sandbox.faults.add({
			kind: 'status',
			method: 'POST',
			path: '/jobs/query$',
			status: 400,
			body: [{ errorCode: 'API_DISABLED_FOR_ORG', message: 'Bulk API is not enabled' }],
		});
		const { runs } = await scene.syncUntil(hasEnded, workflow());
		expect(runs.map((run) => run.json(TRIGGER).length)).toEqual([8, 8, 4]);
		expect(scene.contacts()).toHaveLength(16);
	});

	it('loses no page that breaks off in the middle', async () => {
		scene.sandbox.faults.add({ kind: 'truncate', path: '/results$', skip: 1, times: 1 });
		await scene.syncUntil(hasEnded, workflow());
		expect(await scene.activity()).toMatchObject({ read: 20, written: 16 });
	});

	it('reads formula fields anew, and writes only what has changed', async () => {
		await scene.syncUntil(hasEnded, workflow());
		// A formula's result changes with the account's name, and the contact is not stamped.
		const { admin } = scene.sandbox.salesforce;
		const [account] = admin.records({ object: 'Account' });
		admin.update({ object: 'Account', id: String(account?.['Id']), values: { Name: 'Renamed' } });
		const renamed = () =>
			scene
				.contacts()
				.filter(({ attributes }) =>
					String((attributes as Record<string, unknown>)['POSITION']).includes('Renamed'),
				).length;
		await scene.sync(workflow(), 0);
		expect(renamed()).toBe(0);
		const { written } = await scene.activity();
		const isRefreshed = async () => (await done())?.purpose === 'refresh' && (await hasEnded());
		await scene.syncUntil(isRefreshed, workflow({ ...byBulk, refreshHours: 1e-9 }));
		expect(renamed()).toBeGreaterThan(0);
		expect((await scene.activity()).written - written).toBe(renamed());
	});
});
