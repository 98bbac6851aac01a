import { approveRemovals } from '../../sync/deliver/brake.ts';
import { ALL, useField } from './field.ts';

describe('a repair keeps to its budget and asks before it removes much', () => {
	const desk = useField();
	let ids: string[];
	beforeEach(async () => {
		ids = desk.field.people(20);
		await desk.field.carry();
		await desk.field.missed();
	});

	test('a report changes nothing, not even the ledger', async () => {
		const { field } = desk;
		for (const id of ids.slice(0, 5)) field.editInBrevo(id, { attributes: { LASTNAME: 'Other' } });
		const [brevo, tasks, writes] = [field.brevo(), await field.world.tasks(), field.world.writes];
		const report = await field.world.reconcile();
		expect(report.total).toBe(5);
		expect(report).not.toHaveProperty('repair');
		await field.carry();
		expect(field.brevo()).toEqual(brevo);
		expect([await field.world.tasks(), field.world.writes]).toEqual([tasks, writes]);
	});

	test('never more tasks than the budget, over all that is under way', async () => {
		const { field } = desk;
		for (const id of ids) field.editInBrevo(id, { attributes: { LASTNAME: 'Other' } });
		const before = await field.world.tasks();
		const rule = { ...ALL, budget: 6 };
		expect((await field.world.reconcile(rule)).repair).toEqual({
			...{ handedOver: 6, held: 0, overBudget: 14 },
		});
		// The six have not come yet.
		expect(await field.world.reconcile(rule)).toMatchObject({
			total: 14,
			leftAlone: { waiting: 6 },
			repair: { handedOver: 0, overBudget: 14 },
		});
		await field.carry();
		expect((await field.world.tasks()) - before).toBe(6);
		expect((await field.world.reconcile(rule)).repair?.handedOver).toBe(6);
		await field.carry();
		await field.world.reconcile(rule);
		await field.carry();
		await field.world.reconcile(rule);
		await field.carry();
		expect((await field.world.reconcile(rule)).total).toBe(0);
		expect((await field.world.tasks()) - before).toBe(20);
	});

	test('what matters most comes first: opt-outs, then what should not be there', async () => {
		const { field } = desk;
		const { admin } = field.world.salesforce;
		const [a = '', b = '', c = '', d = ''] = ids;
		field.editInBrevo(a, { attributes: { LASTNAME: 'Other' } });
		field.editInBrevo(b, { delete: true });
		admin.delete({ object: 'Contact', id: c });
		field.edit(d, { HasOptedOutOfEmail: true });
		await field.missed();
		await field.world.reconcile({ ...ALL, budget: 2 });
		await field.carry();
		expect(field.inBrevo(d)).toMatchObject({ emailBlacklisted: true });
		expect(field.isListed(c)).toBe(false);
		expect(field.inBrevo(b)).toEqual({ found: false });
		expect(field.inBrevo(a)).toMatchObject({ attributes: { LASTNAME: 'Other' } });
	});

	test('a budget of nothing repairs nothing', async () => {
		const { field } = desk;
		field.editInBrevo(String(ids[0]), { delete: true });
		expect((await field.world.reconcile({ ...ALL, budget: 0 })).repair).toEqual({
			...{ handedOver: 0, held: 0, overBudget: 1 },
		});
	});

	test('more removals than the brake allows wait until somebody agrees; the rest goes on', async () => {
		const { field } = desk;
		const { admin } = field.world.salesforce;
		const gone = ids.slice(0, 5);
		for (const id of gone) admin.delete({ object: 'Contact', id });
		field.editInBrevo(String(ids[6]), { delete: true });
		await field.missed();
		const rule = { ...ALL, brake: { number: 20, share: 0.1 } };
		expect((await field.world.reconcile(rule)).repair).toEqual({
			...{ handedOver: 1, held: 5, overBudget: 0 },
		});
		await field.carry();
		expect(gone.every((id) => field.isListed(id))).toBe(true);
		expect(field.isListed(String(ids[6]))).toBe(true);
		await approveRemovals(field.world.ledger, field.world.integration);
		expect((await field.world.reconcile(rule)).repair).toEqual({
			...{ handedOver: 5, held: 0, overBudget: 0 },
		});
		await field.carry();
		expect(gone.some((id) => field.isListed(id))).toBe(false);
	});

	test('the quota counts as ever: what it has no room for waits', async () => {
		const { field } = desk;
		for (const id of ids) field.editInBrevo(id, { attributes: { LASTNAME: 'Other' } });
		field.world.quota = (await field.world.tasks()) + 5;
		await field.world.reconcile(ALL);
		await field.carry();
		expect(await field.world.tasks()).toBe(field.world.quota);
		expect(await field.world.reconcile()).toMatchObject({ total: 0, leftAlone: { waiting: 15 } });
		field.world.quota = 1_000_000;
		await field.carry();
		await field.world.there(true);
		await field.carry();
		expect((await field.world.reconcile()).leftAlone).toEqual({});
	});
});
