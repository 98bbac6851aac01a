import type { LedgerError } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { PASSWORD, postgresBinaries, startPostgres, type PrivatePostgres } from './postgres.ts';
import { registerLedgerTests } from './register-ledger-tests.ts';

const binaries = postgresBinaries();
const clock = { now: () => Date.now() };
const INSTALLING_MS = 120_000;

if ('missing' in binaries) {
	process.stdout.write(`SKIPPED: the ledger in PostgreSQL. ${binaries.missing}\n`);
	it.skip(`ledger in PostgreSQL: ${binaries.missing}`, () => undefined);
} else {
	let server: PrivatePostgres;
	beforeAll(async () => {
		server = await startPostgres(binaries.folder);
	}, INSTALLING_MS);
	afterAll(async () => await server.remove());

	const newLocation = async () => ({
		kind: 'postgres' as const,
		connectionString: await server.createDatabase(),
	});
	const failure = async (connectionString: string, lockTimeoutMs = 5_000) =>
		await openLedger({ kind: 'postgres', connectionString }, { clock, lockTimeoutMs }).then(
			() => undefined,
			(error: unknown) => error as LedgerError,
		);

	describe('ledger in PostgreSQL', () => {
		let connectionString: string;
		beforeAll(async () => {
			connectionString = await server.createDatabase();
		});
		// Quicker than a database for each test; the ledger keeps to this schema (shown below).
		const emptied = async () => {
			await server.query(connectionString, 'drop schema if exists contact_sync cascade');
			return { kind: 'postgres' as const, connectionString };
		};
		registerLedgerTests({ newLocation: emptied });
	});

	describe('a ledger in PostgreSQL that cannot be used', () => {
		it('says so without the password when the login is wrong', async () => {
			const { connectionString } = await newLocation();
			const error = await failure(connectionString.replace(PASSWORD, 'wrong-secret'));
			expect(error).toMatchObject({ name: 'LedgerError', code: 'unreachable' });
			expect(error?.message).toContain(`127.0.0.1:${server.port}/`);
			expect(`${error?.stack} ${JSON.stringify(error)}`).not.toContain('wrong-secret');
		});

		it('says so when the database does not exist, or the address is none', async () => {
			const { connectionString } = await newLocation();
			const missing = await failure(connectionString.replace(/\w+$/, 'nowhere'));
			expect(missing).toMatchObject({ code: 'unreachable' });
			expect(missing?.message).toContain('/nowhere does not exist');
			const malformed = await failure('postgres://user:se cret@host:port/x');
			expect(malformed).toMatchObject({ code: 'unreachable' });
			expect(`${malformed?.stack} ${JSON.stringify(malformed)}`).not.toContain('se cret');
		});

		it('is refused when its schema is newer, or is no ledger', async () => {
			const location = await newLocation();
			await (await openLedger(location, { clock })).close();
			await server.query(
				location.connectionString,
				'update contact_sync.meta set schema_version = 99',
			);
			expect(await failure(location.connectionString)).toMatchObject({ code: 'newer-schema' });
			await server.query(location.connectionString, 'drop table contact_sync.meta');
			expect(await failure(location.connectionString)).toMatchObject({ code: 'damaged' });
		});

		it('keeps to its own schema, in a database of others too', async () => {
			const location = await newLocation();
			await server.query(location.connectionString, 'create table link (mine text)');
			await (await openLedger(location, { clock })).close();
			const rows = await server.query(
				location.connectionString,
				`select table_name from information_schema.tables where table_schema = 'public'`,
			);
			expect(rows).toEqual([{ table_name: 'link' }]);
		});

		it('lets a user without rights know what is needed, and works in a schema made for it', async () => {
			const { connectionString } = await newLocation();
			const user = `guest_${server.port}`;
			await server.query(connectionString, `create role ${user} login password 'guest'`);
			const guest = connectionString.replace(/\/\/.*@/, `//${user}:guest@`);
			expect(await failure(guest)).toMatchObject({
				code: 'unreachable',
				remedy: expect.stringContaining('CREATE SCHEMA contact_sync'),
			});
			await server.query(connectionString, `create schema contact_sync authorization ${user}`);
			expect(await failure(guest)).toBeUndefined();
		});

		it('is locked when another session holds its rows for longer than the time-out', async () => {
			const location = await newLocation();
			const ledger = await openLedger(location, { clock, lockTimeoutMs: 200 });
			const blocker = server.query(
				location.connectionString,
				'begin; lock table contact_sync.cache; select pg_sleep(1.5); commit',
			);
			await new Promise((resolve) => setTimeout(resolve, 300));
			await expect(ledger.cache.set('k', '1', 1)).rejects.toMatchObject({ code: 'locked' });
			await blocker;
			await ledger.cache.set('k', '1', 1_000);
			await ledger.close();
		});

		it('works again by itself after the server was away', async () => {
			const location = await newLocation();
			const ledger = await openLedger(location, { clock });
			await ledger.cache.set('k', '1', 100_000);
			await server.stop();
			await expect(ledger.cache.get('k')).rejects.toMatchObject({ code: 'unreachable' });
			await server.start();
			expect(await ledger.cache.get('k')).toBe('1');
			await ledger.close();
		}, 20_000);
	});
}
