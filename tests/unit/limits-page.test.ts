import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitsPage } from '../../scripts/limits-page.ts';
import { LIMIT_IDS } from '../../sync/limits/table.ts';

test('docs/limits.md says what the table of limits says', () => {
	const page = readFileSync(join(__dirname, '../../docs/limits.md'), 'utf8');
	expect(page).toBe(limitsPage());
});

test('the page has a section for every limit, and no placeholder is left in it', () => {
	const headings = [...limitsPage().matchAll(/^### (.+)$/gm)].map(([, id]) => id);
	expect(headings).toEqual(LIMIT_IDS);
	expect(limitsPage()).not.toMatch(/\{\w+\}/);
});
