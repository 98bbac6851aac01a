import { BrevoClient as StockClient, BrevoError } from '@getbrevo/brevo';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { BrevoContact } from '../../sync/brevo/contact.ts';
import { brevoClient, type BrevoClient } from '../../sync/brevo/client.ts';
import { deleteContact, getContact, upsertContact } from '../../sync/brevo/contacts.ts';
import { importContacts, redrive } from '../../sync/brevo/import.ts';
import { limitersOf } from '../../sync/brevo/limiter.ts';
import { findOrCreateList, getList, searchLists } from '../../sync/brevo/lists.ts';
import { sendMail } from '../../sync/brevo/mail.ts';
import { addToList, removeFromList } from '../../sync/brevo/members.ts';
import { getAccount } from '../../sync/brevo/account.ts';
import { listAttributes } from '../../sync/brevo/attributes.ts';
import type { Http } from '../../sync/host.ts';
import { BrevoReferee, hasSpec } from './brevo-referee.ts';

/** Brevo's own SDK and the engine's client against the sandbox, under the eyes of Brevo's OpenAPI. */
let sandbox: Sandbox;
let stock: StockClient;
let referee: BrevoReferee | undefined;

if (!hasSpec) console.warn("Not refereed: Brevo's OpenAPI description is not on this machine");
const spec = hasSpec ? new BrevoReferee() : undefined;

beforeEach(async () => {
	sandbox = await startSandbox({ seed: 'empty' });
	sandbox.brevo.admin.setLimits({ off: true });
	stock = new StockClient({
		apiKey: BREVO_KEY,
		baseUrl: `${sandbox.origin}/v3`,
		maxRetries: 0,
	});
	referee = spec;
	spec?.violations.splice(0);
	const handle = sandbox.brevo.handle.bind(sandbox.brevo);
	Object.assign(sandbox.brevo, {
		handle: async (request: Parameters<typeof handle>[0]) => {
			const reply = await handle(request);
			if (!request.path.startsWith('/v3/_rejects/')) referee?.judge(request, reply);
			return reply;
		},
	});
});

afterEach(async () => {
	await sandbox.close();
	expect(referee?.violations ?? []).toEqual([]);
});

/** Status and body of a refusal. */
const refusal = async (work: PromiseLike<unknown>): Promise<{ status?: number; body?: unknown }> =>
	await work.then(
		() => ({}),
		(error: unknown) => {
			if (!(error instanceof BrevoError)) throw error;
			return { status: error.statusCode ?? 0, body: error.body };
		},
	);

describe("Brevo's own SDK", () => {
	const newList = async (): Promise<number> =>
		(await stock.contacts.createList({ name: 'Customers', folderId: 1 })).id;

	test('a contact is created, read by each identifier, updated and deleted', async () => {
		const listId = await newList();
		const created = await stock.contacts.createContact({
			email: 'Ada@example.com',
			ext_id: '003A',
			attributes: { FIRSTNAME: 'Ada', SMS: '+33612345678', VIP: true, SCORE: 3.5 },
			listIds: [listId],
		});
		const { id } = created as { id: number };
		expect(id).toBeGreaterThan(0);
		for (const [identifier, identifierType] of [
			['ada@example.com', 'email_id'],
			[String(id), 'contact_id'],
			['003A', 'ext_id'],
			['33612345678', 'phone_id'],
		] as const) {
			expect(await stock.contacts.getContactInfo({ identifier, identifierType })).toMatchObject({
				id,
				email: 'ada@example.com',
				emailBlacklisted: false,
				listIds: [listId],
				attributes: { FIRSTNAME: 'Ada', SMS: '33612345678', VIP: true, SCORE: 3.5 },
			});
		}
		await stock.contacts.updateContact({
			identifier: '003A',
			identifierType: 'ext_id',
			attributes: { EMAIL: 'lovelace@example.com', FIRSTNAME: '' },
			emailBlacklisted: true,
			unlinkListIds: [listId],
		});
		const changed = await stock.contacts.getContactInfo({ identifier: id });
		expect(changed).toMatchObject({
			email: 'lovelace@example.com',
			emailBlacklisted: true,
			listIds: [],
		});
		expect(changed.attributes).not.toHaveProperty('FIRSTNAME');
		expect(await stock.contacts.getContacts({ limit: 10, sort: 'asc' })).toMatchObject({
			count: 1,
			contacts: [{ id }],
		});
		await stock.contacts.deleteContact({ identifier: id, identifierType: 'contact_id' });
		expect(
			await refusal(
				stock.contacts.getContactInfo({ identifier: '003A', identifierType: 'ext_id' }),
			),
		).toEqual({
			status: 404,
			body: { code: 'document_not_found', message: 'Contact does not exist' },
		});
	});

	test('a second contact with an identifier is refused with the names of what is taken', async () => {
		await stock.contacts.createContact({
			email: 'one@example.com',
			attributes: { SMS: '+33612345678' },
		});
		expect(await refusal(stock.contacts.createContact({ email: 'ONE@example.com' }))).toMatchObject(
			{
				status: 400,
				body: { code: 'duplicate_parameter', metadata: { duplicate_identifiers: ['email'] } },
			},
		);
		expect(
			await refusal(
				stock.contacts.createContact({
					email: 'two@example.com',
					attributes: { SMS: '0033612345678' },
				}),
			),
		).toMatchObject({ status: 400, body: { metadata: { duplicate_identifiers: ['SMS'] } } });
		expect(await refusal(stock.contacts.createContact({ email: 'nonsense' }))).toMatchObject({
			status: 400,
			body: { code: 'invalid_parameter' },
		});
		expect(await refusal(stock.contacts.createContact({}))).toMatchObject({
			status: 400,
			body: { code: 'missing_parameter' },
		});
	});

	test('lists and folders', async () => {
		const { id: folderId } = await stock.contacts.createFolder({ name: 'Salesforce' });
		const { id: listId } = await stock.contacts.createList({ name: 'Leads', folderId });
		expect(await stock.contacts.getFolders({ limit: 10, offset: 0 })).toMatchObject({ count: 2 });
		expect(await stock.contacts.getLists({ limit: 10, offset: 0 })).toMatchObject({
			count: 1,
			lists: [{ id: listId, name: 'Leads', folderId }],
		});
		await stock.contacts.createContact({ email: 'a@example.com', ext_id: 'A' });
		const added = await stock.contacts.addContactToList({
			listId,
			body: { emails: ['a@example.com', 'nobody@example.com'] },
		});
		expect(added).toMatchObject({
			contacts: { success: ['a@example.com'], failure: ['nobody@example.com'] },
		});
		expect(await stock.contacts.getList({ listId })).toMatchObject({ uniqueSubscribers: 1 });
		expect(await stock.contacts.getContactsFromList({ listId })).toMatchObject({
			count: 1,
			contacts: [{ email: 'a@example.com' }],
		});
		expect(
			await refusal(
				stock.contacts.addContactToList({ listId, body: { emails: ['a@example.com'] } }),
			),
		).toMatchObject({ status: 400 });
		await stock.contacts.removeContactFromList({ listId, body: { emails: ['a@example.com'] } });
		expect(await stock.contacts.getList({ listId })).toMatchObject({ uniqueSubscribers: 0 });
		await stock.contacts.deleteList({ listId });
		expect(await refusal(stock.contacts.getList({ listId }))).toMatchObject({ status: 404 });
	});

	test('an import is accepted, worked off and told by its process', async () => {
		const listId = await newList();
		const { processId } = await stock.contacts.importContacts({
			fileBody: 'EMAIL;FIRSTNAME\na@example.com;Ada\nnonsense;Bob',
			listIds: [listId],
		});
		const id = processId;
		expect(['queued', 'in_process']).toContain(
			(await stock.process.getProcess({ processId: id })).status,
		);
		sandbox.clock.advance(60_000);
		const ended = await stock.process.getProcess({ processId: id });
		expect(ended).toMatchObject({ id, status: 'completed' });
		const url = ended.info?.import?.invalid_emails;
		expect(await (await fetch(String(url))).text()).toContain('nonsense');
		expect(ended.info?.import?.duplicate_phone_id ?? null).toBeNull();
		expect(await stock.process.getProcesses({ limit: 10 })).toMatchObject({ count: 1 });
		expect(await refusal(stock.process.getProcess({ processId: 99 }))).toMatchObject({
			status: 404,
		});
		await stock.contacts.importContacts({
			jsonBody: [{ email: 'b@example.com', attributes: { FIRSTNAME: 'Bob' } }],
			listIds: [listId],
			updateExistingContacts: true,
		});
		sandbox.clock.advance(60_000);
		expect(await stock.contacts.getList({ listId })).toMatchObject({ uniqueSubscribers: 2 });
	});

	test('attributes, account, senders', async () => {
		await stock.contacts.createAttribute({
			attributeCategory: 'normal',
			attributeName: 'SHOE_SIZE',
			type: 'float',
		});
		const { attributes } = await stock.contacts.getAttributes();
		expect(attributes).toContainEqual({ name: 'SHOE_SIZE', category: 'normal', type: 'float' });
		await stock.contacts.deleteAttribute({
			attributeCategory: 'normal',
			attributeName: 'SHOE_SIZE',
		});
		expect(
			await refusal(
				stock.contacts.deleteAttribute({
					attributeCategory: 'normal',
					attributeName: 'SHOE_SIZE',
				}),
			),
		).toMatchObject({ status: 404 });
		expect(await stock.account.getAccount()).toMatchObject({ companyName: 'Sandbox Company' });
		expect((await stock.senders.getSenders()).senders).toHaveLength(1);
	});

	test('webhooks', async () => {
		const { id } = await stock.webhooks.createWebhook({
			url: 'https://example.com/hook',
			events: ['contactUpdated', 'contactDeleted'],
			type: 'marketing',
			description: 'test',
		});
		const webhookId = id;
		expect(await stock.webhooks.getWebhook({ webhookId })).toMatchObject({ id, type: 'marketing' });
		await stock.webhooks.updateWebhook({ webhookId, events: ['listAddition'] });
		expect(await stock.webhooks.getWebhooks({ type: 'marketing' })).toMatchObject({
			webhooks: [{ id, events: ['listAddition'] }],
		});
		await stock.webhooks.deleteWebhook({ webhookId });
		expect(await refusal(stock.webhooks.getWebhook({ webhookId }))).toMatchObject({ status: 404 });
	});

	test('a transactional mail lands in the mailbox', async () => {
		await stock.transactionalEmails.sendTransacEmail({
			sender: { email: 'owner@sandbox.example', name: 'Sandbox' },
			to: [{ email: 'admin@example.com' }],
			subject: 'Quota',
			textContent: '80 %',
		});
		expect(sandbox.brevo.admin.mailbox()).toMatchObject([{ subject: 'Quota' }]);
	});

	test('a mail that is sent again under its key within half an hour arrives once', async () => {
		const send = async (idempotencyKey: string) =>
			await stock.transactionalEmails.sendTransacEmail({
				sender: { email: 'owner@sandbox.example' },
				to: [{ email: 'admin@example.com' }],
				subject: 'Quota',
				htmlContent: '<p>80 %</p>',
				headers: { idempotencyKey },
			});
		const first = await send('b52dbf00-81dd-4a08-b807-085c00000000');
		expect(await send('b52dbf00-81dd-4a08-b807-085c00000000')).toEqual(first);
		await send('b52dbf00-81dd-4a08-b807-085c00000001');
		expect(sandbox.brevo.admin.mailbox()).toHaveLength(2);
		sandbox.clock.advance(1_800_000);
		await send('b52dbf00-81dd-4a08-b807-085c00000000');
		expect(sandbox.brevo.admin.mailbox()).toHaveLength(3);
	});

	test('a wrong key is refused without rate headers', async () => {
		const stranger = new StockClient({
			apiKey: 'wrong',
			baseUrl: `${sandbox.origin}/v3`,
			maxRetries: 0,
		});
		expect(await refusal(stranger.account.getAccount())).toEqual({
			status: 401,
			body: { code: 'unauthorized', message: 'Key not found' },
		});
	});

	test('the eleventh request of a second is refused; the headers count down', async () => {
		sandbox.brevo.admin.setLimits({});
		const answers = [];
		for (let n = 0; n < 11; n += 1) {
			const { rawResponse } = await stock.contacts
				.getContacts({ limit: 1 })
				.withRawResponse()
				.catch((error: unknown) => {
					if (error instanceof BrevoError && error.rawResponse) return error;
					throw error;
				});
			answers.push({
				status: rawResponse?.status,
				limit: rawResponse?.headers.get('x-sib-ratelimit-limit'),
				left: rawResponse?.headers.get('x-sib-ratelimit-remaining'),
				reset: rawResponse?.headers.get('x-sib-ratelimit-reset'),
			});
		}
		expect(answers[0]).toEqual({ status: 200, limit: '10', left: '9', reset: '1' });
		expect(answers[9]).toEqual({ status: 200, limit: '10', left: '0', reset: '1' });
		expect(answers[10]).toEqual({ status: 429, limit: '10', left: '0', reset: '1' });
		sandbox.clock.advance(1000);
		await expect(stock.contacts.getContacts({ limit: 1 })).resolves.toMatchObject({ count: 0 });
	});
});

describe("the engine's client", () => {
	let client: BrevoClient;
	let listId: number;
	let run = 0;

	const http: Http = async ({ method, url, headers, body }) => {
		const answer = await fetch(url, {
			method,
			headers: { ...headers, ...(url.includes('_rejects') ? {} : { 'api-key': BREVO_KEY }) },
			...(body !== undefined && { body }),
		});
		return {
			status: answer.status,
			headers: Object.fromEntries(answer.headers),
			body: await answer.text(),
		};
	};

	beforeEach(async () => {
		const quiet = (): void => undefined;
		client = brevoClient({
			http,
			host: {
				clock: sandbox.clock,
				// Waiting moves the sandbox's clock: an import takes no time.
				sleep: async (milliseconds) => {
					await Promise.resolve();
					sandbox.clock.advance(milliseconds);
				},
				logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
			},
			limiters: limitersOf(`test ${(run += 1)}`),
			baseUrl: `${sandbox.origin}/v3`,
		});
		listId = (await findOrCreateList(client, { name: 'Contacts', folder: 'Salesforce' })).id;
	});

	const person = (n: number, more: Partial<BrevoContact> = {}): BrevoContact => ({
		email: `person${n}@example.com`,
		ext_id: `003SB0000000${String(n).padStart(3, '0')}AAA`,
		attributes: { LASTNAME: `Name; "${n}"`, SMS: `336123456${String(n).padStart(2, '0')}` },
		...more,
	});

	test('a notice is mailed as Brevo asks, and once although it is sent again', async () => {
		const mail = {
			from: 'owner@sandbox.example',
			to: ['admin@example.com'],
			subject: '80 % is used',
			paragraphs: ['Raise it.'],
			name: 'warning of November',
		};
		expect(await sendMail(client, mail)).toEqual({ kind: 'sent' });
		expect(await sendMail(client, mail)).toEqual({ kind: 'sent' });
		expect(sandbox.brevo.admin.mailbox()).toMatchObject([{ subject: '80 % is used' }]);
	});

	test('a list is found again; account and attributes are read', async () => {
		expect(await findOrCreateList(client, { name: 'contacts', folder: 'Salesforce' })).toEqual({
			id: listId,
			created: false,
		});
		expect(await searchLists(client, { search: 'cont' })).toHaveLength(1);
		expect(await getList(client, 999)).toBeUndefined();
		expect((await getAccount(client)).organizationId).not.toBe('');
		expect((await listAttributes(client)).map(({ name }) => name)).toContain('LASTNAME');
	});

	test('a contact is created, updated, renamed with its opt-out kept, and deleted', async () => {
		const options = { linked: false, listIds: [listId] };
		expect(await upsertContact(client, person(1), options)).toMatchObject({ how: 'created' });
		expect(await upsertContact(client, person(1), options)).toMatchObject({ how: 'updated' });
		sandbox.brevo.admin.edit({ email: 'person1@example.com', emailBlacklisted: true });
		const renamed = person(1, { email: 'new@example.com' });
		expect(await upsertContact(client, renamed, { ...options, linked: true })).toMatchObject({
			how: 'updated',
		});
		expect(await getContact(client, String(renamed.ext_id), 'ext_id')).toMatchObject({
			email: 'new@example.com',
			emailBlacklisted: true,
			listIds: [listId],
		});
		expect(await deleteContact(client, String(renamed.ext_id))).toEqual({ kind: 'deleted' });
		expect(await deleteContact(client, String(renamed.ext_id))).toEqual({ kind: 'already-gone' });
	});

	test('a taken phone or address is a duplicate and nothing is merged', async () => {
		const options = { linked: false, listIds: [listId] };
		await upsertContact(client, person(1), options);
		await upsertContact(client, person(2), options);
		const phoneOfOne = person(3, { attributes: { SMS: '33612345601' } });
		expect(await upsertContact(client, phoneOfOne, options)).toEqual({
			kind: 'duplicate',
			identifiers: ['SMS'],
		});
		const addressOfOne = person(2, { email: 'person1@example.com' });
		const renamed = await upsertContact(client, addressOfOne, { ...options, linked: true });
		expect(renamed).toEqual({ kind: 'duplicate', identifiers: ['email'] });
		expect(sandbox.brevo.admin.contacts({})).toHaveLength(2);
	});

	test('members come and go; what is out already is no error', async () => {
		await upsertContact(client, person(1), { linked: false, listIds: [] });
		const [extId, unknown] = [String(person(1).ext_id), String(person(2).ext_id)];
		expect(await addToList(client, listId, [extId, unknown])).toEqual({
			added: [extId],
			notAdded: [unknown],
		});
		expect(await removeFromList(client, listId, [extId, unknown])).toEqual({
			removed: [extId],
			alreadyOut: [unknown],
		});
		expect(await removeFromList(client, listId, [extId])).toEqual({
			removed: [],
			alreadyOut: [extId],
		});
	});

	test('an import of 120 rows tells which were turned away, and why when sent again', async () => {
		await upsertContact(client, person(99), { linked: false, listIds: [listId] });
		const contacts = Array.from({ length: 120 }, (_, n) => {
			if (n === 7 || n === 70) return person(n, { email: `nonsense ${n}`, attributes: {} });
			if (n === 50) return person(n, { attributes: { SMS: '33612345699' } });
			return person(n, { attributes: { LASTNAME: `Name "${n}"; 'x'` } });
		}).filter((_, n) => n !== 99);
		const results = await importContacts(client, contacts, { listIds: [listId], download: http });
		const away = results.flatMap((result, at) =>
			result.kind === 'rejected' ? [[contacts[at]?.ext_id, result.by]] : [],
		);
		expect(away).toEqual([
			[person(7).ext_id, 'invalid_emails'],
			[person(50).ext_id, 'duplicate_phone_id'],
			[person(70).ext_id, 'invalid_emails'],
		]);
		expect(results.filter(({ kind }) => kind === 'written')).toHaveLength(116);
		expect(await getList(client, listId)).toMatchObject({ uniqueSubscribers: 117 });
		const again = await redrive(
			client,
			[contacts[7], contacts[50]].flatMap((contact) =>
				contact ? [{ contact, linked: false, listIds: [listId] }] : [],
			),
		);
		expect(again).toMatchObject([
			{ kind: 'refused', code: 'invalid_parameter' },
			{ kind: 'duplicate', identifiers: ['SMS'] },
		]);
	});
});

test('the referee sees what is wrong', () => {
	if (!hasSpec) return;
	const own = new BrevoReferee();
	const request = (method: string, path: string, body?: object) => ({
		method,
		path: `/v3/${path.split('?')[0] ?? ''}`,
		query: new URLSearchParams(path.split('?')[1] ?? ''),
		headers: {},
		body: Buffer.from(body ? JSON.stringify(body) : ''),
		origin: '',
	});
	own.judge(request('POST', 'contacts', { email: 1, mail: 'x' }), {
		status: 201,
		body: { id: 'x' },
	});
	own.judge(request('GET', 'contacts?limit=many&colour=red'), { status: 200, body: {} });
	own.judge(request('GET', 'contacts/lists/1'), { status: 418, body: {} });
	own.judge(request('GET', 'nothing'), { status: 200 });
	expect(own.violations.map((text) => text.replace(/\s+/g, ' '))).toEqual([
		expect.stringContaining('request /email must be string'),
		expect.stringContaining('has mail, which is not described'),
		expect.stringContaining('answer 201 /id must be integer'),
		expect.stringContaining('parameter limit'),
		expect.stringContaining('parameter colour is unknown'),
		expect.stringContaining("must have required property 'contacts'"),
		expect.stringContaining('answer 418 is not described'),
		expect.stringContaining('not in the description'),
	]);
});
