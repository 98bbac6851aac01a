import { PACKAGE } from './harness.ts';
import { GUARD, Scene, template } from './scene.ts';

type Values = Record<string, unknown>;

describe('Contact Sync', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const ask = async (parameters: Values) =>
		await scene.engine.run(
			{
				nodes: [
					{
						name: 'Desk',
						type: `${PACKAGE}.contactSync`,
						parameters: { salesforceAuthentication: 'clientCredentials', ...parameters },
					},
				],
				connections: {},
			},
			{ input: [{ json: {} }] },
		);

	it('estimates a first import from two counts, and moves nothing', async () => {
		const run = await ask({ operation: 'estimate', object: 'Contact' });
		expect(run.json('Desk')).toEqual([
			{
				object: 'Contact',
				records: 20,
				tasks: 18,
				salesforceCalls: 2,
				brevoCalls: 18,
				minutes: 1,
				months: 1,
				summary:
					'20 records, at most 18 tasks of 100,000 a month; about 1 minute, 2 calls to Salesforce and 18 to Brevo; fits into this month.',
			},
		]);
		expect(scene.contacts()).toEqual([]);
		expect(scene.requests(/\/query$/)).toBe(2);
		await scene.sync();
		expect((await scene.activity()).tasks).toBeLessThanOrEqual(18);
	});

	it('counts what the filter takes in, and the months that a small limit needs', async () => {
		scene.sandbox.salesforce.admin.load({ contacts: 300 });
		const rows = [{ field: 'LastName', operator: 'startsWith', value: 'Y' }];
		const filtered = await ask({ operation: 'estimate', object: 'Contact', filters: { rows } });
		const [one] = filtered.json('Desk');
		expect(one?.['records']).toBeLessThan(300);
		const small = await ask({ operation: 'estimate', object: 'Contact', monthlyLimit: 100 });
		expect(small.json('Desk')[0]).toMatchObject({
			records: 320,
			months: 4,
			summary: expect.stringMatching(/stretches over 4 months/),
		});
	});

	it('refuses a filter that Salesforce would refuse, with the trigger’s own words', async () => {
		const rows = [{ field: 'Nope__c', operator: 'equals', value: 'x' }];
		const run = await ask({ operation: 'estimate', object: 'Contact', filters: { rows } });
		expect(run.error?.message).toMatch(/there is no field Nope__c/);
	});

	it('tells what the month has used, what is left, and whether it is paused', async () => {
		expect((await ask({ operation: 'quota' })).json('Desk')[0]).toMatchObject({ known: false });
		await scene.sync(template({ [GUARD]: { monthlyLimit: 16, options: { reservedShare: 0 } } }));
		expect((await ask({ operation: 'quota' })).json('Desk')[0]).toMatchObject({
			known: true,
			used: 16,
			limit: 16,
			left: 0,
			reserved: 0,
			paused: true,
			periodEndsAt: expect.stringMatching(/^20\d\d-/),
			runsOutAt: expect.any(String),
		});
	});
});
