// Loaded by Node. n8n-core reads these variables while it loads, and writes its config file there.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

const folder = mkdtempSync(path.join(tmpdir(), 'n8n-core-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const { N8N_USER_FOLDER, N8N_LOG_LEVEL } = process.env;
Object.assign(process.env, { N8N_USER_FOLDER: folder, N8N_LOG_LEVEL: N8N_LOG_LEVEL ?? 'silent' });
require('reflect-metadata');
const core = require('n8n-core');
require('@n8n/di').Container.get(core.InstanceSettings);
for (const [name, value] of Object.entries({ N8N_USER_FOLDER, N8N_LOG_LEVEL })) {
	if (value === undefined) delete process.env[name];
	else process.env[name] = value;
}
module.exports = core;
