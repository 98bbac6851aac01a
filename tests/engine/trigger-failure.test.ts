import { BREVO, eventually, GUARD, MAP, Scene, template, TRIGGER } from './scene.ts';

describe('when something fails on the way', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const brevoFault = (status: number, times: number, code = 'error') => {
		scene.sandbox.faults.add({
			kind: 'status',
			service: 'brevo',
			method: 'POST',
			path: '^/v3/contacts$',
			times,
			status,
			body: { code, message: 'Refused by the test' },
		});
	};
	/** The key is refused once some contacts are written. */
	const revokedAfter = (contacts: number) => {
		scene.sandbox.faults.add({
			kind: 'status',
			service: 'brevo',
			method: 'POST',
			path: '^/v3/contacts$',
			skip: contacts,
			times: 1_000,
			status: 401,
			body: { code: 'unauthorized', message: 'Key not found' },
		});
	};
	const everythingArrivedOnce = async () => {
		expect(scene.members()).toBe(16);
		expect(scene.contacts()).toHaveLength(16);
		expect(await scene.activity()).toMatchObject({ read: 20, rejected: 4, tasks: 16 });
	};

	it('a revoked key fails the run, and the page comes again when the key is back', async () => {
		const { brevo } = scene.sandbox;
		brevo.admin.key({ key: scene.brevoKey, state: 'deleted' });
		const first = await scene.sync();
		expect(first.runs[0]?.status).toBe('error');
		expect(first.runs[0]?.error?.message).toMatch(/API key/);
		expect(await scene.activity()).toMatchObject({ read: 0, tasks: 0 });
		brevo.admin.key({ key: scene.brevoKey, state: 'valid' });
		await scene.sync();
		await everythingArrivedOnce();
	});

	it('a run that failed half-way repeats nothing that was written', async () => {
		revokedAfter(7);
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

	it('a write whose answer was lost is not charged twice and makes no second contact', async () => {
		scene.sandbox.faults.add({
			kind: 'drop-after',
			service: 'brevo',
			method: 'POST',
			path: '^/v3/contacts$',
			times: 3,
		});
		const { runs } = await scene.sync();
		expect(runs[0]?.status).toBe('success');
		await everythingArrivedOnce();
	});

	it('a Brevo that is down for a moment is asked again within the run', async () => {
		brevoFault(503, 2);
		const { runs } = await scene.sync();
		expect(runs[0]?.status).toBe('success');
		await everythingArrivedOnce();
	});

	it('a contact that Brevo refuses does not stop the others', async () => {
		brevoFault(400, 1, 'invalid_parameter');
		const { runs } = await scene.sync();
		expect(runs[0]?.status).toBe('success');
		expect(scene.contacts()).toHaveLength(15);
		const refused = runs[0]?.json(BREVO).filter(({ outcome }) => outcome === 'rejected') ?? [];
		expect(refused).toEqual([
			expect.objectContaining({
				limit: 'brevo-refused',
				reason: expect.stringMatching(/Brevo refused the contact/),
			}),
		]);
		expect(await scene.activity()).toMatchObject({ written: 15, rejected: 5, tasks: 15 });
	});

	it('an expired Salesforce session is renewed without anybody noticing', async () => {
		await scene.sync();
		scene.sandbox.salesforce.admin.expireSessions({});
		const [contact] = scene.sandbox.salesforce.admin.records({ object: 'Contact' });
		scene.sandbox.salesforce.admin.update({
			object: 'Contact',
			id: String(contact?.['Id']),
			values: { LastName: 'Later' },
		});
		const active = await scene.sync();
		expect(active.failed).toEqual([]);
		expect(await scene.activity()).toMatchObject({ read: 21 });
	});

	it.each(['drop-before', 'html', 'truncate'] as const)(
		'a Salesforce answer that is broken (%s) is asked for again and loses nothing',
		async (kind) => {
			scene.sandbox.faults.add({ kind, service: 'salesforce', path: '/queryAll', times: 1 });
			const active = await scene.sync();
			expect(active.failed).toEqual([]);
			await everythingArrivedOnce();
		},
	);

	it('a Salesforce that is out of API calls is told once, and everything comes when it has some', async () => {
		scene.sandbox.faults.add({
			kind: 'status',
			service: 'salesforce',
			path: '/queryAll',
			times: 1_000,
			status: 403,
			body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }],
		});
		const active = await scene.syncUntil(({ failed }) => failed.length > 0);
		expect(active.failed).toHaveLength(1);
		expect(active.failed[0]?.message).toMatch(/API/);
		scene.sandbox.faults.clear();
		await scene.sync();
		await everythingArrivedOnce();
	});

	it('switching the workflow off in the middle of a run ends as if nobody had', async () => {
		scene.sandbox.faults.add({
			kind: 'delay',
			service: 'brevo',
			path: '^/v3/contacts$',
			times: 3,
			delayMs: 150,
		});
		const active = await scene.publish();
		await eventually(() => scene.contacts().length > 0);
		await scene.unpublish(active);
		await scene.syncUntil(async () => (await scene.activity()).read >= 20);
		await everythingArrivedOnce();
	});

	it('a renamed trigger goes on where it was, because the integration keeps its name', async () => {
		await scene.sync();
		const { nodes, connections } = template();
		const { [TRIGGER]: wires = {}, ...others } = connections;
		const renamed = {
			nodes: nodes.map((node) => (node.name === TRIGGER ? { ...node, name: 'CRM' } : node)),
			connections: { ...others, CRM: wires },
		};
		const [contact] = scene.sandbox.salesforce.admin.records({ object: 'Contact' });
		const id = String(contact?.['Id']);
		scene.sandbox.salesforce.admin.update({
			object: 'Contact',
			id,
			values: { LastName: 'Later' },
		});
		const active = await scene.publish(renamed, 'CRM');
		await active.finished(1);
		await scene.unpublish(active);
		expect(active.runs[0]?.json('CRM').map(({ Id }) => Id)).toEqual([id]);
	});

	it('pages smaller than the number of changes come in order, one execution each', async () => {
		const small = template({ [TRIGGER]: { options: { pageSize: 7 } } });
		const { runs } = await scene.sync(small, 3);
		const pages = runs.map((run) => run.json(TRIGGER).map(({ Id }) => Id as string));
		expect(pages.flat()).toHaveLength(20);
		expect(new Set(pages.flat()).size).toBe(20);
		expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(7);
		await everythingArrivedOnce();
	});

	it('a page that fails between others holds its place: nothing overtakes it, nothing is skipped', async () => {
		const small = template({ [TRIGGER]: { options: { pageSize: 7 } } });
		revokedAfter(8);
		const active = await scene.syncUntil(
			({ runs }) => runs.some(({ status }) => status === 'error'),
			small,
		);
		expect(active.runs.at(-1)?.status).toBe('error');
		scene.sandbox.faults.clear();
		await scene.syncUntil(async () => (await scene.activity()).read >= 20, small);
		await everythingArrivedOnce();
		expect([GUARD, MAP].map((node) => active.runs[0]?.count(node))).toEqual([1, 1]);
	});
});
