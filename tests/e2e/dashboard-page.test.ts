import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../n8n-host/chromium.ts';
import { dashboardPage } from '../../sync/dashboard/page.ts';
import { sampleData } from '../unit/dashboard-data.ts';

/** Where the pictures go; SCREENSHOTS=docs/images renews those of the docs. */
const FOLDER = path.resolve(process.env['SCREENSHOTS'] ?? 'build/screenshots');

/** The dashboard in a real browser. */
describe('the dashboard page', () => {
	let browser: Browser;
	const folder = mkdtempSync(path.join(tmpdir(), 'dashboard-'));
	const file = path.join(folder, 'page.html');

	beforeAll(async () => {
		mkdirSync(FOLDER, { recursive: true });
		writeFileSync(
			file,
			dashboardPage(sampleData(), (id) => `https://n8n.example.com/${id}`),
		);
		// As root Chromium needs no-sandbox.
		browser = await chromium.launch({
			executablePath: await findChromium(),
			args: ['--no-sandbox', '--disable-gpu'],
		});
	}, 180_000);
	afterAll(async () => {
		await browser.close();
		rmSync(folder, { recursive: true, force: true });
	});

	test.each([
		{ name: 'light', colorScheme: 'light', width: 1120, height: 1280, ground: '#f3f5f8' },
		{ name: 'dark', colorScheme: 'dark', width: 1120, height: 1280, ground: '#10141b' },
		{ name: 'phone', colorScheme: 'light', width: 390, height: 844, ground: '#f3f5f8' },
	] as const)(
		'$name: drawn as meant, nothing asked for, nothing blocked, nothing cut off',
		async (view) => {
			const { name, colorScheme, width, height } = view;
			const page = await browser.newPage({ viewport: { width, height }, colorScheme });
			const complaints: string[] = [];
			const requests: string[] = [];
			page.on('console', (message) => complaints.push(message.text()));
			page.on('request', (request) => requests.push(request.url()));
			await page.goto(pathToFileURL(file).href);
			await page.screenshot({ path: path.join(FOLDER, `dashboard-${name}.png`) });
			const seen = await page.evaluate<{ ground: string; wide: number; charts: number[] }>(`({
			ground: getComputedStyle(document.body).backgroundColor,
			wide: document.documentElement.scrollWidth,
			charts: [...document.querySelectorAll('svg[role=img]')]
				.map((svg) => svg.getBoundingClientRect().width)
				.filter((width) => width > 0),
		})`);
			const parts = [1, 3, 5].map((from) => parseInt(view.ground.slice(from, from + 2), 16));
			// The style sheet counts only when the policy has taken its hash.
			expect(seen.ground).toBe(`rgb(${parts.join(', ')})`);
			expect(seen.wide).toBe(width);
			expect(seen.charts).toHaveLength(6);
			expect(Math.max(...seen.charts)).toBeLessThanOrEqual(width);
			expect(complaints).toEqual([]);
			expect(requests).toEqual([pathToFileURL(file).href]);
			await page.close();
		},
	);
});
