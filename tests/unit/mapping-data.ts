import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Real-world test data that lies beside the repository, never in it. */
const SHARED = join(__dirname, '..', '..', '..', 'shared');

export const sharedText = (path: string): string =>
	readFileSync(join(SHARED, path.startsWith('reference/') ? path : join('data', path)), 'utf8');

/** A test on that data; skipped with a message where the data is absent. */
export function whenShared(name: string, body: () => void): void {
	if (existsSync(SHARED)) test(name, body);
	else {
		process.stdout.write(`skipped (no ../shared): ${name}\n`);
		test.skip(name, body);
	}
}
