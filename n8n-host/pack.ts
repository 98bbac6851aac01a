import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { node24, root } from '../scripts/install.cjs';
import { runVisibly } from '../scripts/npm.cjs';

/**
 * Builds the package and packs it as a user would get it.
 * @returns path of the .tgz, in build/
 */
export async function packPackage(): Promise<string> {
	const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
		name: string;
		version: string;
	};
	const folder = path.join(root, 'build');
	await mkdir(folder, { recursive: true });
	const gulp = path.join('node_modules', 'gulp', 'bin', 'gulp.js');
	await runVisibly('Building the package', node24, [gulp, 'dist', '-L'], { cwd: root });
	const flags = ['--pack-destination', folder, '--ignore-scripts', '--loglevel=error', '--silent'];
	await runVisibly('Packing the package', 'npm', ['pack', ...flags], { cwd: root });
	return path.join(folder, `${name}-${version}.tgz`);
}
