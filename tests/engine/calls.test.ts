import { Person } from './person.ts';
import { Rounds } from './rounds.ts';
import { BACK, backTemplate, BREVO, SALESFORCE, Scene, template, TRIGGER } from './scene.ts';

/** What a look at Salesforce costs: live and deleted rows in one call. */
const LOOK = { 'GET queryAll': 1 };

/**
 * Every call is on somebody's bill: exact counts, so that a new one is noticed. By route, logins and
 * repeats included.
 */
describe('calls to Salesforce and Brevo', () => {
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

	const salesforce = () => scene.sandbox.salesforce.admin;
	const publish = async (changes: Parameters<typeof template>[0] = {}): Promise<void> => {
		await scene.publish(template(changes));
		await rounds.rested();
	};

	it('of publishing: the login, the fields, Salesforce’s clock, the organisation, one look', async () => {
		await publish({ [TRIGGER]: { start: 'now' } });
		expect(rounds.calls()).toEqual({
			'POST /services/oauth2/token': 1,
			'GET sobjects/Contact/describe': 1,
			'GET /services/data': 1,
			'GET query': 1,
			...LOOK,
		});
	});

	it('of the first page: what is known from then on, and one for each of 16 contacts', async () => {
		await publish();
		expect(rounds.calls()).toEqual({
			'POST /services/oauth2/token': 1,
			'GET sobjects/Contact/describe': 1,
			'GET /services/data': 1,
			// The organisation, and how many records there are: many would come by Bulk API.
			'GET query': 2,
			...LOOK,
			'GET contacts/attributes': 1,
			'GET account': 1,
			// The list does not exist yet.
			'GET contacts/lists': 1,
			'GET contacts/folders': 1,
			'POST contacts/folders': 1,
			'POST contacts/lists': 1,
			'POST contacts': 16,
		});
	});

	it('of a quiet look: one to Salesforce, none to Brevo', async () => {
		await publish();
		expect([await rounds.one(), await rounds.one()]).toEqual([LOOK, LOOK]);
	});

	it('of one change: the look and one write', async () => {
		await publish();
		new Person(scene).edit({ LastName: 'Elder' });
		expect(await rounds.one()).toEqual({ ...LOOK, 'PUT contacts/:id': 1 });
	});

	it('of a new contact: the look and one write', async () => {
		await publish();
		salesforce().create({ object: 'Contact', values: { LastName: 'New', Email: 'new@x.example' } });
		expect(await rounds.one()).toEqual({ ...LOOK, 'POST contacts': 1 });
	});

	it('of a new address: one more, which looks whether the contact has opted out', async () => {
		await publish();
		new Person(scene).edit({ Email: 'elder@x.example' });
		expect(await rounds.one()).toEqual({ ...LOOK, 'GET contacts/:id': 1, 'PUT contacts/:id': 1 });
	});

	it('of a touch that changes nothing mapped: the look alone', async () => {
		await publish();
		new Person(scene).edit({ Description: 'Met at the fair' });
		expect(await rounds.one()).toEqual(LOOK);
		expect(await scene.activity()).toMatchObject({ unchanged: 1 });
	});

	it.each([
		['removeFromList', { 'POST contacts/lists/:id/contacts/remove': 1 }],
		// Whether the contact has opted out is remembered before it goes.
		['delete', { 'GET contacts/:id': 1, 'DELETE contacts/:id': 1 }],
		['nothing', {}],
	])('of a deletion (%s)', async (onDeletion, calls) => {
		await publish({ [BREVO]: { onDeletion } });
		const { id } = new Person(scene);
		salesforce().delete({ object: 'Contact', id });
		expect(await rounds.one()).toEqual({ ...LOOK, ...calls });
	});

	it('of 60 changes: the look, one import and one look at how it went', async () => {
		await publish();
		salesforce().load({ contacts: 60 });
		expect(await rounds.one()).toEqual({
			...LOOK,
			'POST contacts/import': 1,
			'GET processes': 1,
		});
		expect(await scene.activity()).toMatchObject({ written: 76 });
	});

	it('of a change ten minutes later: the attributes again; an hour later fields and list as well', async () => {
		await publish();
		const person = new Person(scene);
		const write = { ...LOOK, 'PUT contacts/:id': 1 };
		rounds.later(10);
		person.edit({ LastName: 'Elder' });
		expect(await rounds.one()).toEqual({ ...write, 'GET contacts/attributes': 1 });
		rounds.later(50);
		person.edit({ LastName: 'Eldest' });
		expect(await rounds.one()).toEqual({
			...write,
			'GET contacts/attributes': 1,
			'GET sobjects/Contact/describe': 1,
			'GET contacts/lists': 1,
		});
		person.edit({ LastName: 'Elder' });
		expect(await rounds.one()).toEqual(write);
	});

	it('of publishing the way back: a sweep and a comparison; of its quiet look none', async () => {
		await scene.sync();
		scene.sandbox.log.reset();
		await scene.publish(backTemplate({ [BACK]: { options: { interval: 10 } } }), BACK);
		await rounds.rested();
		expect(rounds.calls()).toEqual({ 'GET contacts': 2 });
		expect(await rounds.one()).toEqual({});
	});

	it('of one change made in Brevo: a look at it, one at the record, and one write', async () => {
		await scene.sync();
		const workflow = backTemplate({ [BACK]: { options: { interval: 10 } } });
		const active = await scene.publish(workflow, BACK);
		await rounds.rested();
		const person = new Person(scene);
		person.editInBrevo({ attributes: { LASTNAME: 'Elder' } });
		await scene.hint(person.id);
		expect(await rounds.one()).toEqual({
			'GET contacts/:id': 1,
			'GET queryAll': 1,
			'PATCH composite/sobjects': 1,
		});
		expect(person.record['LastName']).toBe('Elder');
		expect(active.runs[0]?.hints(SALESFORCE)).toEqual(['1 written; 2 Salesforce calls']);
	});

	it('counts repeats, which nobody sees, and shows them with the others', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0);
		const active = await scene.publish();
		await rounds.rested();
		scene.sandbox.faults.add({ kind: 'status', service: 'brevo', status: 503, times: 2 });
		new Person(scene).edit({ LastName: 'Elder' });
		expect(await rounds.one()).toEqual({ ...LOOK, 'PUT contacts/:id': 3 });
		expect(active.runs.at(-1)?.hints(BREVO)).toEqual(['1 written; 3 Brevo calls']);
	});
});
