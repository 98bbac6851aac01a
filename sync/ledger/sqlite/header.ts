import { closeSync, openSync, readSync } from 'node:fs';
import { fileTrouble } from './errors.ts';

/** "CSLg", Contact Sync Ledger; SQLite keeps it in the file's header. */
export const APPLICATION_ID = 0x43534c67;

/** SQLite: the database header, https://sqlite.org/fileformat.html#the_database_header. */
const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const APPLICATION_ID_AT = 68;

/**
 * Throws LedgerError `damaged` unless the file is a SQLite file that was made as a ledger. Only
 * reads: opening a foreign file with SQLite could already change it.
 */
export function checkHeader(path: string): void {
	const header = Buffer.alloc(HEADER_BYTES);
	const descriptor = openSync(path, 'r');
	let length: number;
	try {
		length = readSync(descriptor, header, 0, HEADER_BYTES, 0);
	} finally {
		closeSync(descriptor);
	}
	if (length === 0) throw fileTrouble('damaged', path, 'it is empty');
	if (length < HEADER_BYTES) throw fileTrouble('damaged', path, 'it is cut off');
	if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
		throw fileTrouble('damaged', path, 'it is not a SQLite file');
	}
	if (header.readUInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) {
		throw fileTrouble('damaged', path, 'it is the SQLite file of another program');
	}
}
