import { Person } from './person.ts';
import { told } from './refusal.ts';
import { Rounds } from './rounds.ts';
import { backTemplate, BREVO, MAP, rows, SALESFORCE, Scene, template, TRIGGER } from './scene.ts';

const MAPPED = { EMAIL: 'Email', '@LASTNAME': 'LastName' };
const withRow = (attribute: string, field: string) =>
	template({ [MAP]: rows({ ...MAPPED, [attribute]: field }) });

/** What was read of either side is taken for true for a while; here is what then happens. */
describe('what is remembered of Salesforce and Brevo', () => {
	let scene: Scene;
	let rounds: Rounds;
	let person: Person;
	beforeEach(async () => {
		scene = await Scene.open();
		rounds = new Rounds(scene);
		person = new Person(scene);
	});
	afterEach(async () => {
		await scene.close();
		jest.restoreAllMocks();
	});

	const { entries } = Object;
	const salesforce = () => scene.sandbox.salesforce.admin;
	const text = { category: 'normal', type: 'text' } as const;

	it('an attribute that was deleted in Brevo: after ten minutes the run stops and names it', async () => {
		scene.sandbox.brevo.admin.addAttribute({ name: 'REGION', ...text });
		const active = await scene.publish(withRow('REGION', 'MailingState'));
		await rounds.rested();
		await scene.inBrevo('DELETE', 'contacts/attributes/normal/REGION');
		rounds.later(9);
		person.edit({ MailingState: 'Bretagne' });
		await rounds.one();
		// Brevo says nothing; that is the bound that the page on the nodes tells.
		expect(active.runs.at(-1)?.status).toBe('success');
		rounds.later(1);
		person.edit({ MailingState: 'Normandie' });
		await rounds.one();
		expect(told(active.runs.at(-1)?.error).message).toMatch(/no attribute REGION/);
		expect((await scene.activity()).read).toBe(21);
	});

	it('one that came back with another type: the next run says whose values may be missing', async () => {
		scene.sandbox.brevo.admin.addAttribute({ name: 'REGION', ...text });
		const active = await scene.publish(withRow('REGION', 'Birthdate'));
		await rounds.rested();
		await scene.inBrevo('DELETE', 'contacts/attributes/normal/REGION');
		scene.sandbox.brevo.admin.addAttribute({ name: 'REGION', category: 'normal', type: 'date' });
		rounds.later(10);
		person.edit({ Birthdate: '1990-09-25' });
		await rounds.one();
		expect(active.runs.at(-1)?.hints(MAP)[0]).toMatch(
			/REGION is of another type in Brevo than at the last run.*10 minutes before/,
		);
		expect(person.attribute('REGION')).toBe('1990-09-25');
		person.edit({ Birthdate: '1990-09-26' });
		await rounds.one();
		expect(active.runs.at(-1)?.hints(MAP)[0]).not.toMatch(/another type/);
	});

	it('a text that became a picklist in Salesforce: looked at anew before a record is rejected', async () => {
		const field = 'Rank__c';
		const line = `${field}|Rank|string|80|ncu`;
		salesforce().addField({ object: 'Contact', line });
		const options = { lift: ['picklist-field'], createChoices: true };
		const mapping = rows({ ...MAPPED, LEVEL: field });
		const active = await scene.publish(template({ [MAP]: { ...mapping, options } }));
		await rounds.rested();
		salesforce().removeField({ object: 'Contact', field });
		const picklist = line.replace('string', 'picklist').concat('|=Quaternary');
		salesforce().addField({ object: 'Contact', line: picklist });
		rounds.later(11);
		person.edit({ [field]: 'Quaternary' });
		expect(await rounds.one()).toMatchObject({ 'GET sobjects/Contact/describe': 1 });
		expect(active.runs.at(-1)?.json(MAP, 1)).toEqual([]);
		expect(person.attribute('LEVEL')).toBe(3);
	});

	it('a field that Map Contact Fields reads itself and that is gone: the run stops and names it', async () => {
		const chosen = ['FirstName', 'LastName', 'Email', 'HasOptedOutOfEmail'];
		const mapping = rows({ ...MAPPED, JOB_TITLE: 'Title' });
		const fields = { fieldSource: 'chosen', fields: chosen };
		const active = await scene.publish(template({ [TRIGGER]: fields, [MAP]: mapping }));
		await rounds.rested();
		expect(active.runs.map(({ status }) => status)).toEqual(['success']);
		salesforce().removeField({ object: 'Contact', field: 'Title' });
		person.edit({ LastName: 'Elder' });
		await rounds.one();
		expect(told(active.runs.at(-1)?.error).message).toMatch(/does not show the field Title/);
	});

	it('a list that was deleted in Brevo is made anew at once, in the same run', async () => {
		const active = await scene.publish();
		await rounds.rested();
		await scene.inBrevo('DELETE', `contacts/lists/${scene.listId()}`);
		person.edit({ LastName: 'Elder' });
		expect(await rounds.one()).toMatchObject({ 'POST contacts/lists': 1 });
		expect(active.runs.map(({ status }) => status)).toEqual(['success', 'success']);
		expect(active.failed).toEqual([]);
		expect(scene.members()).toBe(1);
		expect(await scene.activity()).toMatchObject({ written: 17, tasks: 17 });
	});

	it('and so is one that more than fifty contacts or a deletion were to go to', async () => {
		const active = await scene.publish();
		await rounds.rested();
		await scene.inBrevo('DELETE', `contacts/lists/${scene.listId()}`);
		salesforce().load({ contacts: 60 });
		await rounds.one();
		expect(scene.members()).toBe(60);
		await scene.inBrevo('DELETE', `contacts/lists/${scene.listId()}`);
		salesforce().delete({ object: 'Contact', id: person.id });
		await rounds.one();
		expect(scene.members()).toBe(0);
		expect(active.runs.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
	});

	it('a list that was chosen by its id and is gone is told by its id', async () => {
		await scene.sync();
		const id = scene.listId();
		const byId = { list: { __rl: true, mode: 'id', value: String(id) } };
		const active = await scene.publish(template({ [BREVO]: byId }));
		await rounds.rested();
		person.edit({ LastName: 'Elder' });
		await rounds.one();
		await scene.inBrevo('DELETE', `contacts/lists/${id}`);
		person.edit({ LastName: 'Eldest' });
		await rounds.one();
		expect(told(active.runs.at(-1)?.error).message).toBe(`Brevo has no list ${id}`);
	});

	describe('without a ledger', () => {
		const RECORD = {
			Id: '003000000000001AAA',
			Email: 'jo@example.com',
			LastName: 'Jo',
			Title: 'X',
		};
		const map = async (pairs: Record<string, string>, mode: 'trigger' | 'manual' = 'trigger') => {
			scene.sandbox.log.reset();
			const run = await scene.runNode(MAP, rows(pairs), [RECORD], { mode });
			return { calls: rounds.calls(), run };
		};
		const BOTH = { 'GET sobjects/Contact/describe': 1, 'GET contacts/attributes': 1 };
		const notLogin = (calls: Readonly<Record<string, number>>) =>
			Object.fromEntries(entries(calls).filter(([route]) => !route.includes('oauth2')));

		it('executions of one process share what one of them read', async () => {
			expect(notLogin((await map(MAPPED)).calls)).toEqual(BOTH);
			expect((await map(MAPPED)).calls).toEqual({});
			rounds.later(10);
			expect((await map(MAPPED)).calls).toEqual({ 'GET contacts/attributes': 1 });
		});

		it('an attribute that is missing is looked for at once', async () => {
			await map(MAPPED);
			scene.sandbox.brevo.admin.addAttribute({ name: 'REGION', ...text });
			const { calls, run } = await map({ ...MAPPED, REGION: 'Title' });
			expect(calls).toEqual(BOTH);
			expect(run.json(MAP)).toMatchObject([{ attributes: { REGION: 'X' } }]);
		});

		it('a run in the editor reads both sides as they are, and so does a dropdown', async () => {
			await map(MAPPED);
			expect((await map(MAPPED, 'manual')).calls).toEqual(BOTH);
			const node = template().nodes.find(({ name }) => name === MAP);
			if (!node) throw new Error('The template has no mapping');
			scene.sandbox.log.reset();
			await scene.engine.loadOptions(node, 'getFields');
			await scene.engine.loadOptions(node, 'getAttributes');
			expect(rounds.calls()).toEqual(BOTH);
		});

		it('a filter of Salesforce Contact costs one describe for all its items', async () => {
			const filters = { rows: [{ field: 'LastName', operator: 'equals', value: 'Young' }] };
			const parameters = { operation: 'getAll', filters, fields: ['LastName'] };
			const node = backTemplate().nodes.find(({ name }) => name === SALESFORCE);
			if (!node) throw new Error('The template has no such node');
			scene.sandbox.log.reset();
			const run = await scene.engine.run(
				{
					nodes: [{ ...node, parameters: { ...node.parameters, ...parameters } }],
					connections: {},
				},
				{ input: [{}, {}] },
			);
			expect(run.json(SALESFORCE)).toHaveLength(2);
			expect(notLogin(rounds.calls())).toEqual({
				'GET sobjects/Contact/describe': 1,
				'GET query': 2,
			});
		});
	});
});
