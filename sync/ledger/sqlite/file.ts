import { realpathSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { isBusy } from './errors.ts';

/** One SQLite handle, used by one transaction at a time. */
export interface SqliteFile {
	readonly database: DatabaseSync;
	/** Settles when the last one in the queue for the handle is done. */
	queue: Promise<void>;
	/** How many open ledgers share the handle. */
	users: number;
}

const OPENING_TRIES = 20;
const OPENING_PAUSE_MS = 100;
/** SQLite waits for a lock in the thread that all of n8n shares; so it waits this long, and whoever
 *  asked sleeps and tries again. Milliseconds. */
export const BLOCKING_MS = 20;

/**
 * The open files of this process by real path. On globalThis because every node is a bundle of its
 * own: with a handle each, one bundle's transaction would wait, synchronously and so in vain, for
 * another's to end. For the same reason versions of this package side by side must share it:
 * SqliteFile can only be added to.
 */
const FILES = Symbol.for('n8n-nodes-salesforce-brevo.ledger-files');
const shared = globalThis as unknown as Record<symbol, Map<string, SqliteFile> | undefined>;
const openFiles: Map<string, SqliteFile> = (shared[FILES] ??= new Map<string, SqliteFile>());

/** A handle for a new, unshared file. */
export function ownFile(path: string): SqliteFile {
	return { database: new DatabaseSync(path), queue: Promise.resolve(), users: 1 };
}

/** The process's handle for an existing ledger file, opened on first use. Throws SQLite's errors. */
export async function shareFile(path: string): Promise<SqliteFile> {
	const key = realpathSync(path);
	for (let left = OPENING_TRIES; ; left--) {
		const shared = openFiles.get(key);
		if (shared) {
			shared.users++;
			return shared;
		}
		try {
			const file = { database: openWal(key), queue: Promise.resolve(), users: 1 };
			openFiles.set(key, file);
			return file;
		} catch (error) {
			// Seen with node:sqlite: switching to WAL beside another process throws "database is
			// locked" at once, whatever the timeout.
			if (!isBusy(error) || left <= 1) throw error;
			await wait(OPENING_PAUSE_MS);
		}
	}
}

function openWal(path: string): DatabaseSync {
	const database = new DatabaseSync(path, { timeout: BLOCKING_MS });
	try {
		// A restored copy (VACUUM INTO) is in another mode than the file that it was taken of.
		database.exec('pragma journal_mode = wal');
		// SQLite: in WAL mode NORMAL keeps the file sound; a power cut may take the last commits.
		database.exec('pragma synchronous = normal');
		// Copying the log back into the file costs a wait for the disk: every 16 MB, not every 4.
		database.exec('pragma wal_autocheckpoint = 4000');
		database.exec('pragma cache_size = -16000');
		return database;
	} catch (error) {
		database.close();
		throw error;
	}
}

/** Closes the handle when its last user has left and nobody came while its queue ran out. */
export async function leaveFile(file: SqliteFile): Promise<void> {
	file.users--;
	await file.queue;
	if (file.users > 0 || !file.database.isOpen) return;
	for (const [path, shared] of openFiles) if (shared === file) openFiles.delete(path);
	file.database.close();
}

/** Waits for the handle and a new turn of the event loop; the returned function passes the handle on
 *  to the next in the queue. */
export async function takeTurn(file: SqliteFile): Promise<() => void> {
	const before = file.queue;
	let passOn: () => void = () => undefined;
	file.queue = new Promise((resolve) => (passOn = resolve));
	await before;
	await nextTurn();
	return passOn;
}
