import { BREVO, CORRECTIONS, GUARD, INTEGRATION, MAP, Scene } from './scene.ts';

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
		expect(scene.sandbox.log.routes()).toEqual({});
		expect([MAP, GUARD, BREVO].flatMap((node) => runs[0]?.hints(node) ?? [])).toEqual([
			'16 mapped, 4 rejected or frozen',
			'16 allowed; 99,984 of 100,000 tasks left this month',
			'16 written',
		]);
		expect(INTEGRATION).toBe('Salesforce contacts');
	});
});
