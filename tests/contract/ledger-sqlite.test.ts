import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerLedgerTests } from './register-ledger-tests.ts';

describe('ledger in a SQLite file', () => {
	const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
	let files = 0;
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	registerLedgerTests({
		newLocation: async () => ({ kind: 'file', path: join(folder, `${++files}`, 'ledger.sqlite') }),
	});
});
