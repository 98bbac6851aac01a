/** `npm run dev`: n8n with this checkout linked in; dist/ is built anew whenever a source changes. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { node24, root } from '../scripts/install.cjs';
import { runVisibly } from '../scripts/npm.cjs';
import { installN8n } from './install.ts';
import { N8n, OWNER } from './n8n.ts';
import { PACKAGE } from './process.ts';

const gulp = path.join('node_modules', 'gulp', 'bin', 'gulp.js');
const userFolder = path.join(root, 'build', 'dev');
const link = path.join(userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE);

const hostDir = await installN8n();
await runVisibly('Building the package', node24, [gulp, 'dist', '-L'], { cwd: root });
mkdirSync(path.dirname(link), { recursive: true });
rmSync(link, { force: true });
symlinkSync(root, link, 'dir');

const n8n = await N8n.start({ hostDir, userFolder, env: { N8N_DEV_RELOAD: 'true' } });
const watcher = spawn(node24, [gulp, 'watch'], { cwd: root, stdio: 'inherit' });
console.log(`n8n: ${n8n.origin}  (${OWNER.email}, ${OWNER.password}); its log: ${n8n.logFile}`);

const stop = async (): Promise<void> => {
	watcher.kill();
	await n8n.stop();
	process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
