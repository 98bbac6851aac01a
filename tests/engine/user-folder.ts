/** Imported before n8n-core, which reads these variables while it loads and writes its config file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const userFolder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env['N8N_USER_FOLDER'] = userFolder;
process.env['N8N_LOG_LEVEL'] ??= 'silent';
process.once('exit', () => {
	rmSync(userFolder, { recursive: true, force: true });
});
