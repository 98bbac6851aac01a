import { BREVO, INTEGRATION, Scene, template } from './scene.ts';
import { told } from './refusal.ts';

type Values = Record<string, unknown>;

const person = (n: number, more: Values = {}) => ({
	email: `person${n}@example.com`,
	ext_id: `ext-${n}`,
	attributes: { LASTNAME: `Name ${n}` },
	...more,
});
const people = (count: number) => Array.from({ length: count }, (_, n) => person(n + 1));
const byName = (value: string) => ({ list: { __rl: true, mode: 'name', value } });
const byId = (value: string) => ({ list: { __rl: true, mode: 'id', value } });

describe('Brevo Contact List', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const run = async (parameters: Values, items: readonly object[], more = {}) =>
		await scene.runNode(BREVO, parameters as never, items as never, more);
	const outcomes = (items: readonly Values[]) => items.map(({ outcome }) => outcome);

	it('writes few contacts one by one, more than fifty by one import; one item comes out for each', async () => {
		const few = await run(byName('Few'), people(3));
		expect(few.json(BREVO).map(({ how }) => how)).toEqual(['created', 'created', 'created']);
		expect(few.items(BREVO).map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		const many = await run(byName('Many'), people(120));
		expect(many.json(BREVO)).toHaveLength(120);
		expect(
			many.items(BREVO).map(({ pairedItem }) => (pairedItem as { item: number }).item),
		).toEqual(Array.from({ length: 120 }, (_, n) => n));
		expect(outcomes(many.json(BREVO)).every((outcome) => outcome === 'written')).toBe(true);
		expect(scene.requests(/POST \/v3\/contacts\/import$/)).toBe(1);
		expect(scene.requests(/POST \/v3\/contacts$/)).toBe(3);
		expect(scene.members('Many')).toBe(120);
		expect(many.hints(BREVO)).toEqual([expect.stringMatching(/^120 written; \d Brevo calls$/)]);
	});

	it('sends the rows that an import rejected singly, to learn why', async () => {
		await run(byName('First'), [person(1)]);
		const twin = person(500, { attributes: { LASTNAME: 'Twin', SMS: '+33612345678' } });
		await run(byName('First'), [twin]);
		const rival = person(501, { attributes: { LASTNAME: 'Rival', SMS: '+33612345678' } });
		const result = await run(byName('Many'), [...people(60), rival]);
		const rejected = result.json(BREVO).filter(({ outcome }) => outcome === 'rejected');
		expect(rejected).toEqual([
			expect.objectContaining({
				ext_id: 'ext-501',
				limit: 'sms-duplicate',
				reason: expect.stringMatching(/already owns this mobile number/),
				remedy: expect.any(String),
			}),
		]);
		expect(scene.members('Many')).toBe(60);
		expect(result.hints(BREVO)).toEqual([
			expect.stringMatching(/^60 written, 1 rejected; \d+ Brevo calls$/),
		]);
	});

	it('makes a list of a name once, in its folder, and finds it again', async () => {
		await run({ ...byName('New'), options: { folder: 'CRM' } }, [person(1)]);
		await run({ ...byName('New'), options: { folder: 'CRM' } }, [person(2)]);
		expect(scene.requests(/POST \/v3\/contacts\/lists$/)).toBe(1);
		expect(scene.requests(/POST \/v3\/contacts\/folders$/)).toBe(1);
		expect(scene.members('New')).toBe(2);
	});

	it('writes each item to its own list when an expression says so', async () => {
		const parameters = { list: { __rl: true, mode: 'name', value: '={{ $json.team }}' } };
		await run(parameters, [person(1, { team: 'North' }), person(2, { team: 'South' })]);
		expect([scene.members('North'), scene.members('South')]).toEqual([1, 1]);
	});

	it('offers the lists in a search, and says which are there', async () => {
		await run(byName('Newsletter Paris'), [person(1)]);
		const node = template().nodes.find(({ name }) => name === BREVO);
		if (!node) throw new Error('The template writes to no list');
		const found = await scene.engine.listSearch(node, 'searchLists', 'paris');
		expect(found.results).toEqual([
			{ name: expect.stringMatching(/^Newsletter Paris \(#\d+\)$/), value: expect.any(String) },
		]);
		const id = String(found.results[0]?.value);
		await run(byId(id), [person(2)]);
		expect(scene.members('Newsletter Paris')).toBe(2);
	});

	it.each<[Values, RegExp, RegExp]>([
		[byId('4711'), /list.*4711|4711.*list/i, /Brevo/],
		[byId('={{ "seven" }}'), /“seven” is not the id of a Brevo list/, /whole number/],
		[byName(' '), /No Brevo list is chosen/, /Choose a list/],
	])('refuses the list of %j and writes nothing', async (parameters, message, remedy) => {
		const result = await run(parameters, [person(1)]);
		expect(told(result.error).message).toMatch(message);
		expect(told(result.error).description).toMatch(remedy);
		expect(scene.contacts()).toEqual([]);
	});

	it('takes contacts out of a list, says who was in it, and keeps them in Brevo', async () => {
		await run(byName('List'), people(2));
		const result = await run(
			{ operation: 'removeFromList', ...byName('List'), extId: '={{ $json.ext_id }}' },
			[person(1), person(9)],
		);
		expect(result.json(BREVO).map(({ wasInList }) => wasInList)).toEqual([true, false]);
		expect(scene.members('List')).toBe(1);
		expect(scene.contacts()).toHaveLength(2);
	});

	it('reads and deletes a contact by each of its identifiers', async () => {
		await run(byName('List'), [person(1)]);
		const get = async (identifierType: string, identifier: string) =>
			(await run({ operation: 'get', identifierType, identifier }, [{}])).json(BREVO)[0];
		expect(await get('ext_id', 'ext-1')).toMatchObject({
			found: true,
			email: 'person1@example.com',
		});
		expect(await get('email_id', 'person1@example.com')).toMatchObject({ found: true });
		expect(await get('ext_id', 'nobody')).toEqual({ found: false });
		const remove = { operation: 'delete', identifierType: 'ext_id', identifier: 'ext-1' };
		expect((await run(remove, [{}])).json(BREVO)[0]).toMatchObject({ deleted: true });
		expect((await run(remove, [{}])).status).toBe('success');
		expect(scene.contacts()).toEqual([]);
	});

	it('writes contacts that are defined in the node, without a Map Contact Fields', async () => {
		const rows = [
			{ name: 'LASTNAME', value: '={{ $json.name }}' },
			{ name: 'SMS', value: '+33612345678' },
		];
		const parameters = { contactSource: 'defined', email: ' Jo@Example.com ', extId: '' };
		const result = await run({ ...byName('List'), ...parameters, attributes: { rows } }, [
			{ name: 'Jo' },
		]);
		expect(result.json(BREVO)).toMatchObject([{ name: 'Jo', outcome: 'written', how: 'created' }]);
		const attributes = { LASTNAME: 'Jo', SMS: '33612345678' };
		expect(scene.contacts()).toMatchObject([{ email: 'jo@example.com', attributes }]);
		expect(scene.contacts()[0]).not.toHaveProperty('ext_id');
	});

	it('makes and lists lists', async () => {
		const create = {
			resource: 'list',
			operation: 'create',
			name: '={{ $json.name }}',
			folder: 'CRM',
		};
		const made = await run(create, [{ name: 'A' }, { name: 'B' }, { name: 'A' }]);
		expect(made.json(BREVO).map(({ created }) => created)).toEqual([true, true, false]);
		const all = await run({ resource: 'list', operation: 'getAll', returnAll: true, search: '' }, [
			{},
		]);
		expect(all.json(BREVO).map(({ name }) => name)).toEqual(expect.arrayContaining(['A', 'B']));
		const some = { resource: 'list', operation: 'getAll', returnAll: false, limit: 1, search: '' };
		expect((await run(some, [{}])).json(BREVO)).toHaveLength(1);
		expect((await run({ ...some, limit: 9, search: 'b' }, [{}])).json(BREVO)).toMatchObject([
			{ name: 'B' },
		]);
	});

	it('counts what it wrote for the integration, whichever way it went', async () => {
		await scene.sync();
		expect(await scene.activity(INTEGRATION)).toMatchObject({ written: 16, tasks: 16 });
	});
});
