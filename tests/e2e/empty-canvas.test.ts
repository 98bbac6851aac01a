import { accounted } from '../../demo/story.ts';
import { type Newcomer, newcomerSteps, seeChangeArrive } from './newcomer.ts';

const INTEGRATION = 'Newsletter';
const TRIGGER = 'Salesforce Contact Trigger';

/** As somebody would who has never seen these nodes. */
describe('from an empty canvas to a running sync, by hand', () => {
	const step = newcomerSteps('empty-canvas-stopped');

	const written = ({ sandbox }: Newcomer): number =>
		sandbox.brevo.admin.contacts({ limit: 100 }).length;
	const tasksUsed = async ({ ledger }: Newcomer): Promise<number | undefined> => {
		const { brevoAccount = '' } = (await ledger.integrations.get(INTEGRATION)) ?? {};
		return (await ledger.quota.current(brevoAccount, Date.now()))?.used;
	};

	step(
		'a Salesforce login with a wrong secret is refused, and says what is wrong',
		async ({ hand, browser, salesforce }) => {
			const start = hand.at('canvas-add-button').first();
			await hand.add('Salesforce Contact', 'On new Salesforce Contact event', start);
			await hand.connect('Salesforce Sync', 'Client Credentials');
			await hand.save({ ...salesforce, 'Client Secret': 'wrong' });
			await hand.credential.getByText('More details').click();
			await hand.credential.getByText('does not accept the client ID and secret').waitFor();
			await browser.picture('credential-refused');
			await hand.save({ 'Client Secret': salesforce['Client Secret'] });
			await hand.connected();
		},
	);

	step('the trigger shows a sample of the records', async ({ hand }) => {
		await hand.type('parameter-input-integration', INTEGRATION);
		await hand.execute('20 items');
		await hand.closePanel();
	});

	step(
		'Map Contact Fields explains what it rejects, first of all',
		async ({ hand, browser, brevo }) => {
			await hand.add('Map Contact Fields', 'Add to workflow', hand.plus());
			await hand.connect('Brevo Sync');
			await hand.save(brevo);
			await hand.connected();
			await hand.execute('2 mapped, 18 rejected');
			await hand.output.getByText('Rejected Branch').click();
			await hand.output.getByText('Choose a default country').first().waitFor();
			const columns = await hand.output.locator('th').allInnerTexts();
			expect(columns.slice(0, 2)).toEqual(['outcome', 'reasons']);
			await browser.picture('rejected');
		},
	);

	step('with the remedy that it names, they are accepted', async ({ hand }) => {
		await hand.choose('parameter-input-defaultCountry', 'United States');
		await hand.execute('16 mapped, 4 rejected');
		await hand.closePanel();
	});

	step('Quota Guard says what it allows and what is left of the month', async ({ hand }) => {
		await hand.add('Quota Guard', 'Add to workflow', hand.plus());
		await hand.execute('16 allowed; 99,984 of 100,000 tasks left this month');
		await hand.closePanel();
	});

	step('an account without lists says how to get one', async ({ hand, page }) => {
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

	step('the contacts arrive in the list', async (newcomer) => {
		const { hand, browser } = newcomer;
		await hand.execute('16 written');
		await browser.picture('written');
		await hand.closePanel();
		expect(written(newcomer)).toBe(16);
	});

	step(
		'without consent publishing is refused, and the editor says where to give it',
		async ({ hand, browser }) => {
			await hand.publish();
			// n8n tries five times before it says so.
			const refusal = hand.toast('Workflow could not be published');
			await refusal.getByText('The consent is not confirmed.').waitFor();
			expect(await refusal.innerText()).toContain(
				`Switch on “Contacts Have Agreed to Be Contacted” in ${TRIGGER}`,
			);
			await browser.picture('consent-refused');
		},
	);

	step(
		'published, the sync goes on from the trial run and spends no task twice',
		async (newcomer) => {
			const { hand, browser, ledger } = newcomer;
			await hand.open(TRIGGER);
			await hand.at('parameter-input-consent').click();
			await hand.type('parameter-input-interval', '10');
			await browser.picture('consent');
			await hand.closePanel();
			await hand.publish();
			await hand.published();
			await browser.picture('published');
			await accounted(ledger, 0, 20, INTEGRATION);
			expect(written(newcomer)).toBe(16);
			expect(await tasksUsed(newcomer)).toBe(16);
		},
	);

	step('a change in Salesforce arrives in Brevo by itself', async (newcomer) => {
		const { browser, page } = newcomer;
		await seeChangeArrive(newcomer, INTEGRATION, 'By-Hand');
		await page.getByText('Executions', { exact: true }).first().click();
		await page.getByText('Succeeded').first().waitFor();
		await browser.picture('executions');
	});
});
