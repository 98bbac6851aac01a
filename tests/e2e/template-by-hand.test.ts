import path from 'node:path';
import { accounted } from '../../demo/story.ts';
import { root } from '../../scripts/install.cjs';
import { newcomerSteps, seeChangeArrive } from './newcomer.ts';

const INTEGRATION = 'Salesforce contacts';
const FILE = path.join(root, 'templates', 'salesforce-contacts-to-brevo-list.json');

/** As somebody would who has the file and reads nothing but its notes. */
describe('from a template to a running sync, by its notes', () => {
	const step = newcomerSteps('template-stopped');

	step('the file is imported', async ({ hand, page, browser }) => {
		await hand.at('workflow-import-input').setInputFiles(FILE);
		await page.getByText('Keep a Brevo list in step with Salesforce contacts').first().waitFor();
		await browser.picture('template-imported');
	});

	step('1. a Salesforce and a Brevo credential are chosen in the nodes', async (newcomer) => {
		const { hand, browser, salesforce, brevo } = newcomer;
		await hand.open('Salesforce Contact Trigger');
		await hand.connect('Salesforce Sync');
		await hand.save(salesforce);
		await hand.connected();
		await browser.picture('template-trigger');
		await hand.closePanel();
		await hand.open('Map Contact Fields');
		await browser.picture('template-map');
		await hand.connect('Brevo Sync');
		await hand.save(brevo);
		await hand.connected();
		await hand.closePanel();
		await browser.picture('template-connected');
	});

	step('2. the integration has a name; the consent is confirmed', async ({ hand }) => {
		await hand.open('Salesforce Contact Trigger');
		await hand.at('parameter-input-consent').click();
		await hand.type('parameter-input-interval', '10');
		await hand.closePanel();
	});

	step('3. the mapping is checked: it says what it does with a sample', async (newcomer) => {
		const { hand, browser } = newcomer;
		await hand.open('Map Contact Fields');
		await hand.execute('16 mapped, 4 rejected');
		await browser.picture('template-mapped');
		await hand.closePanel();
	});

	step('4. the list is checked', async ({ hand, browser }) => {
		await hand.open('Brevo Contact List');
		await browser.picture('template-list');
		await hand.closePanel();
	});

	step('5. published, first come all contacts, then each change', async (newcomer) => {
		const { hand, browser, ledger } = newcomer;
		await hand.publish();
		await hand.published();
		await accounted(ledger, 0, 20, INTEGRATION);
		await browser.picture('template-published');
		await seeChangeArrive(newcomer, INTEGRATION, 'By-Note');
	});
});
