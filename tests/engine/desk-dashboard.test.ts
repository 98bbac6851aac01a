import { ask, DESK, named } from './desk.ts';
import { told } from './refusal.ts';
import { INTEGRATION, Scene } from './scene.ts';

describe('Contact Sync, Dashboard', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const dashboard = async (more: Readonly<Record<string, unknown>> = {}) =>
		await ask(scene, 'dashboard', { pageAs: 'text', ...more });

	it('is a page about the ledger as it is, which nobody is asked for', async () => {
		const [before] = (await dashboard()).json(DESK);
		expect(before).toMatchObject({
			integrations: 0,
			html: expect.stringMatching(/No integration/),
		});
		await scene.sync();
		scene.sandbox.log.reset();
		const run = await ask(scene, 'dashboard', { pageAs: 'text' }, { credentials: {} });
		const [item] = run.json(DESK);
		expect(scene.sandbox.log.total('salesforce') + scene.sandbox.log.total('brevo')).toBe(0);
		expect(item).toMatchObject({
			integrations: 1,
			madeAt: expect.stringMatching(/^20.*Z$/),
			contentSecurityPolicy: expect.stringMatching(
				/^default-src 'none'; .*; frame-ancestors 'none'$/,
			),
		});
		const html = item?.['html'];
		expect(html).toMatch(/^<!doctype html>/);
		for (const words of [
			`<h3>${INTEGRATION}</h3>`,
			'16 contacts in Brevo',
			'99,984 of 100,000 tasks are left this month.',
			'20 records in the last 30 days: 16 written, 4 rejected.',
			'Add one of the two in Salesforce; the record then comes again by itself.',
			'/workflow/workflow-under-test"',
		])
			expect(html).toContain(words);
	});

	it('holds no value of a contact', async () => {
		await scene.sync();
		const [item] = (await dashboard()).json(DESK);
		const text = JSON.stringify(item);
		for (const { Id, Email, LastName } of scene.sandbox.salesforce.admin.records({
			object: 'Contact',
		})) {
			expect(text).not.toContain(String(Id));
			if (Email) expect(text).not.toContain(Email);
			if (LastName) expect(text).not.toMatch(new RegExp(`\\b${LastName as string}\\b`));
		}
	});

	it('can be a file, and about one integration', async () => {
		await scene.sync();
		const run = await dashboard({ pageAs: 'file', ...named(INTEGRATION) });
		const [item] = run.items(DESK);
		const { fileName, mimeType, data = '' } = item?.binary?.['data'] ?? {};
		expect([fileName, mimeType]).toEqual(['contact-sync.html', 'text/html']);
		expect(Buffer.from(data, 'base64').toString()).toContain(`<h3>${INTEGRATION}</h3>`);
		expect(item?.json).not.toHaveProperty('html');
		const other = await dashboard(named('Nope'));
		expect(told(other.error).message).toBe('There is no integration “Nope”');
	});
});
