import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LedgerError } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { leaveFile, shareFile } from '../../sync/ledger/sqlite/file.ts';
import { salesforceId } from './ledger/desk.ts';

const clock = { now: () => Date.now() };
const folder = mkdtempSync(join(tmpdir(), 'ledger-refusals-'));
let files = 0;
const newPath = () => join(folder, `${++files}.sqlite`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = async (path: string) =>
	await openLedger({ kind: 'file', path }, { clock, lockTimeoutMs: 100 });
const failure = async (path: string) =>
	await open(path).then(
		() => undefined,
		(error: unknown) => error as LedgerError,
	);

/** A ledger with something in it, closed again. */
async function filledLedger(): Promise<string> {
	const path = newPath();
	const ledger = await open(path);
	const links = Array.from({ length: 2_000 }, (_, number) => ({
		link: {
			...{ integration: 'Contacts', recordId: salesforceId(number), brevoAccount: 'b' },
			target: ledger.hash(String(number)),
			fields: {},
		},
	}));
	await ledger.links.written(links);
	await ledger.close();
	return path;
}

async function expectRefusal(path: string, code: string): Promise<LedgerError> {
	const before = readFileSync(path);
	const error = await failure(path);
	expect(error).toMatchObject({ name: 'LedgerError', code });
	expect(error?.message).toContain(path);
	expect(error?.remedy).toBeTruthy();
	expect(readFileSync(path).equals(before)).toBe(true);
	expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
	// Defined: checked above.
	return error as LedgerError;
}

describe('a ledger file is never restarted from zero', () => {
	it('an empty file is refused', async () => {
		const path = newPath();
		writeFileSync(path, '');
		await expectRefusal(path, 'damaged');
	});

	it('a file that is no SQLite file is refused', async () => {
		const path = newPath();
		writeFileSync(path, 'This is a shopping list. '.repeat(400));
		await expectRefusal(path, 'damaged');
	});

	it('the database of another program is refused and left as it is', async () => {
		const path = newPath();
		const database = new DatabaseSync(path);
		database.exec('create table meta (key text); create table link (mine text)');
		database.close();
		await expectRefusal(path, 'damaged');
	});

	it.each([50, 4_096, 100_000])('a ledger cut off after %i bytes is refused', async (bytes) => {
		const path = await filledLedger();
		truncateSync(path, bytes);
		await expectRefusal(path, 'damaged');
	});

	it('a ledger whose pages were overwritten is refused', async () => {
		const path = await filledLedger();
		const content = readFileSync(path);
		content.fill(0xa5, 4_096, content.length);
		writeFileSync(path, content);
		await expectRefusal(path, 'damaged');
	});

	it('damage that shows later is reported as damage', async () => {
		const path = await filledLedger();
		const ledger = await open(path);
		const first = (await ledger.links.get('Contacts', [salesforceId(1)])).get(salesforceId(1));
		expect(first).toBeDefined();
		await ledger.close();
		const content = readFileSync(path);
		content.fill(0xa5, content.length / 2, content.length);
		writeFileSync(path, content);
		const again = await open(path);
		const ids = Array.from({ length: 2_000 }, (_, number) => salesforceId(number));
		await expect(again.links.get('Contacts', ids)).rejects.toMatchObject({ code: 'damaged' });
		await again.close();
	});

	it('a newer schema is refused', async () => {
		const path = await filledLedger();
		const database = new DatabaseSync(path);
		database.exec('update meta set schema_version = 99');
		database.close();
		const error = await expectRefusal(path, 'newer-schema');
		expect(error.message).toContain('99');
		expect(error.remedy).toContain('Update the package');
	});

	it('a file that is gone while its log is there is not made anew', async () => {
		const path = newPath();
		writeFileSync(`${path}-wal`, 'what was written last');
		const error = await failure(path);
		expect(error).toMatchObject({ code: 'damaged' });
		expect(error?.message).toContain(`${path}-wal`);
		expect(readFileSync(`${path}-wal`, 'utf8')).toBe('what was written last');
	});

	it('a ledger without its identity is refused', async () => {
		const path = await filledLedger();
		const database = new DatabaseSync(path);
		database.exec('delete from meta');
		database.close();
		await expectRefusal(path, 'damaged');
	});
});

describe('a place that cannot be used', () => {
	it('a folder is no ledger', async () => {
		const path = newPath();
		mkdirSync(path);
		expect(await failure(path)).toMatchObject({ code: 'damaged' });
		expect(readdirSync(path)).toEqual([]);
	});

	it('a path below a file cannot be reached', async () => {
		const path = newPath();
		writeFileSync(path, 'x');
		const error = await failure(join(path, 'ledger.sqlite'));
		expect(error).toMatchObject({ code: 'unreachable' });
		expect(error?.message).toContain(path);
	});

	it('a folder that may not be written to is named', async () => {
		// Root may write everywhere; an ordinary user must not be able to here.
		const sealed = join(folder, 'sealed');
		mkdirSync(sealed);
		chmodSync(sealed, 0o555);
		const path = join(sealed, 'ledger.sqlite');
		chmodSync(folder, 0o755);
		const root = process.getuid?.() === 0;
		if (root) process.seteuid?.(65_534);
		try {
			const error = await failure(path);
			expect(error).toMatchObject({ code: 'unreachable' });
			expect(error?.message).toContain(path);
		} finally {
			if (root) process.seteuid?.(0);
		}
	});

	it('a file that others keep locked is reported after the time-out', async () => {
		const path = await filledLedger();
		const ledger = await open(path);
		const other = new DatabaseSync(path);
		other.exec('begin immediate');
		await expect(ledger.cache.set('k', '1', 1_000)).rejects.toMatchObject({ code: 'locked' });
		expect(await ledger.cache.get('k')).toBeUndefined();
		other.exec('commit');
		other.close();
		await ledger.cache.set('k', '1', 1_000);
		expect(await ledger.cache.get('k')).toBe('1');
		await ledger.close();
	});

	it('while another process holds the file, the rest of n8n goes on, and the write is done after it', async () => {
		const path = await filledLedger();
		const ledger = await openLedger({ kind: 'file', path }, { clock });
		const other = new DatabaseSync(path);
		other.exec('begin immediate');
		// Would never be called if waiting for the lock blocked the event loop.
		setTimeout(() => other.exec('rollback'), 50);
		await ledger.cache.set('k', '1', 10_000);
		other.close();
		expect(await ledger.cache.get('k')).toBe('1');
		await ledger.close();
	});

	it('a full disk fails the write, keeps what is there, and passes', async () => {
		const path = await filledLedger();
		const ledger = await open(path);
		const file = await shareFile(path);
		file.database.exec('pragma max_page_count = 1');
		const large = 'x'.repeat(100_000);
		await expect(ledger.cache.set('k', large, 1_000)).rejects.toMatchObject({ code: 'full' });
		expect(await ledger.links.count('Contacts')).toBe(2_000);
		file.database.exec('pragma max_page_count = 1000000');
		await ledger.cache.set('k', large, 10_000);
		expect(await ledger.cache.get('k')).toBe(large);
		await leaveFile(file);
		await ledger.close();
	});
});

describe('the file', () => {
	it('only its owner can read it, and nothing else is left beside it', async () => {
		const path = join(folder, 'deep', 'er', 'ledger.sqlite');
		await (await open(path)).close();
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(readdirSync(join(folder, 'deep', 'er'))).toEqual(['ledger.sqlite']);
	});

	it('is one handle for all who open it in a process, under any of its names', async () => {
		const path = newPath();
		const first = await open(path);
		const second = await open(
			join(folder, '.', '..', folder.split('/').pop() ?? '', `${files}.sqlite`),
		);
		const [a, b] = [await shareFile(path), await shareFile(path)];
		expect(a).toBe(b);
		expect(a.users).toBe(4);
		await Promise.all([leaveFile(a), leaveFile(b), first.close()]);
		await second.cache.set('k', '1', 1_000);
		await second.close();
		expect(a.database.isOpen).toBe(false);
	});

	it('a copy made by VACUUM INTO is the same ledger', async () => {
		const path = await filledLedger();
		const copy = newPath();
		execFileSync(process.execPath, [
			'-e',
			`new (require('node:sqlite').DatabaseSync)(${JSON.stringify(path)}).exec("vacuum into '${copy}'")`,
		]);
		const [original, restored] = [await open(path), await open(copy)];
		expect(restored.id).toBe(original.id);
		expect(await restored.links.count('Contacts')).toBe(2_000);
		await original.close();
		await restored.close();
	});
});
