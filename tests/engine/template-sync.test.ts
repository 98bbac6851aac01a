import { BREVO, CORRECTIONS, GUARD, leadTemplate, MAP, Scene } from './scene.ts';

describe('the template in n8n’s engine', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	it('carries the 20 sample contacts: 16 written, 4 rejected with their limits', async () => {
		const { runs } = await scene.sync();
		expect(runs.map(({ status }) => status)).toEqual(['success']);
		expect(scene.members()).toBe(16);
		expect(await scene.rejections()).toEqual({ 'email-invalid': 2, 'email-or-sms-missing': 2 });
		expect(await scene.activity()).toEqual({
			read: 20,
			written: 16,
			unchanged: 0,
			excluded: 0,
			rejected: 4,
			deferred: 0,
			tasks: 16,
		});
		expect(runs[0]?.items(CORRECTIONS)).toHaveLength(4);
		expect(scene.sandbox.log.routes()).toEqual({
			'POST /services/oauth2/token': 1,
			// The trigger; Map Contact Fields knows it from there.
			'GET /services/data/v67.0/sobjects/Contact/describe': 1,
			// Salesforce's clock; the organisation's id, and how many records there are.
			'GET /services/data': 1,
			'GET /services/data/v67.0/query': 2,
			'GET /services/data/v67.0/queryAll': 1,
			'GET /v3/account': 1,
			'GET /v3/contacts/attributes': 1,
			'GET /v3/contacts/folders': 1,
			'GET /v3/contacts/lists': 1,
			'POST /v3/contacts/folders': 1,
			'POST /v3/contacts/lists': 1,
			'POST /v3/contacts': 16,
		});
		expect([MAP, GUARD, BREVO].flatMap((node) => runs[0]?.hints(node) ?? [])).toEqual([
			'16 mapped, 4 rejected, 1 empty phone left as it is in Brevo',
			'16 allowed; 99,984 of 100,000 tasks left this month',
			// The list has to be made first: two are looked for, two are made.
			'16 written; 20 Brevo calls',
		]);
	});

	it('of leads carries them into a list of their own; one that is converted stays as it is', async () => {
		const { admin } = scene.sandbox.salesforce;
		const leads = admin.records({ object: 'Lead' });
		const name = 'Salesforce leads';
		const carry = async () => {
			const active = await scene.publish(leadTemplate());
			await active.finished(1);
			await active.close();
			await scene.released(name);
			return active;
		};
		await carry();
		const { read, written, rejected } = await scene.activity(name);
		expect([read, written + rejected]).toEqual([leads.length, leads.length]);
		expect(scene.members(name)).toBe(written);
		const [first] = scene.contacts();
		admin.convert({ id: String(first?.['ext_id']) });
		const { runs } = await carry();
		expect(runs[0]?.json(GUARD, 1)).toMatchObject([
			{ outcome: 'excluded', limit: 'lead-converted', remedy: expect.stringMatching(/takes over/) },
		]);
		expect(scene.members(name)).toBe(written);
		expect(scene.members()).toBeUndefined();
	});

	it('of contacts and that of leads, started at once, make one folder for their two lists', async () => {
		scene.sandbox.faults.add({ kind: 'delay', path: 'folders', delayMs: 300, times: 10 });
		const both = await Promise.all([scene.publish(), scene.publish(leadTemplate())]);
		await Promise.all(both.map(async (active) => await active.finished(1)));
		expect(both.map(({ failed }) => failed)).toEqual([[], []]);
		expect(scene.requests(/POST \/v3\/contacts\/folders$/)).toBe(1);
		expect(scene.requests(/POST \/v3\/contacts\/lists$/)).toBe(2);
	});
});
