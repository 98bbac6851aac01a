import type { Fault } from '../../sandbox/faults.ts';
import type { EngineRun } from './engine-run.ts';
import type { WorkflowJson } from './harness.ts';
import { BREVO, eventually, INTEGRATION, Scene, template, TRIGGER } from './scene.ts';

const QUERIES = { service: 'salesforce', path: '/queryAll' } as const;
const WRITES = { service: 'brevo', method: 'POST', path: '^/v3/contacts$' } as const;
const SLOWLY = { ...WRITES, kind: 'delay', delayMs: 200 } as const;
/** 20 records make three pages. */
const SMALL_PAGES = template({ [TRIGGER]: { options: { pageSize: 7 } } });

describe('when something fails on the way', () => {
	let scene: Scene;
	beforeEach(async () => {
		// Back-off takes its jitter from it: with none, repeats wait the least.
		jest.spyOn(Math, 'random').mockReturnValue(0);
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
		jest.restoreAllMocks();
	});

	/** From now on Brevo answers writes of contacts like this. */
	const brevoAnswers = (status: number, fault: Partial<Fault> = {}) => {
		const body = { code: 'by_the_test', message: 'By the test' };
		scene.sandbox.faults.add({ ...WRITES, kind: 'status', times: 1_000, status, body, ...fault });
	};
	const faultsLeft = () => scene.sandbox.faults.list().map(({ left }) => left);
	const everythingArrivedOnce = async () => {
		expect(scene.members()).toBe(16);
		expect(scene.contacts()).toHaveLength(16);
		expect(await scene.activity()).toMatchObject({ read: 20, rejected: 4, tasks: 16 });
	};
	const contacts = () => scene.sandbox.salesforce.admin.records({ object: 'Contact' });
	const editOne = (): string => {
		const id = String(contacts()[0]?.['Id']);
		scene.sandbox.salesforce.admin.update({ object: 'Contact', id, values: { LastName: 'Later' } });
		return id;
	};
	const isFailing = async () =>
		scene.withLedger(async (l) => (await l.integrations.get(INTEGRATION))?.state === 'failing');
	const idsOf = (run: EngineRun | undefined, trigger = TRIGGER) =>
		run?.json(trigger).map(({ Id }) => Id as string) ?? [];

	it('a revoked key fails the run, and the page comes again when the key is back', async () => {
		scene.sandbox.brevo.admin.key({ key: scene.brevoKey, state: 'deleted' });
		const first = await scene.sync();
		expect(first.runs[0]?.status).toBe('error');
		expect(first.runs[0]?.error?.message).toMatch(/API key/);
		expect(await scene.activity()).toMatchObject({ read: 0, tasks: 0 });
		scene.sandbox.brevo.admin.key({ key: scene.brevoKey, state: 'valid' });
		const second = await scene.sync();
		expect(idsOf(second.runs[0])).toEqual(idsOf(first.runs[0]));
		await everythingArrivedOnce();
	});

	it('a run that failed half-way repeats nothing that was written', async () => {
		brevoAnswers(401, { skip: 7 });
		const first = await scene.sync();
		expect(first.runs[0]?.status).toBe('error');
		const writtenBefore = scene.contacts().length;
		expect(writtenBefore).toBeGreaterThanOrEqual(7);
		scene.sandbox.faults.clear();
		scene.sandbox.log.reset();
		await scene.sync();
		expect(scene.requests(/POST \/v3\/contacts$/)).toBe(16 - writtenBefore);
		await everythingArrivedOnce();
	});

	it('a Brevo that is down for all fails the run, and the page comes again', async () => {
		brevoAnswers(500);
		const { runs } = await scene.sync();
		expect(runs[0]?.error?.message).toMatch(/Brevo/);
		expect(await scene.activity()).toMatchObject({ read: 0 });
		scene.sandbox.faults.clear();
		await scene.sync();
		await everythingArrivedOnce();
	});

	it('a Brevo that goes down half-way puts the others off; they come by themselves', async () => {
		brevoAnswers(500, { skip: 10 });
		const { runs } = await scene.sync();
		expect(runs[0]?.status).toBe('success');
		const { written, deferred } = await scene.activity();
		expect(written).toBeGreaterThanOrEqual(10);
		expect(written + deferred).toBe(16);
		scene.sandbox.faults.clear();
		const now = Date.now.bind(Date);
		jest.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
		const again = await scene.sync();
		expect(idsOf(again.runs[0])).toHaveLength(deferred);
		expect(scene.members()).toBe(16);
		expect(await scene.activity()).toMatchObject({ written: 16, tasks: 16 });
	});

	it.each<[string, number, Partial<Fault>]>([
		['no answer although it was done', 0, { kind: 'drop-after', times: 3 }],
		['trouble for a moment', 503, { times: 2 }],
	])('a write that met %s is repeated in the run, and charged once', async (_, status, fault) => {
		brevoAnswers(status, fault);
		const { runs } = await scene.sync();
		expect(faultsLeft()).toEqual([0]);
		expect(runs.map((run) => run.status)).toEqual(['success']);
		await everythingArrivedOnce();
	});

	it('a contact that Brevo refuses does not stop the others', async () => {
		brevoAnswers(400, { times: 1 });
		const { runs } = await scene.sync();
		expect(runs[0]?.status).toBe('success');
		expect(scene.contacts()).toHaveLength(15);
		const [refused] = runs[0]?.json(BREVO).filter(({ outcome }) => outcome === 'rejected') ?? [];
		expect(refused?.['limit']).toBe('brevo-refused');
		expect(refused?.['reason']).toMatch(/Brevo refused the contact/);
		expect(await scene.activity()).toMatchObject({ written: 15, rejected: 5, tasks: 15 });
	});

	it('a Salesforce session that expires under way is renewed without anybody noticing', async () => {
		scene.sandbox.faults.add({ ...SLOWLY, times: 1 });
		const active = await scene.publish(SMALL_PAGES);
		await eventually(() => scene.requests(/queryAll/) > 0);
		scene.sandbox.salesforce.admin.expireSessions({});
		await active.finished(3);
		await scene.unpublish(active);
		const refusals = scene.sandbox.log.latest().filter(({ status }) => status === 401);
		expect(refusals.map(({ service }) => service)).toContain('salesforce');
		expect(active.failed).toEqual([]);
		expect(active.runs.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
		await everythingArrivedOnce();
	});

	it.each<Fault>([
		{ kind: 'status', status: 503, body: 'Service Unavailable' },
		{ kind: 'drop-before' },
		{ kind: 'html' },
		{ kind: 'truncate' },
	])('a Salesforce answer that is broken ($kind) is asked for again: all come', async (fault) => {
		scene.sandbox.faults.add({ ...fault, ...QUERIES });
		const active = await scene.sync();
		expect(faultsLeft()).toEqual([0]);
		expect(active.failed).toEqual([]);
		await everythingArrivedOnce();
	});

	it('a Salesforce that is out of API calls is told once, and all come when it has some', async () => {
		const body = [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests exceeded.' }];
		scene.sandbox.faults.add({ ...QUERIES, kind: 'status', times: 1_000, status: 403, body });
		const active = await scene.syncUntil(({ failed }) => failed.length > 0);
		expect(active.failed).toHaveLength(1);
		expect(active.failed[0]?.message).toMatch(/API/);
		scene.sandbox.faults.clear();
		await scene.sync();
		await everythingArrivedOnce();
	});

	it('switching the workflow off in the middle of a run ends as if nobody had', async () => {
		scene.sandbox.faults.add({ ...SLOWLY, times: 3 });
		const active = await scene.publish(SMALL_PAGES);
		await eventually(() => scene.contacts().length > 0);
		await scene.unpublish(active);
		expect((await scene.activity()).read).toBe(7);
		await scene.sync(SMALL_PAGES, 2);
		await everythingArrivedOnce();
	});

	it('a renamed trigger goes on where it was: the integration keeps its name', async () => {
		await scene.sync();
		const renamed = JSON.stringify(template()).replaceAll(TRIGGER, 'CRM');
		const id = editOne();
		const active = await scene.publish(JSON.parse(renamed) as WorkflowJson, 'CRM');
		await active.finished(1);
		await scene.unpublish(active);
		expect(idsOf(active.runs[0], 'CRM')).toEqual([id]);
		expect(await scene.activity()).toMatchObject({ read: 21, written: 17, tasks: 17 });
	});

	it('changes that do not fit into one page come in order, one execution a page', async () => {
		editOne();
		const { runs } = await scene.sync(SMALL_PAGES, 3);
		const keys = contacts().map((row) => `${String(row['SystemModstamp'])} ${String(row['Id'])}`);
		const inOrder = keys.sort().map((key) => key.split(' ')[1]);
		const pages = [0, 7, 14].map((first) => inOrder.slice(first, first + 7));
		expect(runs.map((run) => idsOf(run))).toEqual(pages);
		await everythingArrivedOnce();
	});

	it('a page that fails between others comes first the next time, and nothing is skipped', async () => {
		// All that is left of the second page; the third would go through.
		brevoAnswers(402, { skip: 8, times: 4 });
		const { runs } = await scene.syncUntil(isFailing, SMALL_PAGES);
		expect(faultsLeft()).toEqual([0]);
		expect(runs.map(({ status }) => status)).toEqual(['success', 'error']);
		expect((await scene.activity()).read).toBe(7);
		const again = await scene.sync(SMALL_PAGES, 2);
		expect(idsOf(again.runs[0])).toEqual(idsOf(runs[1]));
		await everythingArrivedOnce();
	});
});
