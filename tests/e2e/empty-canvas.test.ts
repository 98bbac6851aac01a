import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { accounted } from '../../demo/story.ts';
import { installN8n } from '../../n8n-host/install.ts';
import { N8n } from '../../n8n-host/n8n.ts';
import { packPackage } from '../../n8n-host/pack.ts';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { ledgerLocation } from '../../sync/ledger/location.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { type Browser, openBrowser } from './browser.ts';
import { Hand } from './by-hand.ts';
import { story } from './story.ts';

const INTEGRATION = 'Newsletter';
const TRIGGER = 'Salesforce Contact Trigger';

/** As somebody would who has never seen these nodes. */
describe('from an empty canvas to a running sync, by hand', () => {
	const userFolder = mkdtempSync(path.join(tmpdir(), 'empty-canvas-'));
	let sandbox: Sandbox;
	let n8n: N8n;
	let browser: Browser;
	let page: Page;
	let hand: Hand;
	let ledger: Ledger;

	beforeAll(async () => {
		sandbox = await startSandbox();
		const [hostDir, packageTarball] = [await installN8n(), await packPackage()];
		n8n = await N8n.start({ hostDir, packageTarball, userFolder });
		browser = await openBrowser(n8n);
		({ page } = browser);
		hand = new Hand(page);
		ledger = await openLedger(ledgerLocation(undefined, undefined, userFolder), { clock: Date });
		await page.goto(`${n8n.origin}/workflow/new`);
		await hand.at('canvas-add-button').first().waitFor();
	}, 300_000);
	afterAll(async () => {
		await ledger.close();
		await browser.close();
		await n8n.stop();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	const step = story(async () => await browser.picture('empty-canvas-stopped'));

	const written = (): number => sandbox.brevo.admin.contacts({ limit: 100 }).length;
	const tasksUsed = async (): Promise<number | undefined> => {
		const { brevoAccount = '' } = (await ledger.integrations.get(INTEGRATION)) ?? {};
		return (await ledger.quota.current(brevoAccount, Date.now()))?.used;
	};

	step('a Salesforce login with a wrong secret is refused, and says what is wrong', async () => {
		const start = hand.at('canvas-add-button').first();
		await hand.add('Salesforce Contact', 'On new Salesforce Contact event', start);
		await hand.connect('Salesforce Sync', 'Client Credentials');
		await hand.save({
			'My Domain URL': sandbox.origin,
			'Client ID': SALESFORCE_LOGIN.clientId,
			'Client Secret': 'wrong',
		});
		await hand.credential.getByText('More details').click();
		await hand.credential.getByText('does not accept the client ID and secret').waitFor();
		await browser.picture('credential-refused');
		await hand.save({ 'Client Secret': SALESFORCE_LOGIN.clientSecret });
		await hand.connected();
	});

	step('the trigger shows a sample of the records', async () => {
		await hand.type('parameter-input-integration', INTEGRATION);
		await hand.execute('20 items');
		await hand.closePanel();
	});

	step('Map Contact Fields explains what it rejects, first of all', async () => {
		await hand.add('Map Contact Fields', 'Add to workflow', hand.plus());
		await hand.connect('Brevo Sync');
		await hand.save({ 'API Key': BREVO_KEY, 'Base URL': `${sandbox.origin}/v3` });
		await hand.connected();
		await hand.execute('2 mapped, 18 rejected');
		await hand.output.getByText('Rejected Branch').click();
		await hand.output.getByText('Choose a default country').first().waitFor();
		const columns = await hand.output.locator('th').allInnerTexts();
		expect(columns.slice(0, 2)).toEqual(['outcome', 'reasons']);
		await browser.picture('rejected');
	});

	step('with the remedy that it names, they are accepted', async () => {
		await hand.choose('parameter-input-defaultCountry', 'United States');
		await hand.execute('16 mapped, 4 rejected');
		await hand.closePanel();
	});

	step('Quota Guard says what it allows and what is left of the month', async () => {
		await hand.add('Quota Guard', 'Add to workflow', hand.plus());
		await hand.execute('16 allowed; 99,984 of 100,000 tasks left this month');
		await hand.closePanel();
	});

	step('an account without lists says how to get one', async () => {
		const upsert = 'Create or update a contact in a list';
		await hand.add('Brevo Contact List', upsert, hand.plus(1));
		await hand.at('rlc-input').click();
		await hand.at('rlc-item').getByText('choose “By Name”, and it is created').waitFor();
		await page.keyboard.press('Escape');
		await hand.choose('rlc-mode-selector', 'By Name');
		await hand.complaint.waitFor();
		await hand.at('rlc-input').fill('Newsletter readers');
		// The editor takes what is typed a moment later.
		await hand.complaint.waitFor({ state: 'hidden' });
	});

	step('the contacts arrive in the list', async () => {
		await hand.execute('16 written');
		await browser.picture('written');
		await hand.closePanel();
		expect(written()).toBe(16);
	});

	step('without consent publishing is refused, and the editor says where to give it', async () => {
		await hand.publish();
		// n8n tries five times before it says so.
		const refusal = hand.toast('Workflow could not be published');
		await refusal.getByText('The consent checkbox is not ticked.').waitFor();
		expect(await refusal.innerText()).toContain(
			`Tick “Contacts Have Agreed to Be Contacted” in ${TRIGGER}`,
		);
		await browser.picture('consent-refused');
	});

	step('published, the sync goes on from the trial run and spends no task twice', async () => {
		await hand.open(TRIGGER);
		await hand.at('parameter-input-consent').click();
		await hand.type('parameter-input-interval', '10');
		await browser.picture('consent');
		await hand.closePanel();
		await hand.publish();
		await hand.published();
		await browser.picture('published');
		await accounted(ledger, 0, 20, INTEGRATION);
		expect(written()).toBe(16);
		expect(await tasksUsed()).toBe(16);
	});

	step('a change in Salesforce arrives in Brevo by itself', async () => {
		const id = String(sandbox.brevo.admin.contacts({ limit: 1 })[0]?.['ext_id']);
		const { read } = await ledger.pages.activity(INTEGRATION);
		sandbox.salesforce.admin.update({ object: 'Contact', id, values: { LastName: 'By-Hand' } });
		sandbox.clock.advance(2_000);
		await accounted(ledger, read, 1, INTEGRATION);
		expect(sandbox.brevo.admin.contact({ ext_id: id })).toMatchObject({
			attributes: { LASTNAME: 'By-Hand' },
		});
		await page.getByText('Executions', { exact: true }).first().click();
		await page.getByText('Succeeded').first().waitFor();
		await browser.picture('executions');
	});
});
