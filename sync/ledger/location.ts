import { isAbsolute, join } from 'node:path';
import { LedgerError } from './ledger.ts';

export interface FileLocation {
	readonly kind: 'file';
	/** Absolute. */
	readonly path: string;
}

export interface PostgresLocation {
	readonly kind: 'postgres';
	/** `postgres://user:password@host:port/database`; holds a secret. */
	readonly connectionString: string;
	/** TLS; what the connection string says when absent. */
	readonly ssl?: boolean | { readonly rejectUnauthorized: boolean; readonly ca?: string };
}

export type LedgerLocation = FileLocation | PostgresLocation;

/** How the connection to PostgreSQL is protected. `require` encrypts and trusts any certificate. */
export const TLS_MODES = ['disable', 'require', 'verify'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** What the Contact Sync Ledger credential holds; fields that do not belong to `store` are ignored. */
export interface LedgerCredential {
	readonly store: 'file' | 'postgres';
	/** Empty: the file in the n8n user folder. */
	readonly path?: string;
	readonly host?: string;
	readonly port?: number;
	readonly database?: string;
	readonly user?: string;
	readonly password?: string;
	readonly tls?: TlsMode;
	/** PEM of the authority that signed the server's certificate; with `verify`. */
	readonly ca?: string;
}

const POSTGRES_PORT = 5432;
const URL_SCHEME = /^postgres(ql)?:\/\//i;

/**
 * Where the ledger is. What an administrator set for the whole n8n (`administrators`, the value of
 * CONTACT_SYNC_LEDGER: an absolute path or a postgres:// URL) wins over the credential, and that
 * over the file in `n8nUserFolder`. Throws LedgerError `unreachable` for a place that is none.
 */
export function ledgerLocation(
	credential: LedgerCredential | undefined,
	administrators: string | undefined,
	n8nUserFolder: string,
): LedgerLocation {
	const setting = administrators?.trim();
	if (setting) {
		return URL_SCHEME.test(setting)
			? { kind: 'postgres', connectionString: setting }
			: file(setting, 'CONTACT_SYNC_LEDGER');
	}
	if (credential?.store === 'postgres') return server(credential);
	const path = credential?.path?.trim();
	if (path) return file(path, 'The path in the ledger credential');
	return { kind: 'file', path: join(n8nUserFolder, '.n8n', 'contact-sync', 'ledger.sqlite') };
}

function file(path: string, source: string): FileLocation {
	if (isAbsolute(path)) return { kind: 'file', path };
	// Not quoted: what does not look like a path may be a mistyped URL with its password.
	throw new LedgerError(
		'unreachable',
		`${source} is neither an absolute path nor a postgres:// URL.`,
		'Give the full path of a file, such as /home/node/.n8n/contact-sync/ledger.sqlite.',
	);
}

function server(credential: LedgerCredential): PostgresLocation {
	const { host, database, user, password, port = POSTGRES_PORT, tls = 'disable', ca } = credential;
	if (!host?.trim() || !database?.trim() || !user?.trim()) {
		throw new LedgerError(
			'unreachable',
			'The ledger credential names no host, database or user.',
			'Fill in these fields of the credential.',
		);
	}
	const login = `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}`;
	const address = host.includes(':') && !host.startsWith('[') ? `[${host.trim()}]` : host.trim();
	return {
		kind: 'postgres',
		connectionString: `postgres://${login}@${address}:${port}/${encodeURIComponent(database)}`,
		ssl: {
			disable: false,
			require: { rejectUnauthorized: false },
			verify: { rejectUnauthorized: true, ...(ca?.trim() && { ca }) },
		}[tls],
	};
}
