/**
 * `npm run dev`: n8n with this checkout linked in, and the sandbox behind it; dist/ is built anew
 * whenever a source changes. Workflows stay from one time to the next, in build/dev; the sandbox and
 * the ledger begin anew, because they belong together.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { BACK, FORWARD, importCredentials, template } from '../demo/stage.ts';
import { startSandbox } from '../sandbox/server.ts';
import { node24, root } from '../scripts/install.cjs';
import { runVisibly } from '../scripts/npm.cjs';
import { installN8n } from './install.ts';
import { N8n, OWNER } from './n8n.ts';
import { PACKAGE } from './process.ts';

/** Always the same, because credentials of the last time name it. */
const SANDBOX_PORT = 4010;
const gulp = path.join('node_modules', 'gulp', 'bin', 'gulp.js');
const userFolder = path.join(root, 'build', 'dev');
const link = path.join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE);
const ledgerFolder = path.join(userFolder, 'ledger');

const hostDir = await installN8n();
await runVisibly('Building the package', node24, [gulp, 'dist', '-L'], { cwd: root });
mkdirSync(path.dirname(link), { recursive: true });
rmSync(link, { force: true });
symlinkSync(root, link, 'dir');
rmSync(ledgerFolder, { recursive: true, force: true });
mkdirSync(ledgerFolder);

const sandbox = await startSandbox({ port: SANDBOX_PORT });
const n8n = await N8n.start({
	hostDir,
	userFolder,
	env: {
		N8N_DEV_RELOAD: 'true',
		CONTACT_SYNC_LEDGER: path.join(ledgerFolder, 'ledger.sqlite'),
	},
});
const isFirstTime = (await n8n.call<unknown[]>('GET', '/rest/credentials')).length === 0;
if (isFirstTime) {
	const credentials = await importCredentials(n8n, sandbox.origin);
	for (const file of [FORWARD, BACK]) await n8n.importWorkflow(template(file, {}), credentials);
}
const watcher = spawn(node24, [gulp, 'watch'], { cwd: root, stdio: 'inherit' });
console.log(`Sandbox: ${sandbox.origin}/_sandbox`);
console.log(`n8n: ${n8n.origin}  (${OWNER.email}, ${OWNER.password}); its log: ${n8n.logFile}`);

const stop = async (): Promise<void> => {
	watcher.kill();
	await n8n.stop();
	await sandbox.close();
	process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
