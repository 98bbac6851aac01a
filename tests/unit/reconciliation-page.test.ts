import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIFFERENCE_KINDS, REASONS } from '../../sync/reconcile/differences.ts';

test('docs/reconciliation.md explains every difference and every reason', () => {
	const page = readFileSync(join(__dirname, '../../docs/reconciliation.md'), 'utf8');
	const missing = [...DIFFERENCE_KINDS, ...Object.keys(REASONS)].filter(
		(word) => !page.includes(`\`${word}\``),
	);
	expect(missing).toEqual([]);
});
