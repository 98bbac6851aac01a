import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { locationInThisN8n } from '../../sync/index.ts';
import { BREVO, GUARD, Scene } from './scene.ts';
import { refusal, told } from './refusal.ts';

describe('a ledger that cannot be used', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});

	const file = (): string => {
		const location = locationInThisN8n();
		if (location.kind !== 'file') throw new Error('The tests keep the ledger in a file');
		return location.path;
	};

	it('because it is no ledger, stops everything before anything is sent, and is left as it is', async () => {
		writeFileSync(file(), 'This is no database at all, although it is long enough to be one.');
		const { message } = await refusal(scene.publish());
		expect(message).toContain(file());
		expect(message).toMatch(/Restore/);
		const person = { email: 'a@example.com', ext_id: 'x', attributes: {} };
		const sync = { integration: 'x', ledger: 'y', id: '003000000000001AAA', change: 'updated' };
		for (const node of [GUARD, BREVO]) {
			const run = await scene.runNode(node, {}, [{ ...person, sync }]);
			expect(told(run.error).message).toContain(path.basename(file()));
		}
		expect(scene.requests(/(POST|PUT) \/v3\/contacts/)).toBe(0);
		rmSync(file());
		await scene.sync();
		expect(scene.members()).toBe(16);
		await scene.close();
	});

	it('because another program holds it, fails the run with what to do; the page comes again', async () => {
		await scene.sync();
		const [contact] = scene.contacts();
		const other = new DatabaseSync(file());
		other.exec('BEGIN EXCLUSIVE');
		const item = { email: 'a@example.com', ext_id: 'x', attributes: {} };
		const run = await scene.runNode(GUARD, {}, [item]);
		expect(told(run.error).message).toMatch(/locked/);
		expect(told(run.error).description).toMatch(/Close other programs.*tries again/);
		other.exec('ROLLBACK');
		other.close();
		scene.sandbox.salesforce.admin.update({
			object: 'Contact',
			id: String(contact?.['ext_id']),
			values: { LastName: 'Later' },
		});
		await scene.sync();
		expect((await scene.activity()).tasks).toBe(17);
		await scene.close();
	}, 30_000);
});
