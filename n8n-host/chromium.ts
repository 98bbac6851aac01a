import { existsSync } from 'node:fs';
import path from 'node:path';
import { runVisibly } from '../scripts/npm.cjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function find(): string | undefined {
	return (process.env['PATH'] ?? '')
		.split(path.delimiter)
		.flatMap((folder) => NAMES.map((name) => path.join(folder, name)))
		.find((file) => existsSync(file));
}

/**
 * A Chromium for playwright-core. Installs Debian's when we may; otherwise says how to get one.
 * @returns path of the executable
 */
export async function findChromium(): Promise<string> {
	const there = find();
	if (there) return there;
	if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
		const env = { DEBIAN_FRONTEND: 'noninteractive' };
		await runVisibly('Updating the package lists', 'apt-get', ['update', '-qq'], { cwd: '/', env });
		await runVisibly('Installing Chromium', 'apt-get', ['install', '-qq', '-y', 'chromium'], {
			cwd: '/',
			env,
		});
		const installed = find();
		if (installed) return installed;
	}
	throw new Error(
		'The browser tests need Chromium or Google Chrome. Install one so that `chromium` or ' +
			'`google-chrome` is on the PATH (Debian and Ubuntu: sudo apt-get install chromium).',
	);
}
