// Writes the pages that are made from data.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.cjs';
import { limitsPage } from './limits-page.ts';
import { performancePage } from './performance-page.ts';
import { reliabilityPage } from './reliability-page.ts';

/** @param {string} file below the root */
const found = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

const pages = {
	'limits.md': limitsPage(),
	'performance.md': performancePage(found('bench/results.json')),
	'reliability.md': reliabilityPage(found('tests/faults/results.json')),
};
for (const [name, page] of Object.entries(pages)) {
	writeFileSync(path.join(root, 'docs', name), page);
	console.log(`Wrote docs/${name}`);
}
