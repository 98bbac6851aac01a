import { createHash } from 'node:crypto';
import type { DashboardData } from '../../sync/dashboard/gather.ts';
import { CONTENT_SECURITY_POLICY, dashboardPage } from '../../sync/dashboard/page.ts';
import { DARK, LIGHT, type Palette } from '../../sync/dashboard/style.ts';
import { NOW, sampleData, status, stream } from './dashboard-data.ts';

const page = (data = sampleData()): string => dashboardPage(data);
const matches = (text: string, pattern: RegExp): string[] =>
	[...text.matchAll(pattern)].map(([, found = '']) => found);

const empty: DashboardData = {
	...{ now: NOW, zone: 'UTC', integrations: [], accounts: [], days: [], delays: [], reasons: [] },
	...{ calls: [], delay: { p50: undefined, p95: undefined } },
};

describe('the dashboard is one page that needs nothing else', () => {
	test('it asks for nothing: no script, no image, no style sheet, no font, no frame', () => {
		expect(matches(page(), /<(script|img|link|iframe|object|embed|form|base)\b/gi)).toEqual([]);
		expect(page()).not.toMatch(/url\(|@import|\bsrc=/i);
	});

	test('its policy allows its own style sheet and nothing more', () => {
		const [sheet = '', ...others] = matches(page(), /<style>([^]*?)<\/style>/g);
		expect(others).toEqual([]);
		const hash = createHash('sha256').update(sheet).digest('base64');
		expect(CONTENT_SECURITY_POLICY).toBe(
			`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
		);
		const stated = matches(page(), /http-equiv="Content-Security-Policy" content="([^"]*)"/g);
		expect(stated.map((text) => text.replaceAll('&#39;', "'"))).toEqual([CONTENT_SECURITY_POLICY]);
	});

	test('nothing in it would be blocked by that policy: no style attribute, no handler', () => {
		expect(matches(page(), /<[^>]*\s(style|on\w+)=/g)).toEqual([]);
	});

	test('every opened element is closed, in order', () => {
		const open: string[] = [];
		const body = page().replace(/<style>[^]*?<\/style>/, '');
		for (const [, slash, name = '', rest = ''] of body.matchAll(/<(\/?)([a-z][\w]*)\b([^>]*)>/gi)) {
			if (slash) expect(open.pop()).toBe(name);
			else if (!rest.trimEnd().endsWith('/')) open.push(name);
		}
		expect(open).toEqual([]);
	});
});

describe('what comes from data stays text', () => {
	const HOSTILE = [
		'</style><script>alert(1)</script>',
		'"><img src=x onerror=alert(1)>',
		"' onmouseover='alert(1)",
		'</title></svg><svg onload=alert(1)>',
		'&lt;b&gt; & <!-- -->',
		'${1+1} {{ 1+1 }} \u202e\u0000',
	];
	const hostile = (text: string): DashboardData => {
		const sample = sampleData();
		const one = stream(text, { workflow: text, state: 'failing', lastError: text });
		return {
			...sample,
			integrations: [status(1, one, stream(text, { backOf: text }))],
			accounts: sample.accounts.map((account) => ({ ...account, integrations: [text, text] })),
			reasons: [{ limit: text, records: 1, message: text, remedy: text }],
			zone: sample.zone,
		};
	};

	test.each(HOSTILE)('%s', (text) => {
		const made = dashboardPage(hostile(text), () => text);
		const plain = dashboardPage(hostile('x'), () => 'x');
		const tags = (html: string): string[] => matches(html, /<(\/?[a-z!][^\s>]*)/gi);
		expect(tags(made)).toEqual(tags(plain));
		const attributes = (html: string): string[] =>
			matches(html, /\s([\w:-]+)="[^"]*"/g).filter((name) => name !== 'x');
		expect(attributes(made)).toEqual(attributes(plain));
	});
});

describe('the dashboard can be read by everybody', () => {
	test('one heading at the top, and none of a level is left out', () => {
		const levels = matches(page(), /<h(\d)\b/g).map(Number);
		expect(levels.filter((level) => level === 1)).toHaveLength(1);
		levels.forEach((level, index) => {
			expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
		});
	});

	test('every name that a label points to is there once', () => {
		const ids = matches(page(), /\sid="([^"]*)"/g);
		expect(new Set(ids).size).toBe(ids.length);
		const wanted = matches(page(), /aria-labelledby="([^"]*)"/g);
		expect(wanted.length).toBeGreaterThan(0);
		expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
	});

	test('every drawing has a name in words, or is only an ornament', () => {
		for (const svg of matches(page(), /<svg\b([^>]*)>/g))
			expect(svg).toMatch(/aria-hidden="true"|role="img"[^>]*aria-label(ledby)?="[^"]+"/);
	});

	test('every chart over time has its numbers in a table', () => {
		const charts = matches(page(), /<svg\s+class="wide"/g);
		expect(matches(page(), /<(table)>/g)).toHaveLength(charts.length);
		expect(page()).toMatch(/<th scope="row">19 Nov<\/th>/);
	});

	test('a state is told in words and by a sign, not by colour alone', () => {
		expect(page()).toMatch(/✕<\/span>\s*Failing/);
		expect(page()).toMatch(/✓<\/span>\s*Running/);
	});

	/** WCAG 2.2: from 1 to 21. */
	const contrast = (a: string, b: string): number => {
		const light = (colour: string): number => {
			const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
				const part = parseInt(colour.slice(from, from + 2), 16) / 255;
				return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
			});
			return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
		};
		const [more = 0, less = 0] = [light(a), light(b)].sort((one, other) => other - one);
		return (more + 0.05) / (less + 0.05);
	};

	test.each([
		['light', LIGHT],
		['dark', DARK],
	])('text and marks stand out enough in %s colours', (_, palette: Palette) => {
		const texts = ['text', 'muted', 'link'].flatMap((name) => [
			[name, 'panel'],
			[name, 'ground'],
		]);
		const tones = ['good', 'calm', 'warn', 'bad'].map((name) => [name, `${name}-ground`]);
		const marks = ['written', 'unchanged', 'excluded', 'rejected', 'deferred'];
		const tooWeak = [
			...[...texts, ...tones].map((pair) => ({ pair, least: 4.5 })),
			...marks.map((name) => ({ pair: [name, 'panel'], least: 3 })),
		].filter(({ pair: [a = 'text', b = 'text'], least }) => {
			const colours = palette as Readonly<Record<string, string>>;
			return contrast(colours[a] ?? '', colours[b] ?? '') < least;
		});
		expect(tooWeak).toEqual([]);
	});
});

describe('the dashboard says', () => {
	const text = (data = sampleData()): string =>
		page(data)
			.replace(/<style>[^]*?<\/style>/, '')
			.replaceAll(/<svg[^]*?<\/svg\s*>/g, '')
			.replaceAll(/<[^>]+>/g, ' ')
			.replaceAll(/\s+/g, ' ');

	test('at the top who needs attention', () => {
		expect(text()).toContain('Needs attention “Trial leads” (failing).');
		const well = { ...sampleData(), integrations: [status(5, stream('Newsletter'))] };
		expect(text(well)).toContain('All is well 1 integration up and running.');
	});

	test('for each integration its state, why, and what to do', () => {
		expect(text()).toContain(
			'Brevo does not accept the API key. It has failed 4 times in a row. It tries again by itself',
		);
		expect(text()).toContain('Run Contact Sync with “Resume”.');
	});

	test('what is left of the month and when it runs out', () => {
		expect(text()).toContain(
			'28,570 of 100,000 tasks are left this month. At the present pace they run out on 26 Nov; changes then wait until 1 Dec.',
		);
	});

	test('why records were rejected, and what to do', () => {
		expect(text()).toContain('247 records on the rejected list');
		expect(text()).toContain('Add one of the two in Salesforce; the record then comes again');
	});

	test('how long changes take, and how near the limits of calls are', () => {
		expect(text()).toContain('Half of the changes arrived within 18 s, 95 % within 1.2 min');
		expect(text()).toContain('Near its limit: Salesforce.');
	});

	test('in an empty ledger what to do first, and draws no number that is none', () => {
		expect(text(empty)).toContain(
			'Publish a workflow that begins with Salesforce Contact Trigger.',
		);
		for (const made of [page(empty), page()]) expect(made).not.toMatch(/NaN|Infinity|undefined/);
	});

	test('where each workflow is', () => {
		const made = dashboardPage(sampleData(), (workflow) => `https://n8n.example.com/${workflow}`);
		expect(matches(made, /<a href="([^"]*)"/g)).toEqual(
			['wF1x', 'wF1x', 'wF2x', 'wF3x'].map((id) => `https://n8n.example.com/${id}`),
		);
	});
});
