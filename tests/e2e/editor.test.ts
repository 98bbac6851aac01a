import type { Page } from 'playwright-core';
import { setStage, type Stage } from '../../demo/stage.ts';
import { type Browser, openBrowser, valuesIn } from './browser.ts';

describe('the nodes in the editor', () => {
	let stage: Stage;
	let browser: Browser;
	let page: Page;

	beforeAll(async () => {
		stage = await setStage({ say: () => undefined });
		browser = await openBrowser(stage.n8n());
		({ page } = browser);
		await open(stage.workflow.id);
	}, 180_000);
	afterAll(async () => {
		await browser.close();
		await stage.close();
	});

	async function open(workflowId: string): Promise<void> {
		await page.goto(`${stage.n8n().origin}/workflow/${workflowId}`);
		await page.locator('[data-test-id="canvas-node"]').first().waitFor({ timeout: 60_000 });
	}

	/** The whole workflow, once these outputs are named in it. */
	async function canvasWith(outputs: readonly string[], picture: string): Promise<void> {
		await page.waitForLoadState('networkidle');
		await page.keyboard.press('1');
		const canvas = page.locator('[data-test-id="canvas"]').first();
		for (const output of outputs) {
			await canvas.getByText(output, { exact: true }).first().waitFor();
		}
		await browser.picture(picture);
	}

	/** Opens a node's panel, waits for its live values, takes its picture. */
	async function panelOf(node: string, picture: string, live = ''): Promise<string> {
		await page.locator(`[data-test-id="canvas-node"][data-node-name="${node}"]`).dblclick();
		const panel = page.locator('[data-test-id="ndv"]');
		await panel.waitFor();
		await page.waitForLoadState('networkidle');
		const isLoading = async (): Promise<boolean> => {
			const values = await valuesIn(panel);
			return (
				values.includes('Loading options...') ||
				// The id of a credential stands there until its name is known.
				values.some((value) => /^\w{16}$/.test(value)) ||
				!values.some((value) => value.includes(live))
			);
		};
		while (await isLoading()) await page.waitForTimeout(200);
		await browser.picture(picture);
		const text = `${await panel.innerText()}\n${(await valuesIn(panel)).join('\n')}`;
		await page.keyboard.press('Escape');
		await panel.waitFor({ state: 'hidden' });
		return text;
	}

	test('the template shows its nodes with their outputs', async () => {
		await canvasWith(['Mapped', 'Rejected', 'Allowed', 'Held Back', 'Alert'], 'canvas');
	});

	test.each([
		'Salesforce Contact',
		'Map Contact Fields',
		'Quota Guard',
		'Brevo Contact List',
		'Brevo Contact Trigger',
		'Contact Sync',
	])('%s is found in the creator', async (name) => {
		await page.locator('[data-test-id="node-creator-plus-button"]').click();
		await page.locator('[data-test-id="node-creator-search-bar"]').fill(name);
		const found = page.locator('[data-test-id="item-iterator-item"]');
		await found.getByText(name, { exact: true }).first().waitFor();
		await browser.picture(`creator-${name.toLowerCase().replaceAll(' ', '-')}`);
		await page.keyboard.press('Escape');
		await found.first().waitFor({ state: 'hidden' });
	});

	test('Salesforce Contact Trigger asks for a name, an object and the consent', async () => {
		const text = await panelOf('Salesforce Contact Trigger', 'trigger');
		expect(text).toContain('Integration Name');
		expect(text).toContain('Contacts Have Agreed to Be Contacted');
		expect(text).toContain('Salesforce Credential');
	});

	test('Map Contact Fields shows live fields and attributes with labels and types', async () => {
		const text = await panelOf('Map Contact Fields', 'map', 'EMAIL (e-mail)');
		expect(text).toContain('Salesforce (sandbox)');
		expect(text).toContain('Brevo (sandbox)');
		expect(text).toContain('EMAIL (e-mail)');
		expect(text).toContain('First name (FIRSTNAME in this account)');
		expect(text).toContain('Email (Email, email)');
	});

	test('Quota Guard says what a task is', async () => {
		const text = await panelOf('Quota Guard', 'guard');
		expect(text).toContain('A task is one contact written once');
		expect(text).toContain('100000');
	});

	test('Brevo Contact List shows the list and what a deletion does', async () => {
		const text = await panelOf('Brevo Contact List', 'list');
		expect(text).toContain('When Deleted in Salesforce');
		expect(text).toContain('Salesforce contacts');
	});

	test('the way back shows its nodes with their outputs', async () => {
		await open(stage.wayBack.id);
		await canvasWith(['Mapped', 'Rejected', 'Allowed', 'Records', 'Alert'], 'canvas-back');
	});

	test('Brevo Contact Trigger asks for the integration whose contacts come back', async () => {
		const text = await panelOf('Brevo Contact Trigger', 'trigger-back');
		expect(text).toContain('Integration');
		expect(text).toContain('Brevo (sandbox)');
	});

	test('Map Contact Fields takes the integration’s own mapping on the way back', async () => {
		const text = await panelOf('Map Contact Fields', 'map-back');
		expect(text).toContain('Brevo to Salesforce');
		expect(text).not.toContain('Add Field');
	});

	test('Salesforce Contact says what a deletion in Brevo does', async () => {
		const text = await panelOf('Salesforce Contact', 'salesforce');
		expect(text).toContain('When Deleted in Brevo');
		expect(text).toContain('Do Nothing');
	});
});
