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
	const idOf = (lastName: string): string => {
		const found = salesforce()
			.records({ object: 'Contact' })
			.find(({ LastName }) => LastName === lastName);
		if (!found) throw new Error(`The seed has no contact ${lastName}`);
		return String(found['Id']);
	};
	/** Written contacts without a case, which Salesforce lets people delete. */
	const deletable = (): string[] => {
		const withCase = new Set(
			salesforce()
				.records({ object: 'Case' })
				.map((row) => row['ContactId']),
		);
		const ids = salesforce()
			.records({ object: 'Contact' })
			.map(({ Id }) => String(Id));
		return ids.filter((id) => !withCase.has(id) && inBrevo(id)['found']);
	};
	const inBrevo = (id: string) => scene.sandbox.brevo.admin.contact({ ext_id: id });
	const attribute = (id: string, name: string) =>
		(inBrevo(id)['attributes'] as Values | undefined)?.[name];
	const tasks = async () => (await scene.activity()).tasks;
	const update = (id: string, values: Values) =>
		salesforce().update({ object: 'Contact', id, values });

	it('of a mapped field arrives in Brevo for one task, two edits in between for one as well', async () => {
		await scene.sync();
		const id = idOf('Young');
		update(id, { LastName: 'Elder' });
		update(id, { LastName: 'Eldest' });
		const { runs } = await scene.sync();
		expect(runs[0]?.json(TRIGGER)).toHaveLength(1);
		expect(attribute(id, 'LASTNAME')).toBe('Eldest');
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
		expect(runs[0]?.json(MAP, 1)[0]).toMatchObject({
			outcome: 'excluded',
			reasons: [{ limit: 'email-emptied' }],
		});
		expect(inBrevo(id)).toEqual(before);
		update(id, { Email: 'young.again@example.com' });
		await scene.sync();
		expect(inBrevo(id)).toMatchObject({ email: 'young.again@example.com' });
		expect(attribute(id, 'LASTNAME')).toBe('Later');
		expect(await tasks()).toBe(17);
	});

	it('that deletes a contact removes it from the list and keeps it in Brevo, for one task', async () => {
		await scene.sync();
		const id = idOf('Young');
		salesforce().delete({ object: 'Contact', id });
		await scene.sync();
		expect(scene.members()).toBe(15);
		expect(inBrevo(id)).toMatchObject({ found: true, listIds: [] });
		expect(await tasks()).toBe(17);
	});

	it('that deletes a contact can delete it in Brevo, or leave it alone, as chosen', async () => {
		const choose = (onDeletion: string) => template({ [BREVO]: { onDeletion } });
		await scene.sync();
		const [gone = '', kept = ''] = deletable();
		salesforce().delete({ object: 'Contact', id: gone });
		await scene.sync(choose('delete'));
		expect(inBrevo(gone)).toEqual({ found: false });
		salesforce().delete({ object: 'Contact', id: kept });
		const { runs } = await scene.sync(choose('nothing'));
		expect(inBrevo(kept)).toMatchObject({ found: true });
		expect(scene.members()).toBe(15);
		expect(runs[0]?.status).toBe('success');
		expect(await scene.activity()).toMatchObject({ excluded: 1 });
	});

	it('that undeletes a contact brings it back into the list', async () => {
		await scene.sync();
		const id = idOf('Young');
		salesforce().delete({ object: 'Contact', id });
		await scene.sync();
		salesforce().undelete({ object: 'Contact', id });
		await scene.sync();
		expect(scene.members()).toBe(16);
		expect(inBrevo(id)).toMatchObject({ found: true, listIds: [expect.any(Number)] });
	});

	it('that merges two contacts carries the winner and takes the loser off the list', async () => {
		await scene.sync();
		const [winner, loser] = [idOf('Young'), idOf('Bond')];
		const values = { LastName: 'Youngbond' };
		salesforce().merge({ object: 'Contact', winner, losers: [loser], values });
		const { runs } = await scene.sync();
		expect(runs[0]?.json(TRIGGER).map(({ sync }) => (sync as Values)['change'])).toEqual(
			expect.arrayContaining(['updated', 'merged']),
		);
		expect(attribute(winner, 'LASTNAME')).toBe('Youngbond');
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
			const values = { LastName: 'Double', Email: email };
			const { id: second } = salesforce().create({ object: 'Contact', values }) as { id: string };
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
		update(idOf('Young'), { LastName: 'Elder' });
		const id = String(
			(
				salesforce().create({
					object: 'Contact',
					values: { LastName: 'Novice', Email: 'novice@example.com' },
				}) as Values
			)['id'],
		);
		const { runs } = await scene.sync(onlyNew);
		expect(runs[0]?.json(TRIGGER).map(({ Id }) => Id)).toEqual([id]);
	});

	it('before “from now on” is not carried, one after it is', async () => {
		const fromNow = template({ [TRIGGER]: { start: 'now' } });
		await scene.syncUntil(async () => (await scene.watermark()) !== undefined, fromNow);
		expect(await scene.activity()).toMatchObject({ read: 0 });
		const id = idOf('Young');
		update(id, { LastName: 'Elder' });
		await scene.sync(fromNow);
		expect(await scene.activity()).toMatchObject({ read: 1, written: 1 });
		expect(scene.contacts()).toHaveLength(1);
	});

	it('of a record that the filter leaves out is not carried', async () => {
		const filters = { rows: [{ field: 'LastName', operator: 'startsWith', value: 'Y' }] };
		await scene.sync(template({ [TRIGGER]: { filters } }));
		expect(await scene.activity()).toMatchObject({ read: 1, written: 1 });
	});

	it('of a lead is carried like that of a contact', async () => {
		const leads = template({
			[TRIGGER]: { object: 'Lead' },
			[MAP]: {
				object: 'Lead',
				...rows({ EMAIL: 'Email', '@LASTNAME': 'LastName', SMS: 'MobilePhone' }),
			},
		});
		await scene.sync(leads);
		const before = salesforce().records({ object: 'Lead' });
		const { read, written, rejected } = await scene.activity();
		expect(read).toBe(before.length);
		expect(written + rejected).toBe(read);
		expect(written).toBe(scene.contacts().length);
		expect(written).toBeGreaterThan(0);
		const lead = before.find(({ Id }) => inBrevo(String(Id))['found']);
		const id = String(lead?.['Id']);
		salesforce().update({ object: 'Lead', id, values: { LastName: 'Leader' } });
		await scene.sync(leads);
		expect(attribute(id, 'LASTNAME')).toBe('Leader');
	});

	it('of the bulk e-mail kind is left out, saying so, until the record is saved on its own', async () => {
		await scene.sync();
		const ids = ['Young', 'Bond'].map(idOf);
		await eventually(() => new Date().getMilliseconds() < 300);
		for (const id of ids) update(id, { Email: `${id}@example.com` });
		const { runs } = await scene.sync();
		const held = runs[0]?.json(GUARD, 1) ?? [];
		expect(held.map(({ limit }) => limit)).toEqual(['bulk-email-edit', 'bulk-email-edit']);
		expect(held[0]?.['reason']).toBe(
			'The e-mail addresses of 2 records were changed in one bulk edit.',
		);
		expect(await tasks()).toBe(16);
		update(ids[0] ?? '', { LastName: 'Saved once more' });
		await scene.sync();
		expect(inBrevo(ids[0] ?? '')).toMatchObject({ email: `${ids[0]?.toLowerCase()}@example.com` });
	});
});
