import { locationInThisN8n } from '../../sync/ledger/environment.ts';
import { ledgerLocation } from '../../sync/ledger/location.ts';

const home = '/home/node';
const DEFAULT = { kind: 'file', path: '/home/node/.n8n/contact-sync/ledger.sqlite' };
const server = { store: 'postgres', host: 'db', database: 'sync', user: 'me' } as const;

it('without credential or setting the ledger is a file in the n8n user folder', () => {
	expect(ledgerLocation(undefined, undefined, home)).toEqual(DEFAULT);
	expect(ledgerLocation({ store: 'file', path: ' ' }, '', home)).toEqual(DEFAULT);
});

it('what an administrator set wins over the credential', () => {
	expect(ledgerLocation(server, '/data/l.sqlite', home)).toEqual({
		kind: 'file',
		path: '/data/l.sqlite',
	});
	const connectionString = 'postgresql://u:p@h/db';
	expect(ledgerLocation({ store: 'file', path: '/x' }, ` ${connectionString} `, home)).toEqual({
		kind: 'postgres',
		connectionString,
	});
});

it('the credential leads to a file or to a server, whatever characters the login has', () => {
	expect(ledgerLocation({ store: 'file', path: '/data/l.sqlite' }, undefined, home)).toEqual({
		kind: 'file',
		path: '/data/l.sqlite',
	});
	const login = { ...server, user: 'a@b', password: 'p:/?#' };
	expect(ledgerLocation({ ...login, port: 5433 }, undefined, home)).toEqual({
		kind: 'postgres',
		connectionString: 'postgres://a%40b:p%3A%2F%3F%23@db:5433/sync',
		ssl: false,
	});
	expect(
		ledgerLocation({ ...server, host: '::1', tls: 'verify', ca: 'PEM' }, undefined, home),
	).toEqual({
		kind: 'postgres',
		connectionString: 'postgres://me:@[::1]:5432/sync',
		ssl: { rejectUnauthorized: true, ca: 'PEM' },
	});
});

it('a place that is none is refused without repeating it, for it may hold a password', () => {
	const attempt = () => ledgerLocation(undefined, 'postgre://me:secret@db/sync', home);
	expect(attempt).toThrow('CONTACT_SYNC_LEDGER');
	expect(attempt).not.toThrow('secret');
	expect(() => ledgerLocation({ store: 'file', path: 'ledger.sqlite' }, undefined, home)).toThrow(
		'absolute',
	);
	expect(() => ledgerLocation({ store: 'postgres', host: 'db' }, undefined, home)).toThrow('user');
});

it('the environment is read at the time of the call', () => {
	const before = { ...process.env };
	try {
		delete process.env['CONTACT_SYNC_LEDGER'];
		process.env['N8N_USER_FOLDER'] = home;
		expect(locationInThisN8n()).toEqual(DEFAULT);
		process.env['CONTACT_SYNC_LEDGER'] = '/data/l.sqlite';
		expect(locationInThisN8n()).toEqual({ kind: 'file', path: '/data/l.sqlite' });
	} finally {
		process.env = before;
	}
});
