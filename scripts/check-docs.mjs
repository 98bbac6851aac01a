// Checks the pages that people read: every link leads somewhere, and every command has been run.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import GithubSlugger from 'github-slugger';
import { root } from './install.cjs';

/**
 * What runs a command of the docs, so that no page names one that does not work.
 * @type {Record<string, string>}
 */
const RUN_BY = {
	'npm test': 'the build server',
	'npm run bench': 'docs/performance.md is made of its results',
	'npm run build': 'phase build of npm test: the same gulp task',
	'npm run demo': 'tests/e2e/commands.test.ts',
	'npm run dev': 'tests/e2e/commands.test.ts',
	'npm run docs': 'tests/unit/limits-page.test.ts: the pages are as it writes them',
	'npm run sandbox': 'tests/e2e/commands.test.ts',
	'npm run test:crash': 'docs/reliability.md is made of its results',
	'npm run test:faults': 'docs/reliability.md is made of its results',
	'npm run test:fast': 'npm test, which runs the same phases',
};

const pages = globSync('{*.md,{docs,sandbox,bench,.github}/**/*.md}', { cwd: root }).sort();
/** @type {Map<string, { text: string, ids: Set<string> }>} */
const known = new Map(pages.map((page) => [page, read(page)]));

/** @param {string} page */
function read(page) {
	const text = readFileSync(path.join(root, page), 'utf8');
	const slugger = new GithubSlugger();
	const headings = [...withoutCode(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, title = '']) =>
		slugger.slug(title.replaceAll(/\[([^\]]*)\]\([^)]*\)|[`*]/g, '$1')),
	);
	return { text, ids: new Set(headings) };
}

/** @param {string} text */
function withoutCode(text) {
	return text.replaceAll(/^```[^]*?^```/gm, '');
}

/** @param {string} page @returns {string[]} */
function brokenLinks(page) {
	const links = [
		...withoutCode(known.get(page)?.text ?? '').matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g),
	];
	return links.flatMap(([, link = '']) => {
		if (/^(https:|mailto:)/.test(link)) return [];
		const [file = '', id] = link.split('#');
		const target = file === '' ? page : path.join(path.dirname(page), file);
		if (!existsSync(path.join(root, target))) return [`${page}: ${link} does not exist`];
		if (id !== undefined && known.get(target)?.ids.has(id) !== true)
			return [`${page}: ${link} has no such heading`];
		return [];
	});
}

/** Commands in code blocks and in code spans. @param {string} page @returns {string[]} */
function unknownCommands(page) {
	const commands = known.get(page)?.text.matchAll(/\b(npm (?:test|run [\w:-]+))/g) ?? [];
	return [...commands]
		.filter(([, command = '']) => RUN_BY[command] === undefined)
		.map(([, command]) => `${page}: nothing runs "${command}"`);
}

const problems = pages.flatMap((page) => [...brokenLinks(page), ...unknownCommands(page)]);
for (const problem of problems) console.error(problem);
console.log(`${pages.length} pages, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
