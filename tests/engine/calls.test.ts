import { Person } from './person.ts';
import { Rounds } from './rounds.ts';
import { BREVO, Scene, template, INTEGRATION } from './scene.ts';

describe('calls', () => {
	let scene: Scene;
	let rounds: Rounds;
	beforeEach(async () => {
		scene = await Scene.open();
		rounds = new Rounds(scene);
	});
	afterEach(async () => {
		await scene.close();
		jest.restoreAllMocks();
	});
	it('measure', async () => {
		const out: unknown[] = [];
		const active = await scene.publish();
		await rounds.rested();
		out.push('activation+import', scene.sandbox.log.routes());
		out.push('quiet', await rounds.one());
		const p = new Person(scene);
		p.edit({ LastName: 'Elder' });
		out.push('change', await rounds.one());
		p.edit({ Description: 'x' });
		out.push('touch', await rounds.one());
		p.edit({ Email: 'zz@example.com' });
		out.push('email', await rounds.one());
		scene.sandbox.salesforce.admin.delete({ object: 'Contact', id: p.id });
		out.push('deletion', await rounds.one());
		scene.sandbox.salesforce.admin.load({ contacts: 60 });
		out.push('60', await rounds.one());
		out.push(active.failed.length, await scene.activity());
		console.log(JSON.stringify(out, null, 1));
	});
});
