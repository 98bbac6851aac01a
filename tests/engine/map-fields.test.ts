import { MAP, rows, Scene, template, TRIGGER } from './scene.ts';
import { told } from './refusal.ts';

const RECORD = {
	Id: '003000000000001AAA',
	Email: ' Nathan.Smith@Example.com ',
	LastName: 'Smith',
	Birthdate: '1990-09-25',
	MobilePhone: '06 12 34 56 78',
};

describe('Map Contact Fields', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	const map = async (pairs: Record<string, string>, more = {}, items: object[] = [RECORD]) =>
		await scene.runNode(MAP, { ...rows(pairs), ...more }, items as never);
	const refused = async (pairs: Record<string, string>) => {
		const run = await map(pairs);
		return told(run.error);
	};
	const mapNode = (parameters = {}) => {
		const node = template({ [MAP]: parameters }).nodes.find(({ name }) => name === MAP);
		if (!node) throw new Error('The template has no mapping');
		return node;
	};

	it('converts e-mails, phones, dates and texts as Brevo takes them, for items of any workflow', async () => {
		const run = await map(
			{ EMAIL: 'Email', SMS: 'MobilePhone', BIRTHDAY: 'Birthdate', '@LASTNAME': 'LastName' },
			{ defaultCountry: 'FR' },
		);
		expect(run.json(MAP)).toEqual([
			{
				email: 'nathan.smith@example.com',
				ext_id: RECORD.Id,
				attributes: { SMS: '+33612345678', BIRTHDAY: '1990-09-25', LASTNAME: 'Smith' },
			},
		]);
		expect(run.items(MAP)[0]?.pairedItem).toEqual({ item: 0 });
	});

	it('writes to the names of an account in another language', async () => {
		scene.sandbox.brevo.admin.language({ language: 'fr' });
		const node = mapNode();
		const options = await scene.engine.loadOptions(node, 'getAttributes');
		expect(options.slice(0, 2).map(({ name }) => name)).toEqual([
			'First name (PRENOM in this account)',
			'Last name (NOM in this account)',
		]);
		const { runs } = await scene.sync();
		expect(runs[0]?.json(MAP)[0]?.['attributes']).toHaveProperty('PRENOM');
		expect(scene.members()).toBe(16);
	});

	it('puts a rejected record out with every reason, what happened and what to do', async () => {
		const bad = { ...RECORD, Email: 'nobody', MobilePhone: '12' };
		const run = await map({ EMAIL: 'Email', SMS: 'MobilePhone' }, { defaultCountry: 'FR' }, [bad]);
		expect(run.json(MAP)).toEqual([]);
		expect(run.json(MAP, 1)).toEqual([
			expect.objectContaining({
				Id: RECORD.Id,
				outcome: 'rejected',
				reasons: [
					expect.objectContaining({ limit: 'email-invalid', field: 'Email', attribute: 'EMAIL' }),
					expect.objectContaining({
						limit: 'phone-digits',
						reason: expect.stringMatching(/6 to 16 digits/),
						remedy: expect.stringMatching(/Correct the number in Salesforce/),
					}),
				],
			}),
		]);
		expect(run.hints(MAP)).toEqual(['1 rejected or frozen']);
	});

	it.each([
		['neither EMAIL nor SMS', { '@LASTNAME': 'LastName' }, /Neither EMAIL nor SMS is mapped/],
		['an attribute that is missing', { EMAIL: 'Email', NOPE: 'LastName' }, /no attribute NOPE/],
		[
			'an attribute of another type',
			{ EMAIL: 'Email', BIRTHDAY: 'Phone' },
			/cannot go into BIRTHDAY/,
		],
		[
			'a field that has vanished',
			{ EMAIL: 'Email', CITY: 'Nope__c' },
			/does not show the field Nope__c/,
		],
		['an address as a whole', { EMAIL: 'Email', CITY: 'MailingAddress' }, /made of several fields/],
	])('refuses a mapping with %s before any record is read', async (_, pairs, message) => {
		const { message: what, description } = await refused(pairs);
		expect(what).toMatch(message);
		expect(description.length).toBeGreaterThan(what.length);
	});

	it('refuses one attribute that is filled twice', async () => {
		const twice = {
			mapping: { rows: ['FirstName', 'LastName'].map((field) => ({ attribute: 'CITY', field })) },
		};
		const run = await scene.runNode(
			MAP,
			{
				mapping: { rows: [{ attribute: 'EMAIL', field: 'Email' }, ...twice.mapping.rows] },
			},
			[RECORD],
		);
		expect(told(run.error).message).toMatch(/CITY stands in more than one row/);
	});

	it('sees an attribute that was created since it last looked', async () => {
		await scene.sync();
		scene.sandbox.brevo.admin.addAttribute({ name: 'REGION', category: 'normal', type: 'text' });
		const [contact] = scene.sandbox.salesforce.admin.records({ object: 'Contact' });
		scene.sandbox.salesforce.admin.update({
			object: 'Contact',
			id: String(contact?.['Id']),
			values: { MailingState: 'Bretagne' },
		});
		const { runs } = await scene.sync(
			template({ [MAP]: rows({ EMAIL: 'Email', REGION: 'MailingState' }) }),
		);
		expect(runs[0]?.status).toBe('success');
	});

	it('offers fields with label and type, and leaves out what Brevo does not support', async () => {
		const options = await scene.engine.loadOptions(mapNode(), 'getFields');
		const values = options.map(({ value }) => value);
		expect(options.find(({ value }) => value === 'Birthdate')?.name).toBe(
			'Birthdate (Birthdate, date)',
		);
		expect(values).toEqual(expect.arrayContaining(['Email', 'MobilePhone', 'Account.Name']));
		for (const left of ['DoNotCall', 'LeadSource', 'MailingAddress'])
			expect(values).not.toContain(left);
	});

	it('offers attributes with their type, EMAIL and SMS before the others', async () => {
		const options = await scene.engine.loadOptions(mapNode(), 'getAttributes');
		expect(options.slice(2, 4).map(({ name }) => name)).toEqual(['EMAIL (e-mail)', 'SMS (phone)']);
		expect(options.map(({ name }) => name)).toContain('BIRTHDAY (date)');
	});

	it('says in the dropdown what is wrong with a credential', async () => {
		const wrong = await Scene.open({ brevo: { apiKey: 'xkeysib-nobody' } });
		const attempt = wrong.engine.loadOptions(mapNode(), 'getAttributes');
		await expect(attempt).rejects.toThrow(/API key/);
		await wrong.close();
	});

	it('leaves an emptied phone alone in Brevo and counts it', async () => {
		const { runs } = await scene.sync(template({ [TRIGGER]: { options: { pageSize: 100 } } }));
		expect(runs[0]?.hints(MAP)[0]).toMatch(/1 emptied phone kept in Brevo/);
	});
});
