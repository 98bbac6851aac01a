import { CHANGE_KINDS } from '../../sync/changes/change.ts';
import { stampOfMs } from '../../sync/changes/soql.ts';
import { saveScope } from '../../sync/scope.ts';
import { ALL, type Field, MAPPING, useField } from './field.ts';

/** Both sides may differ here; a repair changes nothing, spends nothing. */
async function expectNoDifference(field: Field, leftAlone: Record<string, number>): Promise<void> {
	const [brevo, tasks] = [field.brevo(), await field.world.tasks()];
	const report = await field.world.reconcile({ ...ALL, vanished: 'remove' });
	expect(report).toMatchObject({ total: 0, leftAlone });
	expect(Object.keys(report.leftAlone)).toEqual(Object.keys(leftAlone));
	await field.carry();
	expect(field.brevo()).toEqual(brevo);
	expect(await field.world.tasks()).toBe(tasks);
}

async function synced(field: Field, count = 4): Promise<string[]> {
	const ids = field.people(count);
	await field.carry();
	await field.missed();
	return ids;
}

describe('what is explained is no difference', () => {
	const desk = useField();

	test('rejected records: they stand in the rejected list with a reason', async () => {
		const { field } = desk;
		field.create({ LastName: 'Phone', Email: 'phone@example.com', MobilePhone: '12' });
		await synced(field);
		await expectNoDifference(field, { rejected: 1 });
	});

	test('records that the trigger has not brought yet', async () => {
		const { field } = desk;
		const [a = ''] = await synced(field);
		field.edit(a, { LastName: 'Just now' });
		field.create({ LastName: 'New', Email: 'new@example.com' });
		field.world.clock.advance(2_000);
		const brevo = field.brevo();
		expect(await field.world.reconcile(ALL)).toMatchObject({ total: 0, leftAlone: { moving: 2 } });
		expect(field.brevo()).toEqual(brevo);
		expect(await field.world.there()).toMatchObject({ emitted: 2 });
	});

	test('what is written while the two sides are read', async () => {
		const { field } = desk;
		const [a = '', b = '', c = ''] = await synced(field);
		const { ledger, salesforce } = field.world;
		field.edit(a, { LastName: 'Missed' });
		salesforce.admin.share({ object: 'Contact', id: b, shared: false });
		await field.missed();
		const { places } = ledger.links;
		// Between Salesforce and Brevo.
		ledger.links.places = async (integration) => {
			ledger.links.places = places;
			field.edit(a, { LastName: 'Again' });
			salesforce.admin.share({ object: 'Contact', id: b, shared: true });
			field.edit(c, { LastName: 'Also' });
			field.create({ LastName: 'New', Email: 'new@example.com' });
			await field.carry();
			return await places(integration);
		};
		const report = await field.world.reconcile();
		expect(report).toMatchObject({ total: 0, leftAlone: { moving: 2 } });
	});

	test('records that wait in the ledger', async () => {
		const { field } = desk;
		const [a = ''] = await synced(field);
		const { ledger, integration, clock } = field.world;
		field.edit(a, { LastName: 'Later' });
		await field.missed();
		const dueAt = clock.now() + 86_400_000;
		const waiting = { integration, recordId: a, outcome: 'deferred' as const, dueAt };
		await ledger.pages.record([{ ...waiting, limit: 'brevo-unavailable' }]);
		await expectNoDifference(field, { waiting: 1 });
	});

	test('an address that was emptied in Salesforce (limit email-emptied)', async () => {
		const { field } = desk;
		const [a = ''] = await synced(field);
		field.edit(a, { Email: null });
		await field.missed();
		await expectNoDifference(field, { emailEmptied: 1 });
	});

	test('addresses that were edited in bulk (limit bulk-email-edit)', async () => {
		const { field } = desk;
		const [a = '', b = '', c = ''] = await synced(field);
		field.edit(a, { Email: 'a@example.com' });
		field.edit(b, { Email: 'b@example.com' });
		field.world.clock.advance(5_000);
		field.edit(c, { Email: 'c@example.com' });
		await field.missed();
		// One alone is no bulk edit.
		const { differences, leftAlone } = await field.world.reconcile();
		expect([differences.stale, leftAlone]).toEqual([1, { bulkEmailEdit: 2 }]);
	});

	test('a phone that was cleared in Salesforce stays in Brevo (limit phone-cleared)', async () => {
		const { field } = desk;
		const [a = ''] = await synced(field);
		field.edit(a, { MobilePhone: null });
		await field.missed();
		await expectNoDifference(field, {});
		expect(field.inBrevo(a)).toMatchObject({ attributes: { SMS: '33610000000' } });
	});

	test('a value that Brevo has where Salesforce has none', async () => {
		const { field } = desk;
		field.create({ LastName: 'Alone', Email: 'alone@example.com' });
		field.world.bornInBrevo('alone@example.com');
		const [id = ''] = [field.world.brevo.admin.contacts({})[0]?.['id']].map(String);
		field.world.brevo.admin.edit({ id: Number(id), attributes: { FIRSTNAME: 'Kept' } });
		await synced(field);
		await expectNoDifference(field, {});
	});

	test('who was allowed again in Brevo after an opt-out in Salesforce', async () => {
		const { field } = desk;
		const [a = ''] = await synced(field);
		field.edit(a, { HasOptedOutOfEmail: true });
		await field.carry();
		await field.missed();
		field.editInBrevo(a, { emailBlacklisted: false });
		await expectNoDifference(field, {});
	});

	test('who left the list by their own wish is not put back (I6)', async () => {
		const { field } = desk;
		const [a = ''] = await synced(field);
		await field.outOfTheList(a);
		field.world.tamper = ({ method, url }, answer) => {
			if (method !== 'GET' || !/\/contacts\?/.test(url)) return answer;
			const body = JSON.parse(answer.body) as { contacts: Array<Record<string, unknown>> };
			const left = (contact: Record<string, unknown>) =>
				(contact['attributes'] as Record<string, unknown>)['EXT_ID'] === a
					? { ...contact, listUnsubscribed: [field.world.listId] }
					: contact;
			return { ...answer, body: JSON.stringify({ ...body, contacts: body.contacts.map(left) }) };
		};
		await expectNoDifference(field, {});
	});

	test('contacts that were born in Brevo or belong to somebody else', async () => {
		const { field } = desk;
		await synced(field);
		field.world.bornInBrevo('born@example.com');
		const other = { email: 'other@example.com', ext_id: '003AA00000Other1AA', updateEnabled: true };
		await field.world.inBrevo('POST', 'contacts', { ...other, listIds: [field.world.listId] });
		await expectNoDifference(field, {});
		expect((await field.world.reconcile()).brevo).toEqual({
			...{ contacts: 6, isWhole: true, bornInBrevo: 1, ofOthers: 1 },
		});
	});

	test('a record that is gone, and its contact too', async () => {
		const { field } = desk;
		const [a = ''] = await synced(field);
		field.world.salesforce.admin.hardDelete({ object: 'Contact', id: a });
		field.editInBrevo(a, { delete: true });
		await expectNoDifference(field, { goneOnBothSides: 1 });
	});

	test('kinds of change that the trigger does not carry', async () => {
		const { field } = desk;
		const [a = '', b = ''] = await synced(field);
		const { ledger, integration, salesforce } = field.world;
		const kinds = CHANGE_KINDS.filter((kind) => kind !== 'updated' && kind !== 'deleted');
		await saveScope(ledger, integration, { kinds: new Set(kinds) });
		field.editInBrevo(a, { attributes: { LASTNAME: 'Other' } });
		salesforce.admin.delete({ object: 'Contact', id: b });
		await field.missed();
		await expectNoDifference(field, { notWanted: 2 });
	});

	test('records from before an integration that began with changes from then on', async () => {
		const { field } = desk;
		const { ledger, integration, clock } = field.world;
		const [a = ''] = field.people(3);
		clock.advance(60_000);
		const startedAt = stampOfMs(clock.now());
		const floor = { systemModstamp: startedAt, id: '' };
		await ledger.pages.startAt(`${integration} 2`, { startedAt, watermark: floor, floor });
		await ledger.integrations.activate({
			...{ name: `${integration} 2`, object: 'Contact' as const, salesforceOrg: '00D' },
			...{ workflow: 'w', consentAt: 0 },
		});
		await ledger.integrations.bindBrevoAccount(`${integration} 2`, field.world.account);
		await saveScope(ledger, `${integration} 2`, { kinds: new Set(CHANGE_KINDS) });
		const report = await field.world.reconcile(undefined, `${integration} 2`);
		expect(report).toMatchObject({ total: 0, leftAlone: { beforeStart: 3 } });
		expect(field.inBrevo(a)).toEqual({ found: false });
	});
});

describe('a filter', () => {
	const desk = useField({ filter: "LastName != 'Out'" });

	test('what no longer fits stays, and what never did is not missed', async () => {
		const { field } = desk;
		field.create({ LastName: 'Out', Email: 'out@example.com' });
		const [a = '', b = ''] = await synced(field);
		field.edit(a, { LastName: 'Out' });
		await field.missed();
		await expectNoDifference(field, { outsideFilter: 1 });
		// Deleted is deleted, filter or not.
		field.world.salesforce.admin.delete({ object: 'Contact', id: b });
		await field.missed();
		expect((await field.world.reconcile()).differences).toMatchObject({ deleted: 1 });
	});
});

describe('leads', () => {
	const desk = useField({ object: 'Lead' });

	test('a converted lead is not missed', async () => {
		const { field } = desk;
		const { admin } = field.world.salesforce;
		const values = { LastName: 'Lead', Company: 'Acme', Email: 'lead@example.com' };
		const { id } = admin.create({ object: 'Lead', values }) as { id: string };
		await field.carry();
		admin.convert({ id });
		await field.carry();
		await field.missed();
		await expectNoDifference(field, { converted: 1 });
	});
});

describe('both ways', () => {
	const desk = useField({
		oneWay: false,
		mapping: [...MAPPING, { attribute: 'JOB_TITLE', field: 'Name' }],
	});

	test('what was changed or deleted in Brevo is left to the way back', async () => {
		const { field } = desk;
		const [a = '', b = '', c = ''] = await synced(field);
		field.editInBrevo(a, { attributes: { LASTNAME: 'Changed in Brevo' } });
		field.editInBrevo(b, { delete: true });
		// Both sides: the trigger missed Salesforce's edit; the rule decides when it comes.
		field.editInBrevo(c, { attributes: { LASTNAME: 'Brevo' } });
		field.edit(c, { LastName: 'Salesforce' });
		await field.missed();
		const report = await field.world.reconcile(ALL);
		expect(report).toMatchObject({
			differences: { stale: 1, missing: 0 },
			leftAlone: { wayBack: 2 },
		});
		expect(report.examples.stale).toMatchObject([
			{ recordId: c, fields: ['LASTNAME', 'JOB_TITLE'] },
		]);
		await field.carry();
		expect(field.inBrevo(c)).toMatchObject({ attributes: { LASTNAME: 'Salesforce' } });
		await field.world.back(true);
		const [record] = field.world.salesforce.admin.records({ object: 'Contact', ids: [a] });
		expect(record).toMatchObject({ LastName: 'Changed in Brevo' });
		expect((await field.world.reconcile()).total).toBe(0);
	});

	test('what does not come back is stale', async () => {
		const { field } = desk;
		const [a = '', b = ''] = await synced(field);
		await field.outOfTheList(a);
		// Salesforce makes the whole name of its parts.
		field.editInBrevo(b, { attributes: { JOB_TITLE: 'Other', FIRSTNAME: 'Beth' } });
		const report = await field.world.reconcile(ALL);
		expect(report).toMatchObject({ differences: { unlisted: 1, stale: 1 } });
		expect(report.examples.stale).toMatchObject([{ recordId: b, fields: ['JOB_TITLE'] }]);
		await field.carry();
		expect(field.isListed(a)).toBe(true);
		// The edit that comes back is not overwritten.
		expect(field.inBrevo(b)).toMatchObject({
			attributes: { JOB_TITLE: 'First1 Last1', FIRSTNAME: 'Beth' },
		});
	});
});
