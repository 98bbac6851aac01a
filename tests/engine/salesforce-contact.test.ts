import { Person } from './person.ts';
import { backTemplate, Scene, SALESFORCE } from './scene.ts';

type Values = Record<string, unknown>;

const WRITES = /(POST|PATCH|DELETE) .*sobjects/;
const DEFINED = { operation: 'update', recordSource: 'defined' };
/** Each item says which record and what. */
const BY_ITEM = {
	...DEFINED,
	recordId: '={{ $json.Id }}',
	values: { rows: [{ name: 'Title', value: '={{ $json.title }}' }] },
};
const NOBODY = '003dM00009zzzzzQAA';

describe('Salesforce Contact on its own', () => {
	let scene: Scene;
	let person: Person;
	beforeEach(async () => {
		scene = await Scene.open();
		person = new Person(scene);
		scene.sandbox.log.reset();
	});
	afterEach(async () => {
		await scene.close();
	});

	const run = async (parameters: Values, items: readonly Values[] = [{}], more: Values = {}) => {
		const base = backTemplate().nodes.find(({ name }) => name === SALESFORCE);
		if (!base) throw new Error('The template has no such node');
		const node = { ...base, ...more, parameters: { ...base.parameters, ...parameters } };
		return await scene.engine.run(
			{ nodes: [node as never], connections: {} },
			{ input: items.map((json) => ({ json })) },
		);
	};

	it('updates the fields that are defined, and an empty value empties', async () => {
		const { id: Id } = person;
		await run(BY_ITEM, [{ Id, title: 'Buyer' }]);
		expect(person.record['Title']).toBe('Buyer');
		const emptied = await run(BY_ITEM, [{ Id, title: '' }]);
		expect(emptied.json(SALESFORCE)).toEqual([{ Id, updated: true, fields: ['Title'] }]);
		expect(person.record['Title']).toBeNull();
	});

	it('201 records take two requests, and each has its own answer', async () => {
		scene.sandbox.salesforce.admin.load({ contacts: 201 });
		const ids = scene.sandbox.salesforce.admin
			.records({ object: 'Contact' })
			.slice(-201)
			.map(({ Id }) => Id);
		const answers = await run(
			BY_ITEM,
			ids.map((Id, at) => ({ Id, title: `Number ${at}` })),
		);
		expect(scene.requests(WRITES)).toBe(2);
		expect(answers.json(SALESFORCE).map((item) => item['Id'])).toEqual(ids);
	});

	it('a record that is gone is told as gone, and the others are written', async () => {
		const answers = await run(BY_ITEM, [
			{ Id: NOBODY, title: 'Ghost' },
			{ Id: person.id, title: 'Buyer' },
		]);
		expect(answers.json(SALESFORCE)).toMatchObject([
			{ Id: NOBODY, updated: false, gone: true },
			{ Id: person.id, updated: true },
		]);
		expect(person.record['Title']).toBe('Buyer');
	});

	it('what Salesforce refuses names the record’s item and what to do', async () => {
		const values = { rows: [{ name: 'Birthdate', value: '={{ $json.date }}' }] };
		const dates = [
			{ Id: person.id, date: '25.09.1990' },
			{ Id: new Person(scene, 'Rogers').id, date: '1990-09-25' },
		];
		const stops = await run({ ...BY_ITEM, values }, dates);
		expect(stops.error).toMatchObject({
			context: { itemIndex: 0 },
			description: expect.any(String) as unknown,
		});
		const goesOn = await run({ ...BY_ITEM, values }, dates, { onError: 'continueRegularOutput' });
		expect(goesOn.json(SALESFORCE)).toMatchObject([
			{ error: expect.any(String) as unknown },
			{ updated: true },
		]);
		expect(new Person(scene, 'Rogers').record['Birthdate']).toBe('1990-09-25');
	});

	it.each([
		{ name: 'no field', parameters: { ...DEFINED, recordId: NOBODY }, says: 'No field' },
		{
			name: 'no Salesforce ID',
			parameters: { ...BY_ITEM, recordId: 'Young' },
			says: 'The Record ID is no Salesforce ID',
		},
	])('$name is told before anything is written', async ({ parameters, says }) => {
		const answers = await run(parameters, [{ title: 'x' }]);
		expect(answers.error?.message).toContain(says);
		expect(scene.requests(WRITES)).toBe(0);
	});

	it('items that do not come from Brevo Contact Trigger are not taken for changes of a sync', async () => {
		const answers = await run({ operation: 'update', recordSource: 'mapped' }, [{ Id: person.id }]);
		expect(answers.error?.message).toBe('These contacts do not come from Brevo Contact Trigger');
		expect(scene.requests(WRITES)).toBe(0);
	});

	it('deletes into the recycle bin, and a contact with a case says why not', async () => {
		const rogers = new Person(scene, 'Rogers');
		const parameters = { operation: 'delete', recordId: '={{ $json.Id }}' };
		const answers = await run(parameters, [{ Id: person.id }, { Id: rogers.id }], {
			onError: 'continueRegularOutput',
		});
		expect(answers.json(SALESFORCE)).toMatchObject([
			{ Id: person.id, deleted: true, alreadyGone: false },
			{ error: expect.any(String) as unknown },
		]);
		expect(person.record['IsDeleted']).toBe(true);
		expect(rogers.record['IsDeleted']).toBe(false);
		const again = await run(parameters, [{ Id: person.id }]);
		expect(again.json(SALESFORCE)).toMatchObject([{ deleted: true, alreadyGone: true }]);
	});

	it('gets one record with the fields that are asked for', async () => {
		const parameters = { operation: 'get', recordId: person.id, fields: ['LastName', 'Email'] };
		const answers = await run(parameters);
		expect(answers.json(SALESFORCE)).toMatchObject([{ Id: person.id, LastName: 'Young' }]);
		const none = await run({ ...parameters, recordId: NOBODY });
		expect(none.json(SALESFORCE)).toEqual([{ found: false }]);
	});

	it('gets the records that changed last and fit the filter, no more than the limit', async () => {
		scene.sandbox.clock.advance(60_000);
		person.edit({ Title: 'Latest' });
		const one = await run({ operation: 'getAll', fields: ['LastName'], limit: 1 });
		expect(one.json(SALESFORCE)).toMatchObject([{ LastName: 'Young' }]);
		const filtered = await run({
			operation: 'getAll',
			fields: ['LastName'],
			filters: { rows: [{ field: 'LastName', operator: 'equals', value: 'Rogers' }] },
		});
		expect(filtered.json(SALESFORCE)).toMatchObject([{ LastName: 'Rogers' }]);
	});
});
