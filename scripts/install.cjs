// Brings node_modules in line with package-lock.json. Plain JavaScript for Node 20, as npm.cjs.
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { npmCi, runVisibly } = require('./npm.cjs');

const root = path.dirname(__dirname);
const executable = process.platform === 'win32' ? 'node.exe' : 'node';
/** Node 24, which n8n 2.36 and later need, from the npm package `node`. */
const node24 = path.join(root, 'node_modules', 'node', 'bin', executable);

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/**
 * Whether what npm noted down when it last finished an install holds every package of the lock.
 * Optional packages are left out: which of them are there depends on the platform.
 */
function isInstalled() {
	const note = path.join('node_modules', '.package-lock.json');
	if (!existsSync(path.join(root, note))) return false;
	const installed = readJson(note).packages;
	return Object.entries(readJson('package-lock.json').packages).every(
		([folder, { version, optional, devOptional }]) =>
			folder === '' || optional || devOptional || installed[folder]?.version === version,
	);
}

/** Installs what is missing; does nothing when all is there. */
async function install() {
	if (!isInstalled()) await npmCi('Installing the packages of package-lock.json', root);
	if (!existsSync(node24)) {
		// What the package's own install script does: fetch the binary for this platform.
		await runVisibly('Installing Node 24', process.execPath, ['installArchSpecificPackage.js'], {
			cwd: path.join(root, 'node_modules', 'node'),
		});
		// Puts it into node_modules/.bin, where scripts look for `node` first.
		await runVisibly(
			'Linking Node 24',
			'npm',
			['rebuild', 'node', '--ignore-scripts', '--silent'],
			{
				cwd: root,
			},
		);
	}
}

module.exports = { install, node24, root };
