// The door of every npm script: installs what is missing, then hands over to the real program
// under Node 24. Plain JavaScript that runs on Node 20 with an empty node_modules.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { install, node24, root } from './install.cjs';

/** @type {Record<string, string[]>} */
const PROGRAMS = {
	demo: ['demo/main.ts'],
	sandbox: ['sandbox/main.ts'],
	dev: ['n8n-host/dev.ts'],
	bench: ['bench/main.ts'],
	'test:crash': ['tests/crash/main.ts'],
	'test:faults': ['tests/faults/main.ts'],
	test: ['scripts/test.mjs'],
	'test:fast': ['scripts/test.mjs', '--only', 'unit,engine'],
	'test:e2e': ['scripts/test.mjs', '--only', 'n8n,e2e'],
	build: ['node_modules/gulp/bin/gulp.js', 'build'],
	lint: ['scripts/test.mjs', '--only', 'types,lint,format'],
	docs: ['scripts/docs.mjs'],
	format: ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.'],
};

const [what = '', ...args] = process.argv.slice(2);
const program = PROGRAMS[what];
if (!program) {
	console.error(`Usage: node scripts/run.mjs ${Object.keys(PROGRAMS).join('|')}`);
	process.exit(2);
}
if (Number(process.versions.node.split('.')[0]) < 20) {
	console.error(`Node ${process.versions.node} is too old: install Node 20 or later.`);
	process.exit(2);
}

try {
	await install();
} catch (error) {
	console.error(`${error instanceof Error ? error.message : error}`);
	console.error('The installation did not finish. Check the network and run the command again.');
	process.exit(1);
}

const bin = path.join(root, 'node_modules', '.bin');
// The package is CommonJS for n8n; its sources are ES modules, which Node would remark upon.
const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
const child = spawn(node24, [quiet, ...program, ...args], {
	cwd: root,
	env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
	stdio: 'inherit',
});
// A terminal sends Ctrl+C to the whole group; other senders reach only us. Either way the program
// decides when to end, so that it can stop what it started.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code, signal) => {
	process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
