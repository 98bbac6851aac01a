// `npm test`: every check of the project, one phase after the other. A failed phase does not stop
// the next. Ends with one line, `N passed, N failed`, summed over the phases.
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './install.cjs';

/** Ends a phase that hangs; that of the real n8n and browser takes about 15 on two slow cores. */
const PHASE_MINUTES = 25;
const SECONDS_BETWEEN_SIGNS_OF_LIFE = 20;
/** Of one failure; the largest values that jest compares fill pages. */
const MOST_LINES = 60;
const MOST_COLUMNS = 300;
const reports = path.join(root, 'build', 'test');

/** Ends the program of the running phase, with all it has started. */
let stopProgram = () => {};
for (const [signal, code] of /** @type {const} */ ([
	['SIGINT', 130],
	['SIGTERM', 143],
])) {
	process.on(signal, () => {
		stopProgram();
		process.exit(code);
	});
}

/** @typedef {{ passed: number, failed: number, skipped: number, output: string }} Result */
/** @typedef {{ name: string, run: () => Promise<Result> }} Phase */

/**
 * Runs a program under this Node and keeps what it prints.
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
async function program(args) {
	return await new Promise((resolve, reject) => {
		const child = spawn(process.execPath, args, {
			cwd: root,
			env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
			stdio: ['ignore', 'pipe', 'pipe'],
			// A process group of its own, so that a worker in an endless loop can be ended too.
			detached: true,
		});
		stopProgram = () => {
			if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
		};
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (text) => (output += text));
		}
		const timer = setTimeout(() => {
			output += `\nStopped after ${PHASE_MINUTES} minutes.\n`;
			stopProgram();
		}, PHASE_MINUTES * 60_000);
		child.once('error', reject);
		child.once('close', (code) => {
			clearTimeout(timer);
			resolve({ code, output });
		});
	});
}

/**
 * A check that counts as one test.
 * @param {string} name
 * @param {string[]} args
 * @returns {Phase}
 */
const check = (name, args) => ({
	name,
	run: async () => {
		const { code, output } = await program(args);
		const passed = code === 0 ? 1 : 0;
		return { passed, failed: 1 - passed, skipped: 0, output };
	},
});

/**
 * The jest tests of one folder, counted by test. A file that could not run at all, or a jest that
 * ended without a report, counts as a failure.
 * @param {string} folder below tests/
 * @returns {Phase}
 */
const jest = (folder) => ({
	name: folder,
	run: async () => {
		const report = path.join(reports, `${folder}.json`);
		rmSync(report, { force: true });
		const { code, output } = await program([
			'node_modules/jest/bin/jest.js',
			`tests/${folder}/`,
			'--json',
			`--outputFile=${report}`,
			// Real n8n processes and browsers: one at a time, with time to start.
			...(folder === 'e2e'
				? ['--runInBand', '--testTimeout=180000']
				: // The tests wait for one another's servers and clocks: three of them fill two cores.
					[`--maxWorkers=${Math.ceil(availableParallelism() * 1.5)}`]),
		]);
		if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, output };
		const results = JSON.parse(readFileSync(report, 'utf8'));
		const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
		const failed = numFailedTests + numRuntimeErrorTestSuites;
		return {
			passed: numPassedTests,
			failed: failed === 0 && code !== 0 ? 1 : failed,
			skipped: numPendingTests,
			// Only what failed: the whole of it is longer than what a build server shows.
			output: failures(results) || output,
		};
	},
});

/**
 * The name of each failed test and why, of a report of jest.
 * @param {{ testResults: Array<{ name: string, message: string, assertionResults:
 *   Array<{ status: string, fullName: string, failureMessages: string[] }> }> }} report
 */
const failures = ({ testResults }) =>
	testResults
		.flatMap(({ name, message, assertionResults }) => {
			const file = path.relative(root, name);
			const failed = assertionResults.filter(({ status }) => status === 'failed');
			if (failed.length === 0 && message && assertionResults.length === 0)
				return [`${file} did not run\n${shortened(message)}`];
			return failed.map(
				({ fullName, failureMessages }) =>
					`${file} > ${fullName}\n${shortened(failureMessages.join('\n'))}`,
			);
		})
		.join('\n\n');

/** @param {string} text */
const shortened = (text) =>
	text
		.split('\n')
		.slice(0, MOST_LINES)
		.map((line) => line.slice(0, MOST_COLUMNS))
		.join('\n');

/** Installs n8n, once per machine; shows its own progress. @type {Phase} */
const n8n = {
	name: 'n8n',
	run: async () => {
		const { installN8n } = await import('../n8n-host/install.ts');
		return { passed: 1, failed: 0, skipped: 0, output: `n8n is in ${await installN8n()}` };
	},
};

/** @returns {Phase[]} */
function phases() {
	const gulp = 'node_modules/gulp/bin/gulp.js';
	const order = ['unit', 'engine', 'contract', 'sandbox', 'templates', 'faults', 'e2e'];
	const folders = readdirSync(path.join(root, 'tests')).filter(
		(folder) => globSync(`tests/${folder}/**/*.test.ts`, { cwd: root }).length > 0,
	);
	const unknown = folders.filter((folder) => !order.includes(folder)).sort();
	const [inProcess, real] = [[...order.slice(0, -1), ...unknown], ['e2e']].map((names) =>
		names.filter((name) => folders.includes(name)).map(jest),
	);
	const hasDemo = existsSync(path.join(root, 'demo', 'main.ts'));
	return [
		check('types', [gulp, 'types', '-L']),
		check('build', [gulp, 'dist', '-L']),
		check('lint', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0']),
		check('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '.']),
		check('docs', ['scripts/check-docs.mjs']),
		...(inProcess ?? []),
		n8n,
		...(real ?? []),
		...(hasDemo ? [check('demo', ['demo/main.ts', '--once', '--json'])] : []),
	];
}

/** @param {Phase} phase */
async function runPhase({ name, run }) {
	const started = Date.now();
	const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
	const timer = setInterval(
		() => console.log(`  ${name} ... ${seconds()} s`),
		SECONDS_BETWEEN_SIGNS_OF_LIFE * 1000,
	);
	const result = await run()
		.catch((error) => ({ passed: 0, failed: 1, skipped: 0, output: String(error?.stack ?? error) }))
		.finally(() => clearInterval(timer));
	if (result.failed > 0) console.log(result.output.trimEnd());
	const sign = result.failed > 0 ? 'FAILED' : 'ok    ';
	const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
	const counts = `${result.passed} passed, ${result.failed} failed${skipped}`;
	console.log(`${sign} ${name.padEnd(10)} ${seconds().padStart(6)} s  (${counts})`);
	return result;
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only?.split(',');
mkdirSync(reports, { recursive: true });
const all = phases();
const unknownNames = (only ?? []).filter((name) => !all.some((phase) => phase.name === name));
const selected = all.filter(({ name }) => !only || only.includes(name));
let passed = 0;
let failed = 0;
for (const phase of selected) {
	const result = await runPhase(phase);
	passed += result.passed;
	failed += result.failed;
}
for (const name of unknownNames) {
	console.log(`FAILED ${name}: there is no such phase, or it has no tests`);
	failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
