import { MAP, rows, Scene, template, TRIGGER } from './scene.ts';
import { refusal, told } from './refusal.ts';

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

	it('says whose credential is missing, in the dropdown and when it runs', async () => {
		const { salesforceSyncClientCredentialsApi } = mapNode().credentials ?? {};
		const credentials = { salesforceSyncClientCredentialsApi };
		const node = { ...mapNode(), credentials } as ReturnType<typeof mapNode>;
		const missing = {
			message: 'No Brevo credential is chosen in this node',
			description: 'Open “Map Contact Fields”, and choose or make one under “Brevo Credential”.',
		};
		expect(await refusal(scene.engine.loadOptions(node, 'getAttributes'))).toEqual(missing);
		const run = await scene.runNode(MAP, {}, [RECORD], node);
		expect(told(run.error)).toEqual(missing);
	});

	it('says so when the items are leads and the mapping is one of contacts', async () => {
		const { runs } = await scene.sync(template({ [TRIGGER]: { object: 'Lead' } }));
		expect(told(runs[0]?.error)).toEqual({
			message: 'The items are leads, but the mapping is one of contacts',
			description: 'Choose Lead under “Object” in this node.',
		});
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
		expect(run.hints(MAP)).toEqual(['1 rejected']);
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
		// What to do, and not the same once more.
		expect(description).toMatch(/\b(Choose|Create|Give|Map) /);
		expect(description).not.toContain(what);
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
		const admin = scene.sandbox.salesforce.admin;
		const young = admin.records({ object: 'Contact' }).find(({ LastName }) => LastName === 'Young');
		const id = String(young?.['Id']);
		admin.update({ object: 'Contact', id, values: { MailingState: 'Bretagne' } });
		await scene.sync(template({ [MAP]: rows({ EMAIL: 'Email', REGION: 'MailingState' }) }));
		const contact = scene.sandbox.brevo.admin.contact({ ext_id: id });
		expect(contact['attributes']).toMatchObject({ REGION: 'Bretagne' });
	});

	it('makes of a date and time the day that it is in the chosen zone', async () => {
		const night = { ...RECORD, CreatedDate: '2026-03-31T22:30:00.000+0000' };
		const day = async (timeZone: string) => {
			const options = { options: { timeZone } };
			const run = await map({ EMAIL: 'Email', BIRTHDAY: 'CreatedDate' }, options, [night]);
			return (run.json(MAP)[0]?.['attributes'] as Record<string, unknown>)['BIRTHDAY'];
		};
		expect([await day('Europe/Paris'), await day('America/New_York')]).toEqual([
			'2026-04-01',
			'2026-03-31',
		]);
	});

	it('rejects a number without a country where none is assumed, naming the field', async () => {
		const run = await map({ EMAIL: 'Email', SMS: 'MobilePhone' }, { defaultCountry: '' });
		expect(run.json(MAP, 1)).toMatchObject([
			{ reasons: [{ limit: 'phone-country-missing', field: 'MobilePhone', attribute: 'SMS' }] },
		]);
		expect(run.items(MAP, 1)[0]?.pairedItem).toEqual({ item: 0 });
	});

	it('refuses a context of another ledger and says what to choose', async () => {
		const sync = { integration: 'x', ledger: 'another', id: RECORD.Id, change: 'updated' };
		const run = await map({ EMAIL: 'Email' }, {}, [{ ...RECORD, sync }]);
		expect(told(run.error)).toMatchObject({
			message: '“x” keeps its progress in another ledger than this node',
			description: expect.stringMatching(/same Contact Sync Ledger credential/),
		});
	});

	it('reads a field itself that was mapped while the trigger went on running', async () => {
		const before = template({ [MAP]: rows({ EMAIL: 'Email' }) });
		const active = await scene.publish(before);
		await active.finished(1);
		await scene.unpublish(active);
		const [first] = active.runs;
		const items = (first?.json(TRIGGER) ?? []).filter(({ Email }) => Email !== null);
		expect(items[0]).not.toHaveProperty('LastName');
		const run = await scene.runNode(
			MAP,
			rows({ EMAIL: 'Email', '@LASTNAME': 'LastName', COMPANY: 'Account.Name' }),
			items.slice(0, 3),
		);
		const [mapped] = run.json(MAP);
		expect(mapped?.['attributes']).toMatchObject({ LASTNAME: expect.stringMatching(/./) });
		expect(run.hints(MAP)[0]).toMatch(/does not bring them yet: LastName, Account.Name/);
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

	it.each([
		['getAttributes', { brevo: { apiKey: 'xkeysib-nobody' } }, /API key/],
		['getFields', { salesforce: { clientSecret: 'nonsense' } }, /client ID and secret/],
	])(
		'says in the dropdown of %s what is wrong with the credential',
		async (method, login, what) => {
			const wrong = await Scene.open(login);
			const attempt = wrong.engine.loadOptions(mapNode(), method);
			await expect(attempt).rejects.toThrow(what);
			await expect(attempt).rejects.not.toThrow(/nobody|nonsense/);
			await wrong.close();
		},
	);

	it('leaves an empty phone alone in Brevo and counts it', async () => {
		const { runs } = await scene.sync(template({ [TRIGGER]: { options: { pageSize: 100 } } }));
		expect(runs[0]?.hints(MAP)[0]).toMatch(/1 empty phone left as it is in Brevo/);
	});
});
