import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import gulp from 'gulp';
import { bundle, check } from './scripts/bundle.mjs';

const run = promisify(execFile);

export const clean = () => rm('dist', { recursive: true, force: true });

/** Checks the types of everything, tests included; esbuild only strips them. */
export async function types() {
	try {
		await run(process.execPath, ['node_modules/typescript/bin/tsc', '--pretty', 'false']);
	} catch (error) {
		throw new Error(`The types do not fit:\n${error.stdout}`, { cause: error });
	}
}

/** Icons and codex files, beside the compiled node or credential that names them. */
export const assets = () =>
	gulp
		.src(['nodes/**/*.{svg,png}', 'nodes/*/*.node.json', 'credentials/**/*.{svg,png}'], {
			base: '.',
			encoding: false,
		})
		.pipe(gulp.dest('dist'));

/** The workflows that users import. */
export const templates = () =>
	gulp.src('templates/**/*.json', { base: '.', allowEmpty: true }).pipe(gulp.dest('dist'));

/** dist/ without the type check. */
export const dist = gulp.series(clean, gulp.parallel(bundle, assets, templates), check);

export const build = gulp.series(types, dist);

export const watch = () =>
	gulp.watch(['sync/**', 'nodes/**', 'credentials/**', 'templates/**'], dist);

export default build;
