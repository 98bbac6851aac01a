import { ask, DESK, named } from './desk.ts';
import { Person } from './person.ts';
import { told } from './refusal.ts';
import { GUARD, INTEGRATION, Scene, template, TRIGGER } from './scene.ts';

type Json = Readonly<Record<string, unknown>>;

describe('Contact Sync, Explain Contact: why is this contact not in Brevo?', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const salesforce = () => scene.sandbox.salesforce.admin;
	const explain = async (recordId: string, more: Json = {}): Promise<Json[]> =>
		(await ask(scene, 'explain', { recordId, ...more })).json(DESK);
	const byEmail = async (email: string): Promise<Json[]> =>
		(await ask(scene, 'explain', { findBy: 'email', email })).json(DESK);
	const deleteInBrevo = async ({ id }: Person): Promise<void> =>
		await scene.inBrevo('DELETE', `contacts/${id}?identifierType=ext_id`);
	const history = (item: Json | undefined): string[] =>
		((item?.['history'] ?? []) as Array<{ what: string }>).map(({ what }) => what);

	it('it is: written then and then, and saved and changed there and then', async () => {
		await scene.sync();
		const person = new Person(scene);
		const [item, ...rest] = await explain(person.id.slice(0, 15));
		expect(rest).toEqual([]);
		expect(item).toMatchObject({
			...{ found: true, recordId: person.id, object: 'Contact', integration: INTEGRATION },
			...{ inBrevo: true, answer: `It is in Brevo, as contact ${String(person.inBrevo['id'])}.` },
		});
		expect(item).not.toHaveProperty('whatToDo');
		expect(history(item)).toEqual(
			expect.arrayContaining([
				'Saved in Salesforce for the last time.',
				'Written to Brevo for the first time.',
			]),
		);
	});

	it('it was turned away: why, what to do, how often', async () => {
		const person = new Person(scene);
		person.edit({ Email: null, MobilePhone: null });
		await scene.sync();
		const [item] = await explain(person.id);
		expect(item).toMatchObject({
			inBrevo: false,
			answer:
				'It was turned away: The record has neither an e-mail address nor a mobile number in the mapped fields.',
			whatToDo: 'Add one of the two in Salesforce; the record then comes again by itself.',
		});
		person.edit({ Email: 'young@example.com' });
		await scene.sync();
		const [mended] = await explain(person.id);
		expect(mended).toMatchObject({ inBrevo: true });
		expect(history(mended)).toContain(
			'Turned away: The record has neither an e-mail address nor a mobile number in the mapped fields.',
		);
	});

	it('another record owns its address, and that one is named', async () => {
		const [one, two] = [new Person(scene), new Person(scene, 'Rogers')];
		one.edit({ Email: String(two.record['Email']) });
		await scene.sync();
		const items = [...(await explain(one.id)), ...(await explain(two.id))];
		const away = items.find(({ inBrevo }) => inBrevo === false);
		const owner = away?.['recordId'] === one.id ? two : one;
		expect(away?.['answer']).toBe(
			`It was turned away: Another record already owns this e-mail address in Brevo: ${owner.id}.`,
		);
	});

	it('it waits for the next month', async () => {
		const small = { monthlyLimit: 10, options: { reservedShare: 0 } };
		await scene.sync(template({ [GUARD]: small }));
		const written = new Set(scene.contacts().map((contact) => contact['ext_id']));
		const waiting = await scene.withLedger(
			async ({ pages }) => await pages.dueDeferred(INTEGRATION, Date.now(), true, 1),
		);
		const [item] = await explain(waiting[0] ?? '');
		expect(written.has(item?.['recordId'])).toBe(false);
		expect(item).toMatchObject({
			inBrevo: false,
			answer: expect.stringMatching(/^It waits: The monthly quota of .* is used up/),
			whatToDo: expect.stringMatching(/raise the limit/),
		});
	});

	it('the filter leaves it out', async () => {
		const rows = [{ field: 'LastName', operator: 'equals', value: 'Rogers' }];
		await scene.sync(template({ [TRIGGER]: { filters: { rows } } }));
		const [item] = await explain(new Person(scene).id);
		expect(item).toMatchObject({
			inBrevo: false,
			answer: 'The filter of Salesforce Contact Trigger leaves it out.',
		});
	});

	it('it was deleted in Salesforce, or Salesforce does not show it', async () => {
		await scene.sync();
		const person = new Person(scene);
		salesforce().delete({ object: 'Contact', id: person.id });
		await scene.sync();
		const [left] = await explain(person.id);
		expect(left?.['answer']).toMatch(
			/^It is in Brevo, .* Its record was deleted in Salesforce, so/,
		);
		await deleteInBrevo(person);
		const [deleted] = await explain(person.id);
		expect(deleted).toMatchObject({
			inBrevo: false,
			answer: 'Its record was deleted in Salesforce.',
		});
		expect(history(deleted)).toContain('Deleted in Salesforce.');
		const [unknown] = await explain('003000000000001AAA');
		expect(unknown).toMatchObject({
			inBrevo: false,
			answer: 'Salesforce shows no such record to the connected user.',
		});
	});

	it('somebody deleted it in Brevo', async () => {
		await scene.sync();
		const person = new Person(scene);
		await deleteInBrevo(person);
		expect(await explain(person.id)).toMatchObject([
			{
				inBrevo: false,
				answer: expect.stringMatching(
					/^It was written to Brevo on .*: somebody deleted it there\.$/,
				),
				whatToDo: expect.stringMatching(/“Reconcile”/),
			},
		]);
	});

	it('it is there, but blocklisted, or not in the list', async () => {
		await scene.sync();
		const [one, two] = [new Person(scene), new Person(scene, 'Rogers')];
		one.editInBrevo({ emailBlacklisted: true });
		const [blocklisted] = await explain(one.id);
		expect(blocklisted?.['answer']).toMatch(/blocklisted there: it gets no e-mail campaigns/);
		const body = { emails: [two.record['Email']] };
		await scene.inBrevo('POST', `contacts/lists/${scene.listId()}/contacts/remove`, body);
		const [unlisted] = await explain(two.id);
		expect(unlisted).toMatchObject({
			inBrevo: true,
			answer: expect.stringMatching(/not in the list of this integration any more/),
			whatToDo: expect.stringMatching(/“Reconcile”/),
		});
	});

	it('it has not been read yet: the workflow is off, or carries what is new only', async () => {
		await scene.sync(template({ [TRIGGER]: { start: 'now' } }), 0);
		const [old] = await explain(new Person(scene).id);
		expect(old?.['answer']).toMatch(/^The integration carries what was changed since /);
		scene.sandbox.clock.advance(60_000);
		const person = new Person(scene);
		person.edit({ LastName: 'Newer' });
		const [item] = await explain(person.id);
		expect(item).toMatchObject({
			inBrevo: false,
			answer: 'It has not been read yet. Its workflow is not published.',
			whatToDo: 'Publish the workflow; it goes on where it stopped.',
		});
	});

	it('is found by its address: in Salesforce, in Brevo, and by what was written', async () => {
		await scene.sync();
		const person = new Person(scene);
		const email = String(person.record['Email']);
		expect(await byEmail(email.toUpperCase())).toMatchObject([{ recordId: person.id }]);
		await deleteInBrevo(person);
		person.edit({ Email: 'other@example.com' });
		expect(await byEmail(email)).toMatchObject([{ recordId: person.id, inBrevo: false }]);
		expect(await byEmail('other@example.com')).toMatchObject([{ recordId: person.id }]);
	});

	it('an address that nobody has, and one that was born in Brevo', async () => {
		await scene.sync();
		expect(await byEmail('nobody@example.com')).toMatchObject([{ found: false, inBrevo: false }]);
		scene.sandbox.brevo.admin.create({ email: 'born@example.com' });
		expect(await byEmail('born@example.com')).toMatchObject([
			{ found: false, inBrevo: true, answer: expect.stringMatching(/created there/) },
		]);
	});

	it('puts no value of a contact into its answer or into the ledger', async () => {
		await scene.sync();
		const person = new Person(scene);
		const email = String(person.record['Email']);
		const text = JSON.stringify(await byEmail(email));
		expect(text).not.toContain(email);
		expect(text).not.toContain(String(person.record['FirstName']));
	});

	it('refuses what is neither a contact nor a lead, nor an address', async () => {
		await scene.sync();
		const account = await ask(scene, 'explain', { recordId: '001000000000001AAA' });
		expect(told(account.error)).toMatchObject({
			message: 'This is no ID of a Salesforce contact or lead',
			description: expect.stringMatching(/003.*00Q/),
		});
		const none = await ask(scene, 'explain', { findBy: 'email', email: 'nobody' });
		expect(none.error?.message).toBe('This is no e-mail address');
		const lead = await explain('00Q000000000001AAA', named(INTEGRATION));
		expect(lead[0]?.['answer']).toBe('No integration of this ledger carries Salesforce leads.');
	});
});
