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

/** Somebody who has never seen these nodes, before an empty canvas of an n8n that has the package. */
export interface Newcomer {
	readonly sandbox: Sandbox;
	readonly browser: Browser;
	readonly page: Page;
	readonly hand: Hand;
	readonly ledger: Ledger;
	/** What they type into the credentials. */
	readonly salesforce: Readonly<Record<'My Domain URL' | 'Client ID' | 'Client Secret', string>>;
	readonly brevo: Readonly<Record<'API Key' | 'Base URL', string>>;
	leaves(): Promise<void>;
}

/**
 * The steps of a newcomer in a `describe`, with an n8n, a sandbox and a browser of their own.
 * @param stopped name of the picture of where the story stopped
 */
export function newcomerSteps(
	stopped: string,
): (name: string, does: (newcomer: Newcomer) => Promise<void>) => void {
	let newcomer: Newcomer;
	beforeAll(async () => {
		newcomer = await welcome();
	}, 300_000);
	afterAll(async () => {
		await newcomer.leaves();
	});
	const step = story(async () => await newcomer.browser.picture(stopped));
	return (name, does) => {
		step(name, async () => await does(newcomer));
	};
}

/** Renames a contact in Salesforce and sees the name arrive in Brevo, with one record read. */
export async function seeChangeArrive(
	{ sandbox, ledger }: Newcomer,
	integration: string,
	LastName: string,
): Promise<void> {
	const id = String(sandbox.brevo.admin.contacts({ limit: 1 })[0]?.['ext_id']);
	const { read } = await ledger.pages.activity(integration);
	sandbox.salesforce.admin.update({ object: 'Contact', id, values: { LastName } });
	sandbox.clock.advance(2_000);
	await accounted(ledger, read, 1, integration);
	expect(sandbox.brevo.admin.contact({ ext_id: id })).toMatchObject({
		attributes: { LASTNAME: LastName },
	});
}

async function welcome(): Promise<Newcomer> {
	const userFolder = mkdtempSync(path.join(tmpdir(), 'newcomer-'));
	const sandbox = await startSandbox();
	const [hostDir, packageTarball] = [await installN8n(), await packPackage()];
	const n8n = await N8n.start({ hostDir, packageTarball, userFolder });
	const browser = await openBrowser(n8n);
	const { page } = browser;
	const location = ledgerLocation(undefined, undefined, userFolder);
	const ledger = await openLedger(location, { clock: Date });
	await page.goto(`${n8n.origin}/workflow/new`);
	const hand = new Hand(page);
	await hand.at('canvas-add-button').first().waitFor();
	return {
		sandbox,
		browser,
		page,
		hand,
		ledger,
		salesforce: {
			'My Domain URL': sandbox.origin,
			'Client ID': SALESFORCE_LOGIN.clientId,
			'Client Secret': SALESFORCE_LOGIN.clientSecret,
		},
		brevo: { 'API Key': BREVO_KEY, 'Base URL': `${sandbox.origin}/v3` },
		leaves: async () => {
			await ledger.close();
			await browser.close();
			await n8n.stop();
			await sandbox.close();
			rmSync(userFolder, { recursive: true, force: true });
		},
	};
}
