import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'salesforce-bundle-'));
const outfile = path.join(folder, 'bundle.cjs');
afterAll(() => rmSync(folder, { recursive: true }));

/** What a page of records takes, run in a Node of its own with nothing but the bundle. */
const PROGRAM = `
const { readFileSync } = require('node:fs');
const { salesforceConnection, queryPage } = require(process.argv[1]);
const body = JSON.stringify({ totalSize: 1, done: true, records: [{ attributes: {}, Id: 'x' }] });
const http = async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body });
const host = { clock: Date, sleep: async () => {}, logger: console };
const connection = salesforceConnection({ http, host, instanceUrl: 'https://x.my.salesforce.com' });
connection.jsforce.oauth2.clientId = 'x';
const theirs = connection.jsforce.oauth2.refreshToken('x').catch((error) => error.message);
Promise.all([queryPage(connection, 'SELECT Id FROM Contact'), theirs]).then(([page, message]) =>
	console.log(JSON.stringify({ records: page.records, message })),
);`;

test('jsforce works in a bundle without undici, and cannot reach the network by itself', () => {
	execFileSync(
		process.execPath,
		[
			path.join(ROOT, 'node_modules/esbuild/bin/esbuild'),
			'--bundle',
			'--platform=node',
			'--format=cjs',
			'--minify-whitespace',
			`--alias:undici=./sync/salesforce/undici-stub.ts`,
			`--outfile=${outfile}`,
			'--log-level=warning',
		],
		{
			cwd: ROOT,
			input:
				"export * from './sync/salesforce/connection.ts'; export * from './sync/salesforce/read.ts';",
			stdio: ['pipe', 'pipe', 'inherit'],
		},
	);
	expect(statSync(outfile).size).toBeLessThan(800_000);
	const printed = execFileSync(process.execPath, ['-e', PROGRAM, outfile], { encoding: 'utf8' });
	expect(JSON.parse(printed)).toEqual({
		records: [{ Id: 'x' }],
		message: expect.stringContaining('requests go through the host'),
	});
}, 60_000);
