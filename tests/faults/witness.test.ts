import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call } from '../both-ways/interference.ts';
import { World } from '../both-ways/world.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { VALUES } from './oracle.ts';
import { witness } from './witness.ts';

const ID = '003SB0000000001AAA';

describe('what the witness of the fault harness does not let pass', () => {
	let folder: string;
	let ledger: Ledger;
	let world: World;
	let now = (): number => Date.now();
	let seen: ReturnType<typeof witness>;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'witness-'));
		const path = join(folder, 'ledger.db');
		ledger = await openLedger({ kind: 'file', path }, { clock: { now: () => now() } });
	});
	afterAll(async () => {
		await ledger.close();
		rmSync(folder, { recursive: true, force: true });
	});
	beforeEach(async () => {
		world = await new World(ledger, {
			object: 'Contact',
			mapping: [{ attribute: 'EMAIL', field: 'Email' }],
			onDeletionInBrevo: 'nothing',
			onDeletionInSalesforce: 'removeFromList',
		}).open();
		now = () => world.localNow;
		const integrations = [world.integration, 'Leads'];
		seen = witness({ world, integrations, ledger, values: VALUES, overlaps: () => false });
		world.witness = seen.interference;
	});

	const call = async (to: string, what: string, given: readonly unknown[]): Promise<void> => {
		const call: Call = { to, what, writes: true, given };
		await seen.interference(call, async () => undefined as never);
	};
	const reserve = async (): Promise<void> => {
		await world.ledger.quota.reserve({
			account: world.account,
			period: world.period.id,
			periodEnds: world.period.endsAt,
			limit: 10,
			warnAt: 8,
			requests: [{ key: `${world.integration}|to-brevo|${ID}`, hash: 'h' }],
		});
	};

	test.each([
		['POST /v3/contacts', JSON.stringify({ ext_id: ID }), ''],
		['POST /v3/contacts/import', JSON.stringify({ fileBody: `EMAIL;EXT_ID\n"x";"${ID}"` }), ''],
		['POST /v3/contacts/lists/3/contacts/remove', JSON.stringify({ extIds: [ID] }), ''],
		[`PUT /v3/contacts/${ID}`, '{"attributes":{}}', '?identifierType=ext_id'],
		['PUT /v3/contacts/7', JSON.stringify({ ext_id: `${ID}~7` }), '?identifierType=contact_id'],
		[`DELETE /v3/contacts/${ID}`, undefined, '?identifierType=ext_id'],
	])('%s without a reserved task', async (what, body, query) => {
		await call('brevo', what, [body, query]);
		expect(seen.broken).toEqual([`I3: ${what} without a task for it`]);
	});

	test.each([
		[
			'PATCH /services/data/v67.0/composite/sobjects',
			JSON.stringify({ records: [{ id: ID }] }),
			'',
		],
		['DELETE /services/data/v67.0/composite/sobjects', undefined, `?ids=${ID}&allOrNone=false`],
	])('%s without a reserved task', async (what, body, query) => {
		await call('salesforce', what, [body, query]);
		expect(seen.broken).toEqual([`I3: ${what} without a task for it`]);
	});

	test('a write after its task was given back', async () => {
		await reserve();
		await call('brevo', 'POST /v3/contacts', [JSON.stringify({ ext_id: ID }), '']);
		expect(seen.broken).toEqual([]);
		const task = { account: world.account, key: `${world.integration}|to-brevo|${ID}` };
		await world.ledger.quota.release([task]);
		await call('brevo', 'POST /v3/contacts', [JSON.stringify({ ext_id: ID }), '']);
		expect(seen.broken).toEqual(['I3: POST /v3/contacts without a task for it']);
	});

	test('a page that is acknowledged before all its records have ended', async () => {
		const { integration } = world;
		const page = await world.ledger.pages.open(integration, 'changes', [ID]);
		await world.ledger.pages.acknowledge({ integration, page: page.id, seen: [] });
		expect(seen.broken).toEqual(['I4: a page was acknowledged before all its records had ended']);
	});

	test('a cursor beyond Salesforce’s clock', async () => {
		const systemModstamp = new Date(world.clock.now() + 60_000).toISOString();
		await world.ledger.pages.advance(world.integration, { systemModstamp, id: '' });
		expect(seen.broken).toEqual(['I4: a cursor went beyond Salesforce’s clock']);
	});

	test('a contact’s value on its way into the ledger', async () => {
		await world.ledger.cache.set('x', '{"email":"zoe@example.com"}', 1_000);
		expect(seen.broken).toEqual(['I8: a value reached the ledger (cache.set)']);
	});
});
