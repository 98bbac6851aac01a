import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { installN8n } from '../../n8n-host/install.ts';
import { N8n } from '../../n8n-host/n8n.ts';
import { packPackage } from '../../n8n-host/pack.ts';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/credentials.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { type Browser, openBrowser, valuesIn } from './browser.ts';

/** As somebody would who has never seen these nodes; each test goes on where the one before stopped. */
describe('from an empty canvas to a running sync, by hand', () => {
	const userFolder = mkdtempSync(path.join(tmpdir(), 'empty-canvas-'));
	let sandbox: Sandbox;
	let n8n: N8n;
	let browser: Browser;
	let page: Page;

	beforeAll(async () => {
		sandbox = await startSandbox();
		const [hostDir, packageTarball] = [await installN8n(), await packPackage()];
		n8n = await N8n.start({ hostDir, packageTarball, userFolder });
		browser = await openBrowser(n8n);
		({ page } = browser);
		page.setDefaultTimeout(20_000);
		await page.goto(`${n8n.origin}/workflow/new`);
		await at('canvas-add-button').first().waitFor({ timeout: 60_000 });
	}, 180_000);
	afterAll(async () => {
		await browser.close();
		await n8n.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	const at = (testId: string): Locator => page.locator(`[data-test-id="${testId}"]`);
	const panel = (): Locator => at('ndv');
	const output = (): Locator => at('output-panel');
	const plus = (): Locator => at('canvas-handle-plus').first();

	/** Adds a node from the creator by the entry that it offers there; its panel opens. */
	async function add(name: string, entry: string, from: Locator): Promise<void> {
		await from.click();
		await at('node-creator-search-bar').fill(name);
		await at('item-iterator-item')
			.filter({ hasText: new RegExp(`^${name}`) })
			.first()
			.click();
		await page.getByText(entry, { exact: true }).click();
		await panel().waitFor();
	}

	/** Sets up a credential from the panel of a node, with values by their labels. */
	async function connect(
		to: string,
		values: Readonly<Record<string, string>>,
		kind?: string,
	): Promise<void> {
		await at('node-credentials-empty-state').filter({ hasText: to }).click();
		if (kind) {
			await at('credential-mode-dropdown-trigger').click();
			await page.getByRole('menuitem', { name: kind }).click();
		}
		await fill(values);
		await at('credential-save-button').click();
	}

	const dialog = (): Locator => at('credential-edit-dialog').last();

	async function fill(values: Readonly<Record<string, string>>): Promise<void> {
		for (const [label, value] of Object.entries(values)) {
			await dialog()
				.locator(
					'[data-test-id="credential-connection-parameter"], [data-test-id="parameter-item"]',
				)
				.filter({ hasText: label })
				.locator('input')
				.first()
				.fill(value);
		}
	}

	async function choose(parameter: string, option: string): Promise<void> {
		await at(parameter).click();
		await page
			.locator('.el-select-dropdown__item:visible')
			.filter({ hasText: option })
			.first()
			.click();
	}

	/** Runs the node of the panel; its output says so. */
	async function execute(said: string): Promise<void> {
		await at('node-execute-button').click();
		await output().getByText(said).first().waitFor();
	}

	async function publish(): Promise<void> {
		await at('workflow-open-publish-modal-button').click();
		await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
	}

	test('a Salesforce login with a wrong secret is refused, and says what is wrong', async () => {
		await add(
			'Salesforce Contact',
			'On new Salesforce Contact event',
			at('canvas-add-button').first(),
		);
		const login = {
			'My Domain URL': sandbox.origin,
			'Client ID': SALESFORCE_LOGIN.clientId,
			'Client Secret': 'wrong',
		};
		await connect('Salesforce Sync', login, 'Client Credentials');
		await dialog().getByText('More details').click();
		await dialog().getByText('Client Secret').first().waitFor();
		await browser.picture('credential-refused');
		console.log(await dialog().innerText());
		await fill({ 'Client Secret': SALESFORCE_LOGIN.clientSecret });
		await at('credential-save-button').click();
		await dialog().waitFor({ state: 'hidden' });
	});

	test('the trigger shows a sample of the records', async () => {
		await at('parameter-input-integration').locator('input').fill('Newsletter');
		await execute('20 items');
		await at('ndv-close-button').click();
	});

	test('Map Contact Fields explains what it rejects, first of all', async () => {
		await add('Map Contact Fields', 'Add to workflow', plus());
		await connect('Brevo Sync', { 'API Key': BREVO_KEY, 'Base URL': `${sandbox.origin}/v3` });
		await dialog().waitFor({ state: 'hidden' });
		await execute('2 mapped, 18 rejected');
		await output().getByText('Rejected Branch').click();
		await output().getByText('Choose a default country').first().waitFor();
		const columns = await output().locator('th').allInnerTexts();
		expect(columns.slice(0, 2)).toEqual(['outcome', 'reasons']);
		await browser.picture('rejected');
	});

	test('with the remedy that it names, they are accepted', async () => {
		await choose('parameter-input-defaultCountry', 'United States');
		await execute('16 mapped, 4 rejected');
		await at('ndv-close-button').click();
	});

	test('Quota Guard says what it allows and what is left of the month', async () => {
		await add('Quota Guard', 'Add to workflow', plus());
		await execute('16 allowed; 99,984 of 100,000 tasks left this month');
		await at('ndv-close-button').click();
	});

	test('an account without lists says how to get one', async () => {
		await add(
			'Brevo Contact List',
			'Create or update a contact in a list',
			at('canvas-handle-plus').nth(1),
		);
		await at('rlc-input').click();
		await at('rlc-item').getByText('choose “By Name”, and it is created').waitFor();
		await page.keyboard.press('Escape');
		await choose('rlc-mode-selector', 'By Name');
		await at('rlc-input').fill('Newsletter');
	});

	test('the contacts arrive in the list', async () => {
		await execute('16 written');
		await browser.picture('written');
		await at('ndv-close-button').click();
		expect(sandbox.brevo.admin.contacts({ limit: 100 })).toHaveLength(16);
	});

	test('without consent publishing is refused, and says where to give it', async () => {
		await publish();
		for (let i = 0; i < 12; i += 1) {
			await page.waitForTimeout(5_000);
			const text = await page.locator('body').innerText();
			console.log(
				i,
				text
					.split('\n')
					.filter((l) => /agree|publish|problem|fail|error/i.test(l))
					.join(' / '),
			);
			await browser.picture(`pub${i}`);
		}
		await page.keyboard.press('Escape');
	}, 100_000);

	test('published, the sync goes on from what the trial run wrote, and spends no task twice', async () => {
		await page
			.locator('[data-test-id="canvas-node"][data-node-name="Salesforce Contact Trigger"]')
			.dblclick();
		await at('parameter-input-consent').click();
		await at('ndv-close-button').click();
		await publish();
		await page.getByText('Published', { exact: true }).waitFor();
		await page.keyboard.press('Escape');
		const { id } = (await n8n.call<Array<{ id: string }>>('GET', '/rest/workflows'))[0] ?? {};
		console.log(id);
	});
});
