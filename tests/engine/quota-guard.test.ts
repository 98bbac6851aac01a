import { ALERTS, GUARD, INTEGRATION, MAP, Scene, template, TRIGGER, withNode } from './scene.ts';
import { told } from './refusal.ts';

type Options = Record<string, unknown>;

const limited = (monthlyLimit: unknown, more: Options = {}) =>
	template({ [GUARD]: { monthlyLimit: monthlyLimit as number, ...(more as object) } });

describe('Quota Guard', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const salesforce = () => scene.sandbox.salesforce.admin;
	const written = (): string[] => scene.contacts().map((contact) => contact['ext_id'] as string);

	it('lets the month’s tasks through, holds the rest back by id, and tells each thing once', async () => {
		const { runs } = await scene.sync(limited(10));
		expect(scene.members()).toBe(10);
		expect(await scene.activity()).toMatchObject({ written: 10, deferred: 6, tasks: 10 });
		expect(runs[0]?.json(GUARD, 1)).toHaveLength(6);
		expect(runs[0]?.json(GUARD, 1)[0]).toMatchObject({
			outcome: 'deferred',
			limit: 'quota-exhausted',
			reason: 'The monthly quota of 10 tasks is used up; the record is kept for later.',
			remedy: expect.stringMatching(/once you raise the limit/),
		});
		expect(runs[0]?.json(ALERTS).map(({ notice }) => notice)).toEqual(['warning', 'exhausted']);
		expect(runs[0]?.json(ALERTS)[1]).toMatchObject({
			used: 10,
			limit: 10,
			waiting: 6,
			message: expect.stringMatching(/6 contacts wait/),
		});
		expect(runs[0]?.hints(GUARD)).toEqual([
			'10 allowed, 6 deferred; 0 of 10 tasks left this month',
		]);
	});

	it('while it is used up, publishing again tries one page, and 40 edits of one contact cost one task later', async () => {
		await scene.sync(limited(10));
		const [id = ''] = written();
		for (let edit = 0; edit < 40; edit += 1) {
			salesforce().update({ object: 'Contact', id, values: { LastName: `Edit ${edit}` } });
		}
		await scene.sync(limited(10));
		expect(await scene.activity()).toMatchObject({ tasks: 10 });
		const { runs } = await scene.sync(limited(100));
		expect(runs.every(({ status }) => status === 'success')).toBe(true);
		await scene.syncUntil(async () => (await scene.activity()).tasks >= 17, limited(100));
		expect(scene.members()).toBe(16);
		expect((await scene.activity()).tasks).toBe(17);
		const contact = scene.sandbox.brevo.admin.contact({ ext_id: id });
		expect(contact['attributes']).toMatchObject({ LASTNAME: 'Edit 39' });
	});

	it('a raised limit brings everything that waited, without an edit and without a second charge', async () => {
		await scene.sync(limited(10));
		const before = written();
		scene.sandbox.log.reset();
		const { runs } = await scene.syncUntil(() => scene.members() === 16, limited(100));
		expect(scene.requests(/POST \/v3\/contacts$/)).toBe(6);
		const ids = runs.flatMap((run) => run.json(TRIGGER).map(({ Id }) => Id));
		expect(ids.sort()).toEqual(written().slice(10).sort());
		expect(written().slice(0, 10)).toEqual(before);
		expect((await scene.activity()).tasks).toBe(16);
		await scene.withLedger(async ({ pages }) =>
			expect(await pages.deferredCount(INTEGRATION)).toBe(0),
		);
	});

	it('keeps the last share for opt-outs and deletions', async () => {
		const options = { options: { reservedShare: 20 } };
		await scene.sync(limited(10, options));
		expect(scene.members()).toBe(8);
		const withCase = new Set(
			salesforce()
				.records({ object: 'Case' })
				.map((row) => row['ContactId']),
		);
		const id = written().find((one) => !withCase.has(one)) ?? '';
		salesforce().delete({ object: 'Contact', id });
		await scene.syncUntil(async () => (await scene.activity()).tasks === 9, limited(10, options));
		expect(scene.members()).toBe(7);
	});

	it('costs nothing for what has not changed', async () => {
		await scene.sync(limited(16));
		const [id = ''] = written();
		salesforce().update({ object: 'Contact', id, values: { Description: 'x' } });
		const { runs } = await scene.sync(limited(16));
		expect(runs[0]?.json(GUARD, 1)).toEqual([
			expect.objectContaining({
				outcome: 'unchanged',
				reason: 'Nothing that is mapped has changed since the last write.',
			}),
		]);
		expect((await scene.activity()).tasks).toBe(16);
	});

	it('items of somebody else’s workflow cost a task each and are no error', async () => {
		const items = [{ email: 'a@example.com', attributes: {} }, { email: 'b@example.com' }];
		const run = await scene.runNode(GUARD, { monthlyLimit: 1 }, items);
		expect(run.json(GUARD, 0)).toHaveLength(1);
		expect(run.json(GUARD, 1)).toEqual([
			expect.objectContaining({
				outcome: 'deferred',
				limit: 'quota-exhausted',
				reason: 'The monthly quota of 1 tasks is used up.',
				remedy: expect.stringMatching(/nothing keeps it: send it again/),
			}),
		]);
	});

	it('refuses a context of another ledger and says what to choose', async () => {
		const sync = {
			integration: 'x',
			ledger: 'another',
			object: 'Contact',
			id: '003000000000001AAA',
			change: 'updated',
			systemModstamp: '2026-11-23T00:00:00Z',
		};
		const run = await scene.runNode(GUARD, {}, [{ email: 'a@example.com', sync }]);
		expect(told(run.error)).toMatchObject({
			message: '“x” keeps its progress in another ledger than this node',
			description: expect.stringMatching(/same Contact Sync Ledger credential/),
		});
	});

	it.each<[Options, RegExp]>([
		[{ monthlyLimit: 0 }, /whole number of at least 1.*unpublish/],
		[{ monthlyLimit: -5 }, /whole number of at least 1/],
		[{ monthlyLimit: 1.5 }, /whole number of at least 1/],
		[{ monthlyLimit: 'many' }, /whole number of at least 1/],
		[{ warnAt: 0 }, /warning share must be a number from 1 to 100/],
		[{ options: { timeZone: 'Mars/Olympus' } }, /not a time zone.*Europe\/Paris/],
		[{ options: { anchorDay: 32 } }, /first day of the quota month.*1 to 31/],
		[{ options: { reservedShare: 60 } }, /opt-outs and deletions must be a number from 0 to 50/],
		[{ options: { notify: 'a@example.com' } }, /no sender.*verified in Brevo/],
		[{ options: { sender: 'a@example.com' } }, /nobody to notify/],
		[{ options: { notify: 'nonsense', sender: 'a@example.com' } }, /no e-mail address: nonsense/],
	])('refuses %j before anything is sent', async (parameters, message) => {
		const run = await scene.runNode(GUARD, parameters as never, [{ email: 'a@example.com' }]);
		expect(run.error?.message).toMatch(message);
		expect(scene.sandbox.log.total('brevo')).toBe(0);
	});

	it('takes a first day of 31 as the last day of the month', async () => {
		const run = await scene.runNode(GUARD, { options: { anchorDay: 31 } }, [
			{ email: 'a@example.com' },
		]);
		expect(run.json(GUARD, 0)).toHaveLength(1);
	});

	it('a limit below what is used grants nothing new and takes nothing back', async () => {
		await scene.sync(limited(16));
		const [id = ''] = written();
		salesforce().update({ object: 'Contact', id, values: { LastName: 'Later' } });
		const { runs } = await scene.sync(limited(5));
		expect(runs[0]?.json(GUARD, 1)).toEqual([expect.objectContaining({ outcome: 'deferred' })]);
		expect(scene.members()).toBe(16);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'lets nothing past when it fails and is set to continue on errors (%s)',
		async (onError) => {
			const broken = withNode(limited(0), GUARD, { onError });
			const { runs } = await scene.sync(broken);
			expect(runs[0]?.status).toBe('error');
			expect(runs[0]?.error?.message).toBe('These contacts got no task from Quota Guard');
			expect(scene.contacts()).toEqual([]);
			await scene.sync(limited(100));
			expect(scene.members()).toBe(16);
		},
	);

	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];

	it.each([
		['straight from the trigger', { [TRIGGER]: { main: [to(GUARD)] } }],
		['by the output Rejected', { [MAP]: { main: [[], to(GUARD)] } }],
	])('refuses records that come %s: they would look as last time', async (_way, wrong) => {
		const { nodes, connections } = template();
		const { runs } = await scene.sync({ nodes, connections: { ...connections, ...wrong } });
		expect(told(runs[0]?.error)).toEqual({
			message: 'These records are not mapped',
			description:
				'Nothing was written. Put Map Contact Fields between the trigger and Quota Guard, and connect its output Mapped to Quota Guard.',
		});
		expect(scene.contacts()).toEqual([]);
	});
});
