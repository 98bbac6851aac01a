import { ALERTS, GUARD, Scene, template } from './scene.ts';

const limited = (monthlyLimit: number, more: object = {}) =>
	template({ [GUARD]: { monthlyLimit, ...more } });

describe('Quota Guard’s notices', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const mailbox = () => scene.sandbox.brevo.admin.mailbox();

	it('go out once by e-mail, in plain words', async () => {
		const options = {
			notify: 'marketing@example.com, crm@example.com',
			sender: 'owner@example.com',
		};
		const { runs } = await scene.sync(limited(10, { options }));
		expect(mailbox()).toHaveLength(2);
		expect(mailbox()[1]).toMatchObject({
			sender: { email: 'owner@example.com' },
			to: [{ email: 'marketing@example.com' }, { email: 'crm@example.com' }],
			subject: 'Salesforce to Brevo: this month’s quota is used up, the sync is paused',
			textContent: expect.stringMatching(/6 contacts wait.*\n\nTo raise the limit/s),
		});
		expect(runs[0]?.json(ALERTS)[0]).toMatchObject({
			email: 'sent to marketing@example.com, crm@example.com',
		});
		await scene.sync(limited(10, { options }));
		expect(mailbox()).toHaveLength(2);
	});

	it('do not stop the contacts when Brevo refuses the e-mail, and say so', async () => {
		scene.sandbox.faults.add({
			kind: 'status',
			service: 'brevo',
			path: '^/v3/smtp/email$',
			times: 10,
			status: 400,
			body: { code: 'invalid_parameter', message: 'Sender is invalid / inactive' },
		});
		const options = { notify: 'marketing@example.com', sender: 'nobody@example.com' };
		const { runs } = await scene.sync(limited(10, { options }));
		expect(scene.members()).toBe(10);
		expect(runs[0]?.json(ALERTS)[0]?.['email']).toMatch(/^not sent: /);
		expect(runs[0]?.hints(GUARD).slice(1).join()).toMatch(/The notice was not sent/);
	});

	it('come again when the run failed before they were passed on, with one e-mail each', async () => {
		const options = { notify: 'marketing@example.com', sender: 'owner@example.com' };
		scene.sandbox.faults.add({
			kind: 'status',
			service: 'brevo',
			path: '^/v3/contacts/lists$',
			times: 1_000,
			status: 401,
			body: { code: 'unauthorized', message: 'Key not found' },
		});
		const first = await scene.sync(limited(10, { options }));
		expect(first.runs[0]?.status).toBe('error');
		expect(first.runs[0]?.json(GUARD, 2)).toHaveLength(2);
		expect(first.runs[0]?.count(ALERTS)).toBe(0);
		scene.sandbox.faults.clear();
		const { runs } = await scene.syncUntil(
			async () => (await scene.activity()).tasks === 10,
			limited(10, { options }),
		);
		const alerts = runs.flatMap((run) => run.json(GUARD, 2));
		expect(alerts.map(({ notice }) => notice)).toEqual(['warning', 'exhausted']);
		expect(mailbox()).toHaveLength(2);
		expect(scene.members()).toBe(10);
		const third = await scene.sync(limited(10, { options }));
		expect(third.runs[0]?.json(GUARD, 2)).toEqual([]);
	});
});
