// Writes the pages that are made from data.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.cjs';
import { limitsPage } from './limits-page.ts';
import { performancePage } from './performance-page.ts';
import { reliabilityPage } from './reliability-page.ts';

/** What a measurement found; undefined when it was not made. @param {string} file below the root */
const found = (file) => {
	const from = path.join(root, file);
	return existsSync(from) ? JSON.parse(readFileSync(from, 'utf8')) : undefined;
};

const pages = {
	'limits.md': limitsPage(),
	'performance.md': performancePage(found('bench/results.json')),
	'reliability.md': reliabilityPage(
		found('tests/faults/results.json'),
		found('tests/crash/results.json'),
		found('tests/cluster/results.json'),
	),
};
for (const [name, page] of Object.entries(pages)) {
	writeFileSync(path.join(root, 'docs', name), page);
	console.log(`Wrote docs/${name}`);
}
