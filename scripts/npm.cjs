// Runs npm for the bootstrap. Plain JavaScript for Node 20: nothing is installed yet when it runs;
// CommonJS, because jest's tests use it too.
const { spawn } = require('node:child_process');
const path = require('node:path');

const SECONDS_BETWEEN_SIGNS_OF_LIFE = 10;

/**
 * The environment for a nested npm: the npm that the user typed, not the one of a project's
 * node_modules/.bin (an install empties that folder), and without the outer run's own variables.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function environmentForNpm(env) {
	const kept = Object.entries(env).filter(
		([name]) => !/^npm_(package|lifecycle)_|^npm_config_local_prefix$|^INIT_CWD$/.test(name),
	);
	const folders = (env.PATH ?? '').split(path.delimiter);
	const binFolder = path.join('node_modules', '.bin');
	const PATH = folders.filter((folder) => !folder.endsWith(binFolder)).join(path.delimiter);
	return { ...Object.fromEntries(kept), PATH };
}

/**
 * Runs a command to its end and prints a sign of life every ten seconds.
 * @param {string} label what the user is waiting for, e.g. "Installing n8n 2.41.1"
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<void>} rejects with the exit code when the command fails
 */
async function runVisibly(label, command, args, { cwd, env = {} }) {
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	console.error(`${label} ...`);
	const timer = setInterval(
		() => console.error(`${label} ... ${seconds()} s`),
		SECONDS_BETWEEN_SIGNS_OF_LIFE * 1000,
	);
	try {
		await new Promise((resolve, reject) => {
			const child = spawn(command, args, {
				cwd,
				env: { ...environmentForNpm(process.env), ...env },
				// What npm prints goes to stderr, so that stdout stays what the user asked for.
				stdio: ['ignore', 2, 2],
				shell: process.platform === 'win32',
			});
			child.once('error', reject);
			child.once('exit', (code, signal) =>
				code === 0
					? resolve(undefined)
					: reject(
							new Error(`${label}: ${command} ${args.join(' ')} ended with ${code ?? signal}`),
						),
			);
		});
	} finally {
		clearInterval(timer);
	}
	console.error(`${label} ... done in ${seconds()} s`);
}

/**
 * `npm ci` without install scripts: older npm versions know no `allowScripts` and would run all of
 * them; what is needed of them is run by name afterwards.
 * @param {string} label
 * @param {string} cwd
 */
async function npmCi(label, cwd) {
	const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	await runVisibly(label, 'npm', ['ci', ...flags], { cwd });
}

module.exports = { environmentForNpm, npmCi, runVisibly };
