import { ALL, useField } from './field.ts';

describe('10,000 contacts', () => {
	const desk = useField();
	const COUNT = 10_000;

	test('are compared with 7 calls to Salesforce and 10 to Brevo, and every planted difference is found and repaired', async () => {
		const { field } = desk;
		const { world } = field;
		const { admin } = world.salesforce;
		const ids = field.people(COUNT);
		// Never shared until later: no stamp tells.
		const late = ids.slice(9_900);
		for (const id of late) admin.share({ object: 'Contact', id, shared: false });
		await field.carry();
		await field.missed();
		const before = world.calls;
		expect((await world.reconcile()).total).toBe(0);
		// Two counts and five pages of 2,000; ten pages of 1,000 of which each begins with the last contact
		// of the one before.
		expect(world.calls).toEqual({ salesforce: before.salesforce + 7, brevo: before.brevo + 10 });

		const take = (from: number, count: number): string[] => ids.slice(from, from + count);
		for (const id of late) admin.share({ object: 'Contact', id, shared: true });
		for (const id of take(0, 100)) field.editInBrevo(id, { delete: true });
		for (const id of take(100, 100)) field.editInBrevo(id, { attributes: { LASTNAME: 'X' } });
		for (const id of take(200, 100)) field.edit(id, { FirstName: 'Y' });
		await field.outOfTheList(...take(300, 100));
		for (const id of take(400, 100)) admin.delete({ object: 'Contact', id });
		for (const id of take(500, 50)) admin.hardDelete({ object: 'Contact', id });
		await field.missed();
		for (const id of take(600, 50)) admin.share({ object: 'Contact', id, shared: false });
		field.world.bornInBrevo('born@example.com');

		const atLook = world.calls;
		const report = await world.reconcile({ ...ALL, budget: 550 });
		expect(report).toMatchObject({
			total: 700,
			differences: {
				...{ optOut: 0, deleted: 150, listed: 0, missing: 200, stale: 200 },
				...{ unlisted: 100, unlinked: 0, vanished: 50 },
			},
			repair: { handedOver: 550, held: 0, overBudget: 100 },
			salesforce: { records: 9_800, misfit: 0 },
			brevo: { contacts: 9_801, bornInBrevo: 1, ofOthers: 0 },
		});
		// As before; 200 lost ids in two questions, the delete log, and 20 contacts asked for by id.
		expect(world.calls).toEqual({ salesforce: atLook.salesforce + 10, brevo: atLook.brevo + 30 });

		const tasks = await world.tasks();
		await field.carry();
		expect((await world.tasks()) - tasks).toBe(550);
		expect((await world.reconcile(ALL)).repair?.handedOver).toBe(100);
		await field.carry();
		const { total, differences } = await world.reconcile();
		expect([total, differences.vanished]).toEqual([50, 50]);
	}, 120_000);
});
