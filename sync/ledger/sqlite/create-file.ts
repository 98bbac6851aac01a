import { randomBytes } from 'node:crypto';
import {
	chmodSync,
	constants,
	copyFileSync,
	existsSync,
	linkSync,
	mkdirSync,
	rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import { createSchema } from '../migrate.ts';
import type { Migration } from '../migrations/migration.ts';
import type { LedgerTables } from '../schema.ts';
import { nodeSqlite } from './dialect.ts';
import { fileTrouble } from './errors.ts';
import { ownFile } from './file.ts';
import { APPLICATION_ID } from './header.ts';

/**
 * Makes a new ledger file unless one is there. It is finished under another name and then linked
 * to its own, so that of several processes one wins, and a file at `path` always was a complete
 * ledger: an empty one there is a loss to be reported, never a beginning.
 * Throws errors of SQLite and of the file system.
 */
export async function createFile(path: string, migrations: readonly Migration[]): Promise<void> {
	if (existsSync(path)) return;
	refuseOrphan(path);
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
	try {
		await fill(draft, migrations);
		// It holds the key of the hashes.
		chmodSync(draft, 0o600);
		publish(draft, path);
	} finally {
		rmSync(draft, { force: true });
	}
}

/** SQLite would play the log of a lost file into the new one, and so spoil it. */
function refuseOrphan(path: string): void {
	const log = `${path}-wal`;
	// Asked again: another process may just have made the file, and its log after it.
	if (!existsSync(log) || existsSync(path)) return;
	throw fileTrouble('damaged', path, `it is gone, but its log ${log} is there`);
}

async function fill(draft: string, migrations: readonly Migration[]): Promise<void> {
	const file = ownFile(draft);
	const database = new Kysely<LedgerTables>({ dialect: nodeSqlite(file) });
	try {
		file.database.exec(`pragma application_id = ${APPLICATION_ID}`);
		await database
			.transaction()
			.execute(async (transaction) => await createSchema(transaction, 'sqlite', migrations));
		file.database.exec('pragma journal_mode = wal');
	} finally {
		await database.destroy();
	}
}

function publish(draft: string, path: string): void {
	try {
		linkSync(draft, path);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'EEXIST') return;
		// File systems without hard links (exFAT, some network shares).
		if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code ?? '')) throw error;
		copyUnlessThere(draft, path);
	}
}

function copyUnlessThere(draft: string, path: string): void {
	try {
		copyFileSync(draft, path, constants.COPYFILE_EXCL);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	}
}
