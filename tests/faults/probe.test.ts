import { Counter, HOUR, MINUTE, runFor } from './watch.ts';
import { useField } from '../reconcile/field.ts';

const answering = (status: number, headers = {}, body = '{}') => ({ status, headers: { 'content-type': 'application/json', ...headers }, body }) as never;
describe('probe', () => {
	const desk = useField();
	test.each([1,2,3])('poison %s', async (n) => {
		const { field } = desk;
		const ids = field.people(200);
		await field.carry();
		for (const id of ids.slice(0, 40)) field.edit(id, { LastName: 'X' });
		const c = new Counter();
		field.world.interference = c.meeting(async (call, serve) => ids.slice(0,n).some((id) => call.what.includes(id)) ? answering(500) : await serve());
		for (let t = 0; t < 6; t += 1) {
			await runFor(field.world, 10*MINUTE);
			const x = c.take(); delete (x as any).by;
			console.log(n, t, JSON.stringify(x), ids.slice(0, 40).filter((id) => (field.inBrevo(id)['attributes'] as any).LASTNAME === 'X').length, (await field.world.ledger.integrations.get(field.world.integration))?.state);
		}
		field.edit(ids[100]!, { LastName: 'Y' });
		await runFor(field.world, HOUR);
		console.log('later', (field.inBrevo(ids[100]!)['attributes'] as any).LASTNAME);
	}, 60000);
	test('import never finishes', async () => {
		const { field } = desk;
		const ids = field.people(100);
		field.world.brevo.admin.importSpeed({ neverFinish: true });
		const c = new Counter();
		field.world.interference = c.meeting();
		for (let t = 0; t < 6; t += 1) {
			await runFor(field.world, 30*MINUTE);
			const x = c.take();
			console.log(t, JSON.stringify(x), field.brevo().length, (await field.world.ledger.integrations.get(field.world.integration))?.state);
		}
		field.world.brevo.admin.importSpeed({ msPerImport: 1 });
		for (let t = 0; t < 3; t += 1) { await runFor(field.world, 30*MINUTE); console.log('after', t, JSON.stringify(c.take()), field.brevo().length, await field.world.tasks()); }
	}, 60000);
	test('import never finishes, then others do', async () => {
		const { field } = desk;
		const ids = field.people(100);
		let lost = true;
		const c = new Counter();
		field.world.interference = c.meeting(async (call, serve) => {
			if (lost && call.what === 'POST /v3/contacts/import') { lost = false; return { status: 202, headers: {}, body: '{"processId":4711}' } as never; }
			return await serve();
		});
		for (let t = 0; t < 60; t += 1) {
			await runFor(field.world, 30*MINUTE);
			const x = c.take();
			if (t % 8 === 0) console.log(t, JSON.stringify(x), field.brevo().length, (await field.world.ledger.integrations.get(field.world.integration))?.state);
		}
	}, 60000);
});
