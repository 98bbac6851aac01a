import { parse } from 'csv-parse/sync';
import { OUTCOMES } from '../../sync/outcome.ts';
import { ask, DESK, named } from './desk.ts';
import { told } from './refusal.ts';
import { INTEGRATION, Scene } from './scene.ts';

describe('Contact Sync, Export', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const items = async (more: Readonly<Record<string, unknown>> = {}) =>
		(await ask(scene, 'export', { exportAs: 'items', ...more })).json(DESK);

	it('gives one item for each page that was carried, whose outcomes add up', async () => {
		expect(await items()).toEqual([]);
		await scene.sync();
		const runs = await items(named(INTEGRATION));
		expect(runs).toEqual([
			{
				...{ integration: INTEGRATION, direction: 'Salesforce to Brevo', object: 'Contact' },
				...{ page: expect.any(String), kind: 'changes', attempts: 1 },
				...{
					read: 20,
					written: 16,
					rejected: 4,
					unchanged: 0,
					excluded: 0,
					deferred: 0,
					tasks: 16,
				},
				...{ startedAt: expect.stringMatching(/Z$/), endedAt: expect.stringMatching(/Z$/) },
			},
		]);
		const [run] = runs;
		const ended = OUTCOMES.reduce((sum, outcome) => sum + Number(run?.[outcome]), 0);
		expect(ended).toBe(run?.['read']);
	});

	it('gives the same as a CSV file', async () => {
		await scene.sync();
		const [item] = (await ask(scene, 'export', { exportAs: 'csv' })).items(DESK);
		const { fileName = '', mimeType, data } = item?.binary?.['data'] ?? {};
		expect(item?.json).toMatchObject({ fileName, runs: 1 });
		expect([fileName, mimeType]).toEqual([
			expect.stringMatching(/^contact-sync-runs-20\d\d-\d\d-\d\d-to-20\d\d-\d\d-\d\d\.csv$/),
			'text/csv',
		]);
		const text = Buffer.from(data ?? '', 'base64').toString();
		const [run] = await items();
		expect(parse(text, { bom: true, columns: true, cast: true })).toEqual([run]);
	});

	it('keeps to the time that was asked for, and refuses one that ends before it begins', async () => {
		await scene.sync();
		expect(await items({ since: '2000-01-01', until: '2000-02-01' })).toEqual([]);
		expect(await items({ since: '2000-01-01' })).toHaveLength(1);
		const run = await ask(scene, 'export', { since: '2026-02-01', until: '2026-01-01' });
		expect(told(run.error).message).toBe('“Until” must be later than “Since”');
	});
});
