import { DIFFERENCE_KINDS } from '../../sync/reconcile/differences.ts';
import { ALL, useField } from './field.ts';

/** All counts 0 but these. */
const only = (counts: Record<string, number>): Record<string, number> => ({
	...Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0])),
	...counts,
});

describe('reconciliation finds and repairs every planted difference', () => {
	const desk = useField();

	/** A synced world of so many people. */
	async function synced(count: number): Promise<string[]> {
		const { field } = desk;
		const ids = field.people(count);
		await field.carry();
		await field.missed();
		return ids;
	}

	/** Finds exactly this, repairs it for so many tasks, and finds nothing afterwards. */
	async function expectMended(counts: Record<string, number>, tasks: number): Promise<void> {
		const { field } = desk;
		const before = await field.world.tasks();
		const { differences, repair } = await field.world.reconcile(ALL);
		expect(differences).toEqual(only(counts));
		const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
		expect(repair).toEqual({ handedOver: total, held: 0, overBudget: 0 });
		await field.carry();
		expect((await field.world.tasks()) - before).toBe(tasks);
		expect((await field.world.reconcile()).total).toBe(0);
	}

	test('none, when there is none', async () => {
		await synced(7);
		await expectMended({}, 0);
	});

	test('missing: deleted in Brevo', async () => {
		const [a = '', b = ''] = await synced(5);
		desk.field.editInBrevo(a, { delete: true });
		desk.field.editInBrevo(b, { delete: true });
		await expectMended({ missing: 2 }, 2);
		expect(desk.field.isListed(a)).toBe(true);
		expect(desk.field.inBrevo(b)).toMatchObject({ email: 'person1@example.com' });
	});

	test('missing: never seen by the trigger', async () => {
		const { field } = desk;
		await synced(5);
		const id = field.create({ LastName: 'Late', Email: 'late@example.com' });
		await field.missed();
		await expectMended({ missing: 1 }, 1);
		expect(field.isListed(id)).toBe(true);
	});

	test('missing: shared with the connected user only later, without a new stamp', async () => {
		const { field } = desk;
		const id = field.create({ LastName: 'Hidden', Email: 'hidden@example.com' });
		const share = (shared: boolean) =>
			field.world.salesforce.admin.share({ object: 'Contact', id, shared });
		share(false);
		await synced(5);
		share(true);
		await expectMended({ missing: 1 }, 1);
		expect(field.isListed(id)).toBe(true);
	});

	test('stale: a value that was changed in Brevo, the address among them', async () => {
		const { field } = desk;
		const [a = '', b = '', c = ''] = await synced(5);
		field.editInBrevo(a, { attributes: { LASTNAME: 'Other' } });
		field.editInBrevo(b, { newEmail: 'other@example.com' });
		field.editInBrevo(c, { attributes: { SMS: '+33699999999', FIRSTNAME: '' } });
		const { examples } = await field.world.reconcile();
		expect(examples.stale).toEqual([
			{ recordId: a, brevoId: expect.any(Number), fields: ['LASTNAME'] },
			{ recordId: b, brevoId: expect.any(Number), fields: ['EMAIL'] },
			{ recordId: c, brevoId: expect.any(Number), fields: ['FIRSTNAME', 'SMS'] },
		]);
		await expectMended({ stale: 3 }, 3);
		expect(field.inBrevo(a)).toMatchObject({ attributes: { LASTNAME: 'Last0' } });
		expect(field.inBrevo(b)).toMatchObject({ email: 'person1@example.com' });
		expect(field.inBrevo(c)).toMatchObject({
			attributes: { FIRSTNAME: 'First2', SMS: '33610000002' },
		});
	});

	test('stale: a change in Salesforce that the trigger missed', async () => {
		const { field } = desk;
		const [a = ''] = await synced(5);
		field.edit(a, { LastName: 'Married' });
		await field.missed();
		await expectMended({ stale: 1 }, 1);
		expect(field.inBrevo(a)).toMatchObject({ attributes: { LASTNAME: 'Married' } });
	});

	test('an opt-out that the trigger missed', async () => {
		const { field } = desk;
		const [a = ''] = await synced(5);
		field.edit(a, { HasOptedOutOfEmail: true });
		await field.missed();
		await expectMended({ optOut: 1 }, 1);
		expect(field.inBrevo(a)).toMatchObject({ emailBlacklisted: true });
	});

	test('wrongly listed: out of the list, and in it again after a deletion', async () => {
		const { field } = desk;
		const [a = '', b = ''] = await synced(5);
		field.world.salesforce.admin.delete({ object: 'Contact', id: b });
		await field.carry();
		expect(field.isListed(b)).toBe(false);
		await field.missed();
		await field.outOfTheList(a);
		await field.intoTheList(b);
		await expectMended({ unlisted: 1, listed: 1 }, 2);
		expect([a, b].map((id) => field.isListed(id))).toEqual([true, false]);
	});

	test('deleted in Salesforce while nobody looked: in the recycle bin, and for good', async () => {
		const { field } = desk;
		const [a = '', b = ''] = await synced(5);
		field.world.salesforce.admin.delete({ object: 'Contact', id: a });
		field.world.salesforce.admin.hardDelete({ object: 'Contact', id: b });
		await field.missed();
		await expectMended({ deleted: 2 }, 2);
		expect([a, b].map((id) => field.isListed(id))).toEqual([false, false]);
	});

	test('vanished: no longer shared, or purged so long ago that no log tells', async () => {
		const { field } = desk;
		const { admin } = field.world.salesforce;
		const [a = '', b = ''] = await synced(5);
		admin.share({ object: 'Contact', id: a, shared: false });
		admin.hardDelete({ object: 'Contact', id: b });
		admin.forgetDeleteLog({});
		// Nothing is removed on doubt.
		const { differences, repair } = await field.world.reconcile(ALL);
		expect(differences).toEqual(only({ vanished: 2 }));
		expect(repair).toEqual({ handedOver: 0, held: 0, overBudget: 0 });
		await field.carry();
		expect([a, b].map((id) => field.isListed(id))).toEqual([true, true]);
		// Somebody says that they are gone.
		await field.world.reconcile({ ...ALL, vanished: 'remove' });
		await field.carry();
		expect([a, b].map((id) => field.isListed(id))).toEqual([false, false]);
		expect((await field.world.reconcile()).total).toBe(0);
	});
});
