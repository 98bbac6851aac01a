import { ask, DESK, named } from './desk.ts';
import { told } from './refusal.ts';
import { Person } from './person.ts';
import { eventually, INTEGRATION, Scene, STREAM, template, TRIGGER } from './scene.ts';

const NEITHER = 'email-or-sms-missing';

describe('rejected records at the desk', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const salesforce = () => scene.sandbox.salesforce.admin;
	const list = async (parameters: Readonly<Record<string, unknown>> = {}) =>
		(await ask(scene, 'rejections', parameters)).json(DESK);
	const replay = async (which: string, more: Readonly<Record<string, unknown>> = {}) =>
		await ask(scene, 'replay', { ...named(INTEGRATION), which, ...more });

	it('are told with reason and what to do, of one integration or of all', async () => {
		await scene.sync();
		const all = await list();
		const rejections = await scene.rejections();
		expect(all).toHaveLength(Object.values(rejections).reduce((sum, count) => sum + count, 0));
		expect(all.find(({ limit }) => limit === NEITHER)).toEqual({
			...{ integration: INTEGRATION, direction: 'Salesforce to Brevo', object: 'Contact' },
			recordId: expect.stringMatching(/^003/),
			limit: NEITHER,
			reason: 'The record has neither an e-mail address nor a mobile number in the mapped fields.',
			remedy: 'Add one of the two in Salesforce; the record then comes again by itself.',
			firstAt: expect.stringMatching(/^20/),
			lastAt: expect.stringMatching(/^20/),
		});
		expect(await list(named(INTEGRATION))).toEqual(all);
		expect(await list({ limit: 1 })).toEqual(all.slice(0, 1));
	});

	it('can be filtered by reason and by time', async () => {
		await scene.sync();
		const filtered = await list({ rejectionFilters: { limit: NEITHER } });
		expect(filtered).toHaveLength((await scene.rejections())[NEITHER] ?? 0);
		expect(filtered.every(({ limit }) => limit === NEITHER)).toBe(true);
		expect(await list({ rejectionFilters: { since: '2999-01-01T00:00:00' } })).toEqual([]);
		const since = '={{ new Date(0) }}';
		expect(await list({ rejectionFilters: { limit: NEITHER, since } })).toEqual(filtered);
		const run = await ask(scene, 'rejections', { rejectionFilters: { since: 'soon' } });
		expect(told(run.error)).toMatchObject({ message: '“Rejected Since” is no date' });
	});

	it('one whose address another record owns names that record', async () => {
		const records = salesforce().records({ object: 'Contact' });
		const [owner, other] = records.filter(({ Email }) => Email);
		const values = { Email: String(owner?.['Email']) };
		salesforce().update({ object: 'Contact', id: String(other?.['Id']), values });
		await scene.sync();
		const [duplicate] = await list({ rejectionFilters: { limit: 'email-duplicate' } });
		const ids = [owner?.['Id'], other?.['Id']];
		expect(ids).toContain(duplicate?.['recordId']);
		expect(ids).toContain(duplicate?.['owner']);
		expect(duplicate?.['reason']).toBe(
			`Another record already owns this e-mail address in Brevo: ${duplicate?.['owner'] as string}.`,
		);
	});

	it('holds no value of a contact', async () => {
		await scene.sync();
		const text = JSON.stringify(await list({ returnAll: true }));
		for (const { Email, LastName } of salesforce().records({ object: 'Contact' })) {
			if (Email) expect(text).not.toContain(Email);
			if (LastName) expect(text).not.toContain(`"${LastName as string}"`);
		}
	});

	it('come again when they are replayed, without an edit in Salesforce', async () => {
		await scene.sync();
		const count = (await list()).length;
		const run = await replay('rejected');
		expect(run.json(DESK)).toEqual([
			{ integration: INTEGRATION, records: count, when: 'When its workflow is published.' },
		]);
		expect(await list()).toEqual([]);
		const { runs } = await scene.sync();
		expect(runs[0]?.json(TRIGGER)).toHaveLength(count);
		expect(await list()).toHaveLength(count);
		expect((await scene.activity()).tasks).toBe(16);
	});

	it('one record is replayed alone, also by the 15 characters of its address', async () => {
		await scene.sync();
		const [first] = await list();
		const recordId = first?.['recordId'] as string;
		const run = await replay('record', { recordId: recordId.slice(0, 15) });
		expect(run.json(DESK)[0]).toMatchObject({ records: 1 });
		const { runs } = await scene.sync();
		expect(runs[0]?.json(TRIGGER).map(({ Id }) => Id)).toEqual([recordId]);
	});

	it('all records come again, and what has not changed costs no task', async () => {
		await scene.sync();
		const count = 16 + (await list()).length;
		const run = await replay('all');
		expect(run.json(DESK)[0]).toMatchObject({ records: count });
		const { runs } = await scene.sync();
		expect(runs[0]?.json(TRIGGER)).toHaveLength(count);
		expect((await scene.activity()).tasks).toBe(16);
	});

	it('a record that the ledger does not know is refused, and so is what is no id', async () => {
		await scene.sync();
		const unknown = await replay('record', { recordId: '003000000000001AAA' });
		expect(told(unknown.error)).toMatchObject({
			message: `“${INTEGRATION}” does not know the record 003000000000001AAA`,
			description: expect.stringMatching(/Save it once in Salesforce.*Explain Contact/),
		});
		const none = await replay('record', { recordId: 'rose@edge.com' });
		expect(none.error?.message).toBe('The Record ID is no Salesforce ID');
	});
});

describe('Contact Sync, Pause and Resume', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	it('nothing is written while it is paused, status says so, and then everything comes at once', async () => {
		await scene.sync();
		const paused = (await ask(scene, 'pause', named(INTEGRATION))).json(DESK);
		expect(paused).toEqual([
			{
				...{ integration: INTEGRATION, paused: true, pausedAt: expect.stringMatching(/^20/) },
				message: 'The run that is under way ends as usual; from then on nothing is written.',
			},
		]);
		const again = (await ask(scene, 'pause', named(INTEGRATION))).json(DESK)[0];
		expect(again).toMatchObject({ pausedAt: paused[0]?.['pausedAt'] });
		const contacts = scene.sandbox.salesforce.admin.records({ object: 'Contact' });
		const written = new Set(scene.contacts().map((contact) => contact['ext_id']));
		const [one, two] = contacts.map(({ Id }) => String(Id)).filter((id) => written.has(id));
		for (const id of [one ?? '', two ?? '', one ?? ''])
			scene.sandbox.salesforce.admin.update({
				object: 'Contact',
				id,
				values: { LastName: 'Late' },
			});
		const waiting = async (): Promise<number> =>
			await scene.withLedger(async ({ pages }) => await pages.deferredCount(INTEGRATION));
		const active = await scene.publish();
		await eventually(async () => (await waiting()) === 2);
		expect(active.runs).toEqual([]);
		const [status] = (await ask(scene, 'status', named(INTEGRATION))).json(DESK);
		expect(status).toMatchObject({
			state: 'paused',
			why: expect.stringMatching(/^Somebody has paused it on .*remembered and written later\.$/),
			whatToDo: 'Run Contact Sync with “Resume”.',
			waiting: 2,
		});
		const resumed = (await ask(scene, 'resume', named(INTEGRATION))).json(DESK);
		expect(resumed).toEqual([
			{
				...{ integration: INTEGRATION, paused: false, records: 2 },
				when: 'At its next look, within one interval.',
			},
		]);
		await scene.unpublish(active);
		const { runs } = await scene.sync();
		expect(runs[0]?.json(TRIGGER).map(({ Id }) => Id)).toEqual(expect.arrayContaining([one, two]));
		expect((await scene.activity()).tasks).toBe(18);
	});

	it('the way back is paused with the way there, and what was changed in Brevo waits there', async () => {
		await scene.sync();
		await scene.syncBack(async () => (await lookedAt()) > 0);
		const person = new Person(scene);
		await ask(scene, 'pause', named(INTEGRATION));
		person.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
		await scene.hint(person.id);
		const before = await lookedAt();
		const { runs } = await scene.syncBack(async () => (await lookedAt()) > before);
		expect(runs).toEqual([]);
		const [, wayBack] = (await ask(scene, 'status', named(INTEGRATION))).json(DESK);
		expect(wayBack).toMatchObject({ direction: 'Brevo to Salesforce', hints: 1 });
		await ask(scene, 'resume', named(INTEGRATION));
		await scene.syncBack(() => person.record['LastName'] === 'Elder');
	});
	const lookedAt = async (): Promise<number> =>
		await scene.withLedger(async ({ integrations }) => {
			return (await integrations.get(STREAM))?.lookedAt ?? 0;
		});

	it('resuming what is not paused says so', async () => {
		await scene.sync(template());
		expect((await ask(scene, 'resume', named(INTEGRATION))).json(DESK)).toEqual([
			{ integration: INTEGRATION, paused: false, records: 0, message: 'It was not paused.' },
		]);
	});
});
