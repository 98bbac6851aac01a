import { BREVO, eventually, GUARD, MAP, rows, Scene, template, TRIGGER } from './scene.ts';

type Values = Record<string, unknown>;

describe('a change in Salesforce', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const salesforce = () => scene.sandbox.salesforce.admin;
	const all = (object: 'Contact' | 'Lead') => salesforce().records({ object });
	const idOf = (lastName: string): string =>
		String(all('Contact').find(({ LastName }) => LastName === lastName)?.['Id']);
	const inBrevo = (id: string) => scene.sandbox.brevo.admin.contact({ ext_id: id });
	const tasks = async () => (await scene.activity()).tasks;
	const update = (id: string, values: Values) =>
		salesforce().update({ object: 'Contact', id, values });
	const remove = (id: string) => salesforce().delete({ object: 'Contact', id });
	const create = (values: Values) =>
		(salesforce().create({ object: 'Contact', values }) as { id: string }).id;

	it('of a mapped field arrives in Brevo for one task, two edits in between for one as well', async () => {
		await scene.sync();
		const id = idOf('Young');
		update(id, { LastName: 'Elder' });
		update(id, { LastName: 'Eldest' });
		const { runs } = await scene.sync();
		expect(runs[0]?.json(TRIGGER)).toHaveLength(1);
		expect(inBrevo(id)).toMatchObject({ attributes: { LASTNAME: 'Eldest' } });
		expect(await tasks()).toBe(17);
	});

	it('of a field that is not mapped costs no task and is not sent', async () => {
		await scene.sync();
		scene.sandbox.log.reset();
		update(idOf('Young'), { Description: 'Met at the fair' });
		await scene.sync();
		expect(scene.requests(/POST \/v3\/contacts$/)).toBe(0);
		expect(await scene.activity()).toMatchObject({ read: 21, unchanged: 1, tasks: 16 });
	});

	it('that empties the e-mail freezes the contact: this and later edits are not carried', async () => {
		await scene.sync();
		const id = idOf('Young');
		const before = inBrevo(id);
		update(id, { Email: null });
		await scene.sync();
		update(id, { LastName: 'Later' });
		const { runs } = await scene.sync();
		const frozen = { outcome: 'excluded', reasons: [{ limit: 'email-emptied' }] };
		expect(runs[0]?.json(MAP, 1)).toMatchObject([frozen]);
		expect(runs[0]?.hints(MAP)).toEqual(['1 frozen']);
		expect(inBrevo(id)).toEqual(before);
		update(id, { Email: 'young.again@example.com' });
		await scene.sync();
		const attributes = { LASTNAME: 'Later' };
		expect(inBrevo(id)).toMatchObject({ email: 'young.again@example.com', attributes });
		expect(await tasks()).toBe(17);
	});

	it('that deletes a contact removes it from the list and keeps it in Brevo, for one task', async () => {
		await scene.sync();
		const id = idOf('Young');
		remove(id);
		await scene.sync(template({ [BREVO]: { onDeletion: undefined } }));
		expect(scene.members()).toBe(15);
		expect(inBrevo(id)).toMatchObject({ found: true, listIds: [] });
		expect(await tasks()).toBe(17);
	});

	it('that deletes a contact can delete it in Brevo, or leave it alone, as chosen', async () => {
		const choose = (onDeletion: string) => template({ [BREVO]: { onDeletion } });
		await scene.sync();
		// Without a case: Salesforce lets people delete them.
		const [gone, kept] = [idOf('Song'), idOf('Young')];
		remove(gone);
		await scene.sync(choose('delete'));
		expect(inBrevo(gone)).toEqual({ found: false });
		expect(scene.contacts()).toHaveLength(15);
		const before = inBrevo(kept);
		remove(kept);
		await scene.sync(choose('nothing'));
		expect(inBrevo(kept)).toEqual(before);
		expect(before).toMatchObject({ found: true, listIds: [expect.any(Number)] });
		expect(await scene.activity()).toMatchObject({ excluded: 1, tasks: 17 });
	});

	it('that undeletes a contact brings it back into the list', async () => {
		await scene.sync();
		const id = idOf('Young');
		remove(id);
		await scene.sync();
		salesforce().undelete({ object: 'Contact', id });
		await scene.sync();
		expect(scene.members()).toBe(16);
		expect(inBrevo(id)).toMatchObject({ found: true, listIds: [expect.any(Number)] });
		expect(await tasks()).toBe(18);
	});

	it('that merges two contacts carries the winner and takes the loser off the list', async () => {
		await scene.sync();
		const [winner, loser] = [idOf('Young'), idOf('Bond')];
		salesforce().merge({ object: 'Contact', winner, losers: [loser], values: { LastName: 'Duo' } });
		const { runs } = await scene.sync();
		const kinds = runs[0]?.json(TRIGGER).map(({ sync }) => (sync as Values)['change']);
		expect(kinds?.sort()).toEqual(['merged', 'updated']);
		expect(inBrevo(winner)).toMatchObject({ attributes: { LASTNAME: 'Duo' } });
		expect(inBrevo(loser)).toMatchObject({ found: true, listIds: [] });
		expect(scene.members()).toBe(15);
		expect(await tasks()).toBe(18);
	});

	it.each(['removeFromList', 'delete', 'nothing'])(
		'that merges two records of one address leaves the address to the winner (%s)',
		async (onDeletion) => {
			const workflow = template({ [BREVO]: { onDeletion } });
			await scene.sync(workflow);
			const first = idOf('Young');
			const email = String(inBrevo(first)['email']);
			const second = create({ LastName: 'Double', Email: email });
			await scene.sync(workflow);
			expect(await scene.rejections()).toMatchObject({ 'email-duplicate': 1 });
			salesforce().merge({ object: 'Contact', winner: second, losers: [first] });
			await scene.sync(workflow);
			expect(await scene.rejections()).not.toHaveProperty('email-duplicate');
			expect(inBrevo(second)).toMatchObject({ found: true, email, listIds: [expect.any(Number)] });
			expect(scene.members()).toBe(16);
			expect(scene.contacts()).toHaveLength(16);
		},
	);

	it('of a kind that was not chosen does not start the workflow', async () => {
		const onlyNew = template({ [TRIGGER]: { events: ['created'] } });
		await scene.sync(onlyNew);
		update(idOf('Bond'), { LastName: 'Elder' });
		remove(idOf('Young'));
		const id = create({ LastName: 'Novice', Email: 'novice@example.com' });
		const { runs } = await scene.sync(onlyNew);
		expect(runs.map((run) => run.json(TRIGGER).map(({ Id }) => Id))).toEqual([[id]]);
		expect(scene.members()).toBe(17);
		expect(await tasks()).toBe(17);
	});

	it('before “from now on” is not carried, one after it is', async () => {
		const fromNow = template({ [TRIGGER]: { start: 'now' } });
		await scene.syncUntil(async () => (await scene.watermark()) !== undefined, fromNow);
		expect(await scene.activity()).toMatchObject({ read: 0 });
		update(idOf('Young'), { LastName: 'Elder' });
		await scene.sync(fromNow);
		expect(await scene.activity()).toMatchObject({ read: 1, written: 1 });
		expect(scene.contacts().map(({ ext_id: id }) => id)).toEqual([idOf('Elder')]);
	});

	it('of a record that the filter leaves out is not carried, until it fits', async () => {
		const filters = { rows: [{ field: 'LastName', operator: 'startsWith', value: 'Y' }] };
		const onlyY = template({ [TRIGGER]: { filters } });
		await scene.sync(onlyY);
		expect(scene.contacts().map(({ ext_id: id }) => id)).toEqual([idOf('Young')]);
		update(idOf('Bond'), { LastName: 'Bonder' });
		update(idOf('Song'), { LastName: 'Yong' });
		await scene.sync(onlyY);
		expect(await scene.activity()).toMatchObject({ read: 2, written: 2, tasks: 2 });
		expect(inBrevo(idOf('Yong'))).toMatchObject({ attributes: { LASTNAME: 'Yong' } });
	});

	it('of a lead is carried like that of a contact', async () => {
		const mapping = rows({ EMAIL: 'Email', '@LASTNAME': 'LastName', SMS: 'MobilePhone' });
		const object = 'Lead';
		const leads = template({ [TRIGGER]: { object }, [MAP]: { object, ...mapping } });
		await scene.sync(leads);
		const { read, written, rejected } = await scene.activity();
		expect(read).toBe(all(object).length);
		expect(written + rejected).toBe(read);
		expect(written).toBe(scene.contacts().length);
		const id = String(all(object).find(({ Id }) => inBrevo(String(Id))['found'])?.['Id']);
		salesforce().update({ object, id, values: { LastName: 'Leader' } });
		await scene.sync(leads);
		expect(inBrevo(id)).toMatchObject({ attributes: { LASTNAME: 'Leader' } });
		expect(await tasks()).toBe(written + 1);
	});

	it('of the bulk e-mail kind is left out, saying so, until the record is saved on its own', async () => {
		await scene.sync();
		const ids = ['Young', 'Bond'].map(idOf);
		await eventually(() => new Date().getMilliseconds() < 300);
		for (const id of ids) update(id, { Email: `${id}@example.com` });
		const { runs } = await scene.sync();
		const held = runs[0]?.json(GUARD, 1) ?? [];
		const reason = 'The e-mail addresses of 2 records were changed in one bulk edit.';
		expect(held).toMatchObject(ids.map(() => ({ limit: 'bulk-email-edit', reason })));
		expect(await tasks()).toBe(16);
		update(ids[0] ?? '', { LastName: 'Saved once more' });
		await scene.sync();
		expect(inBrevo(ids[0] ?? '')).toMatchObject({ email: `${ids[0]?.toLowerCase()}@example.com` });
	});
});
