import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../../n8n-host/chromium.ts';
import { type N8n, OWNER } from '../../n8n-host/n8n.ts';

/** Where the pictures go; SCREENSHOTS=docs/images renews those of the README. */
const FOLDER = path.resolve(process.env['SCREENSHOTS'] ?? 'build/screenshots');

/** As root Chromium needs no-sandbox; the rest keeps it from calling out. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

export interface Browser {
	/** Signed in to n8n as its owner. */
	readonly page: Page;
	/** Keeps what the page shows as `<name>.png`. */
	picture(name: string): Promise<void>;
	close(): Promise<void>;
}

/** A real Chromium, signed in to this n8n. */
export async function openBrowser({ origin }: N8n): Promise<Browser> {
	mkdirSync(FOLDER, { recursive: true });
	const profile = mkdtempSync(path.join(tmpdir(), 'editor-'));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: await findChromium(),
		headless: true,
		viewport: { width: 1440, height: 1000 },
		args: FLAGS,
	});
	await context.request.post(`${origin}/rest/login`, {
		data: { emailOrLdapLoginId: OWNER.email, password: OWNER.password },
	});
	const page = context.pages()[0] ?? (await context.newPage());
	return {
		page,
		picture: async (name) => {
			await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
		},
		close: async () => {
			await context.close();
			rmSync(profile, { recursive: true, force: true });
		},
	};
}

/** The values of all fields in a panel: what a dropdown shows stands in its input. */
export const valuesIn = async (panel: ReturnType<Page['locator']>): Promise<string[]> =>
	await panel
		.locator('input')
		.evaluateAll((inputs) => inputs.map((input) => (input as unknown as { value: string }).value));
