import { ask, DESK } from './desk.ts';
import { told } from './refusal.ts';
import { eventually, GUARD, Scene, template } from './scene.ts';

const small = (monthlyLimit = 10) =>
	template({ [GUARD]: { monthlyLimit, options: { reservedShare: 20 } } });

describe('Contact Sync, Set Monthly Limit', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const set = async (tasks: unknown) =>
		await ask(scene, 'setLimit', { limitFrom: 'number', tasks });

	it('raises the month that runs: what waited goes out, although Quota Guard says less', async () => {
		const active = await scene.publish(small());
		await active.finished(1);
		expect(scene.members()).toBe(8);
		const [item] = (await set(100)).json(DESK);
		expect(item).toMatchObject({
			brevoAccount: expect.any(String),
			...{ limitFrom: 'number', limitBefore: 10, limit: 100, used: 8, left: 92, reserved: 20 },
			paused: false,
			message: expect.stringMatching(
				/^Until 1 .* 20\d\d, 00:00 this Brevo account may spend 100 tasks, over all workflows that share this ledger, instead of 10\. From then on the limit in Quota Guard counts again\. What waits for tasks goes out at the next look\.$/,
			),
		});
		await scene.unpublish(active);
		await scene.syncUntil(() => scene.members() === 16, small());
		const [quota] = (await ask(scene, 'quota')).json(DESK);
		expect(quota).toMatchObject({ limit: 100, used: 16 });
	});

	it('a limit below what is used holds everything back, and says so', async () => {
		await scene.sync(small(100));
		const [item] = (await set('5')).json(DESK);
		expect(item).toMatchObject({
			...{ limit: 5, used: 16, left: 0, paused: true },
			message: expect.stringMatching(/16 are used already: changes wait until then\.$/),
		});
	});

	it('is taken back: from the next run of Quota Guard on its own limit counts', async () => {
		await scene.sync(small(100));
		await set(1_000);
		const run = await ask(scene, 'setLimit', { limitFrom: 'guard' });
		expect(run.json(DESK)[0]).toMatchObject({
			...{ limitFrom: 'guard', limitBefore: 1_000 },
			message: expect.stringMatching(/^The limit in Quota Guard counts again from its next run on/),
		});
		const [contact] = scene.sandbox.salesforce.admin.records({ object: 'Contact' });
		const id = String(contact?.['Id']);
		scene.sandbox.salesforce.admin.update({ object: 'Contact', id, values: { LastName: 'New' } });
		const active = await scene.publish(small(100));
		await active.finished(1);
		await eventually(async () => {
			const [quota] = (await ask(scene, 'quota')).json(DESK);
			return quota?.['limit'] === 100;
		});
	});

	it('refuses what is no number of tasks, and a month that has not begun', async () => {
		for (const tasks of [0, 1.5, '100,000', null]) {
			expect(told((await set(tasks)).error)).toMatchObject({
				message: '“Tasks” must be a whole number of at least 1',
			});
		}
		expect(told((await set(10)).error)).toMatchObject({
			message: 'No month runs yet for this Brevo account',
			description: expect.stringMatching(/Change the limit in Quota Guard/),
		});
	});
});
