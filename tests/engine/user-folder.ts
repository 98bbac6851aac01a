/** Imported before n8n-core, which reads these variables where it is loaded anew for a test file. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const userFolder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env['N8N_USER_FOLDER'] = userFolder;
process.env['N8N_LOG_LEVEL'] ??= 'silent';
// tests/native/environment.cjs removes it.
temporaryFolders.push(userFolder);
