import { isError } from '../is-error.ts';
import { LedgerError, type LedgerErrorCode } from '../ledger.ts';

interface Trouble {
	readonly code: LedgerErrorCode;
	readonly what: string;
	readonly remedy: string;
}

const LATER = 'Check that the database server runs and can be reached; n8n tries again by itself.';
const LOGIN = 'Check user and password in the ledger credential or in CONTACT_SYNC_LEDGER.';

const down: Trouble = { code: 'unreachable', what: 'does not answer', remedy: LATER };
const login: Trouble = { code: 'unreachable', what: 'refuses the login', remedy: LOGIN };
const full: Trouble = {
	code: 'full',
	what: 'has no space left',
	remedy: 'Free some space on the database server; nothing is lost, and n8n tries again by itself.',
};
const locked: Trouble = {
	code: 'locked',
	what: 'is locked by another process',
	remedy: 'Look for a session that keeps a lock on schema contact_sync; n8n tries again by itself.',
};
const damaged: Trouble = {
	code: 'damaged',
	what: 'is damaged or is not a ledger; it was left as it is',
	remedy: 'Restore schema contact_sync from a backup, or choose another database.',
};

/** PostgreSQL: error codes, https://www.postgresql.org/docs/15/errcodes-appendix.html. */
const BY_STATE: Readonly<Record<string, Trouble>> = {
	'28000': login,
	'28P01': login,
	'3D000': {
		code: 'unreachable',
		what: 'does not exist',
		remedy: 'Create the database, or correct its name.',
	},
	'42501': {
		code: 'unreachable',
		what: 'denies the user what the ledger needs',
		remedy: 'Let the user own the schema: CREATE SCHEMA contact_sync AUTHORIZATION <user>.',
	},
	'25006': { code: 'unreachable', what: 'is read-only', remedy: 'Connect to the primary server.' },
	'53100': full,
	'53300': {
		code: 'unreachable',
		what: 'has no connection left',
		remedy:
			'Raise max_connections of the server, or close other programs; n8n tries again by itself.',
	},
	'55P03': locked,
	'57014': locked,
	'57P01': down,
	'57P02': down,
	'57P03': down,
	'40001': locked,
	'40P01': locked,
	'3F000': damaged,
	'42P01': damaged,
	'42703': damaged,
	XX001: damaged,
	XX002: damaged,
};
const CONNECTION_EXCEPTION = '08';

const NETWORK = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'ENOTFOUND',
	'EAI_AGAIN',
	'ETIMEDOUT',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'EPIPE',
	'ENOENT',
	'EACCES',
]);

/** pg: errors of its own, which have no code. */
const DRIVER_WORDS = /connection terminated|timeout|not queryable|connection error|closed/i;
const TLS_WORDS = /\b(SSL|TLS)\b|certificate/i;

/**
 * The LedgerError for an error of PostgreSQL, the network or the driver; any other error as it is.
 * Never the driver's own message nor the error as a cause: they may carry the login.
 */
export function postgresError(error: unknown, place: string): unknown {
	const trouble = troubleOf(error);
	if (!trouble) return error;
	const code = codeOf(error);
	return new LedgerError(
		trouble.code,
		`The ledger in PostgreSQL at ${place} ${trouble.what}${code ? ` (${code})` : ''}.`,
		trouble.remedy,
	);
}

function troubleOf(error: unknown): Trouble | undefined {
	if (!isError(error) || error instanceof LedgerError) return undefined;
	const code = codeOf(error);
	const known = BY_STATE[code];
	if (known) return known;
	if (NETWORK.has(code) || code.startsWith(CONNECTION_EXCEPTION)) return down;
	if (TLS_WORDS.test(error.message) || /CERT|TLS|SSL/.test(code)) {
		return {
			code: 'unreachable',
			what: 'does not agree on encryption',
			remedy: 'Correct the SSL option of the ledger credential, or the certificate of the server.',
		};
	}
	if (error.message.includes('password must be a string')) return login;
	return code === '' && DRIVER_WORDS.test(error.message) ? down : undefined;
}

function codeOf(error: unknown): string {
	const { code, errors } = error as { code?: unknown; errors?: unknown };
	if (typeof code === 'string') return code;
	// Node: a host with several addresses fails with an AggregateError.
	return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : '';
}

/** PostgreSQL: these two ask for the transaction to be run again. */
export function isConflict(error: unknown): boolean {
	return ['40001', '40P01'].includes(codeOf(error));
}
