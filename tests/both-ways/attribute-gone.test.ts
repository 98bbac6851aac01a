import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';
import { World } from './world.ts';

const EMAIL = 'zoe@example.com';

describe('an attribute whose values Brevo has deleted with it', () => {
	let folder: string;
	let ledger: Ledger;
	let world: World;
	let id: string;

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), 'attribute-gone-'));
		const clock = { now: () => world.clock.now() };
		ledger = await openLedger({ kind: 'file', path: join(folder, 'ledger.db') }, { clock });
		world = new World(ledger, {
			object: 'Contact',
			mapping: [
				{ attribute: 'EMAIL', field: 'Email' },
				{ attribute: 'FIRSTNAME', field: 'FirstName' },
				{ attribute: 'LASTNAME', field: 'LastName' },
			],
			onDeletionInBrevo: 'nothing',
			onDeletionInSalesforce: 'removeFromList',
		});
		await world.open();
		const values = { Email: EMAIL, FirstName: 'Zoë', LastName: 'Kim' };
		({ id } = world.salesforce.admin.create({ object: 'Contact', values }) as { id: string });
		await world.there();
		world.clock.advance(20 * 60_000);
	});
	afterEach(async () => {
		await ledger.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const firstName = (): unknown =>
		world.salesforce.admin.records({ object: 'Contact', ids: [id] })[0]?.['FirstName'];
	async function look(): Promise<unknown> {
		await ledger.hints.note(world.stream, [id]);
		return await world.back(true).catch((error: unknown) => error);
	}

	test('empties no field in Salesforce: the way back stops and says why', async () => {
		world.brevo.admin.removeAttribute({ name: 'FIRSTNAME' });
		expect(await look()).toMatchObject({
			message: 'The Brevo account no longer has the attribute FIRSTNAME',
			remedy: expect.stringContaining('Nothing is emptied in Salesforce'),
		});
		expect(firstName()).toBe('Zoë');
	});

	test('nor does one of another type that was created in its place', async () => {
		world.brevo.admin.removeAttribute({ name: 'FIRSTNAME' });
		world.brevo.admin.addAttribute({ name: 'FIRSTNAME', category: 'normal', type: 'float' });
		expect(await look()).toMatchObject({ message: expect.stringContaining('of another type') });
		expect(firstName()).toBe('Zoë');
	});

	test('what a person empties in Brevo is emptied in Salesforce as before', async () => {
		world.brevo.admin.edit({ ext_id: id, attributes: { FIRSTNAME: '' } });
		expect(await look()).toMatchObject({ emitted: 1 });
		expect(firstName()).toBeNull();
	});
});
