import { isError } from '../is-error.ts';
import { LedgerError, type LedgerErrorCode } from '../ledger.ts';

/** SQLite: primary result codes, https://sqlite.org/rescode.html. */
const MEANING: Readonly<Record<number, FileTrouble>> = {
	3: 'unreachable', // PERM
	5: 'locked', // BUSY
	6: 'locked', // LOCKED
	8: 'unreachable', // READONLY
	10: 'unreachable', // IOERR
	11: 'damaged', // CORRUPT
	13: 'full', // FULL
	14: 'unreachable', // CANTOPEN
	23: 'unreachable', // AUTH
	26: 'damaged', // NOTADB
};
/** SQLite: growing the shared-memory file is reported as an I/O error when the disk is full. */
const IOERR_SHMSIZE = 4874;

const FILE_MEANING: Readonly<Record<string, FileTrouble>> = {
	ENOSPC: 'full',
	EDQUOT: 'full',
	EISDIR: 'damaged',
	EEXIST: 'unreachable',
	EACCES: 'unreachable',
	EPERM: 'unreachable',
	EROFS: 'unreachable',
	ENOENT: 'unreachable',
	ENOTDIR: 'unreachable',
	ELOOP: 'unreachable',
	EMFILE: 'unreachable',
	ENFILE: 'unreachable',
	EIO: 'unreachable',
	ENAMETOOLONG: 'unreachable',
};

type FileTrouble = Extract<LedgerErrorCode, 'damaged' | 'locked' | 'full' | 'unreachable'>;

const WORDS: Readonly<Record<FileTrouble, { message: string; remedy: string }>> = {
	damaged: {
		message: 'is damaged or is not a ledger; it was left as it is',
		remedy: 'Restore it from a backup, or move it away to begin with a new, empty ledger.',
	},
	locked: {
		message: 'is locked by another process',
		remedy: 'Close other programs that use the file; n8n tries again by itself.',
	},
	full: {
		message: 'cannot grow because the disk is full',
		remedy: 'Free some space on that disk; nothing is lost, and n8n tries again by itself.',
	},
	unreachable: {
		message: 'cannot be opened or written',
		remedy: 'Check that the folder exists and that the user who runs n8n may write to it.',
	},
};

export function fileTrouble(
	code: FileTrouble,
	path: string,
	detail: string,
	cause?: unknown,
): LedgerError {
	const { message, remedy } = WORDS[code];
	return new LedgerError(
		code,
		`The ledger file ${path} ${message} (${detail}).`,
		remedy,
		cause === undefined ? undefined : { cause },
	);
}

/** The LedgerError for an error of SQLite or of the file system; any other error as it is. */
export function sqliteError(error: unknown, path: string): unknown {
	if (!isError(error)) return error;
	const { errcode, code } = error as { errcode?: unknown; code?: unknown };
	const meaning = typeof errcode === 'number' ? ofResultCode(errcode) : FILE_MEANING[String(code)];
	if (meaning === undefined) return error;
	return fileTrouble(meaning, path, error.message, error);
}

function ofResultCode(errcode: number): FileTrouble | undefined {
	return errcode === IOERR_SHMSIZE ? 'full' : MEANING[errcode & 0xff];
}

export function isBusy(error: unknown): boolean {
	const { errcode } = error as { errcode?: unknown };
	return typeof errcode === 'number' && MEANING[errcode & 0xff] === 'locked';
}
