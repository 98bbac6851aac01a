// Writes the pages that are made from data.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.cjs';
import { limitsPage } from './limits-page.ts';
import { performancePage } from './performance-page.ts';

const results = JSON.parse(readFileSync(path.join(root, 'bench', 'results.json'), 'utf8'));

const pages = { 'limits.md': limitsPage(), 'performance.md': performancePage(results) };
for (const [name, page] of Object.entries(pages)) {
	writeFileSync(path.join(root, 'docs', name), page);
	console.log(`Wrote docs/${name}`);
}
