import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Builtins, startBuiltins } from '../../bench/builtins.ts';
import {
	contactUpdated,
	copyAll,
	inARow,
	manualStart,
	node,
	readContacts,
	upsertContacts,
} from '../../bench/rival-workflows.ts';
import { installN8n } from '../../n8n-host/install.ts';
import type { WorkflowTemplate } from '../../n8n-host/n8n.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

type Json = Readonly<Record<string, unknown>>;

/** Contacts of the sample organisation, and more than two pages of a query in all. */
const SAMPLE = 20;
const MORE = 4_500;

/** n8n's own nodes were written against the real services: what they need, the sandbox must have. */
describe("n8n's built-in nodes, unchanged, against the sandbox", () => {
	const userFolder = mkdtempSync(path.join(tmpdir(), 'builtin-nodes-'));
	let sandbox: Sandbox;
	let builtins: Builtins;

	beforeAll(async () => {
		sandbox = await startSandbox();
		sandbox.brevo.admin.setLimits({ off: true });
		const { privateKey } = sandbox.salesforce.admin.jwtKey({}) as { privateKey: string };
		const { origin } = sandbox;
		const hostDir = await installN8n();
		builtins = await startBuiltins({ origin, privateKey, hostDir, userFolder });
	});
	afterAll(async () => {
		await builtins.close();
		await sandbox.close();
		rmSync(userFolder, { recursive: true, force: true });
	});

	/** Runs a workflow from its start; what its last node put out. */
	async function run(workflow: WorkflowTemplate): Promise<Json[]> {
		const { id } = await builtins.save(workflow);
		const { data } = await builtins.n8n.test(id, manualStart.name);
		const { runData, lastNodeExecuted = '', error } = data.resultData;
		expect(error).toBeUndefined();
		const [items] = runData[lastNodeExecuted]?.[0]?.data?.['main'] ?? [];
		return (items ?? []).map(({ json }) => json);
	}

	const salesforce = (operation: string, parameters = {}): ReturnType<typeof node> =>
		node('Salesforce', 'salesforce', 1.1, {
			authentication: 'jwt',
			resource: 'contact',
			operation,
			...parameters,
		});
	const brevo = (operation: string, parameters = {}): ReturnType<typeof node> =>
		node('Brevo', 'sendInBlue', 1, { resource: 'contact', operation, ...parameters });
	const inBrevo = (email: string): Json => sandbox.brevo.admin.contact({ email });
	const sample = (): Json | undefined =>
		sandbox.salesforce.admin
			.records({ object: 'Contact' })
			.find(({ Email }) => Email === 'rose@edge.com');

	test('the contacts of Salesforce are copied to Brevo, one call each', async () => {
		sandbox.log.reset();
		expect(await run(copyAll())).toHaveLength(SAMPLE);
		expect(inBrevo('rose@edge.com')).toMatchObject({
			attributes: { FIRSTNAME: 'Rose', LASTNAME: 'Gonzalez' },
			listIds: [],
		});
		expect(sandbox.log.counts()).toEqual({
			salesforce: { login: 1, api: 1 },
			brevo: { contacts: SAMPLE },
		});
	});

	test('Salesforce creates, reads, changes and deletes a contact', async () => {
		const [created] = await run(
			inARow('Create', [manualStart, salesforce('create', { lastname: 'Builtin' })]),
		);
		const contactId = created?.['id'];
		const change = { contactId, updateFields: { lastName: 'Changed' } };
		await run(inARow('Update', [manualStart, salesforce('update', change)]));
		const [read] = await run(inARow('Get', [manualStart, salesforce('get', { contactId })]));
		expect(read).toMatchObject({ Id: contactId, LastName: 'Changed' });
		await run(inARow('Delete', [manualStart, salesforce('delete', { contactId })]));
		expect(sandbox.salesforce.admin.records({ object: 'Contact' })).toHaveLength(SAMPLE);
	});

	test('Salesforce finds contacts by a condition, and reads over the pages of a query', async () => {
		const condition = { field: 'LastName', operation: 'equal', value: 'Gonzalez' };
		const found = await run(inARow('Find', [manualStart, readContacts([condition])]));
		expect(found).toMatchObject([{ Email: 'rose@edge.com' }]);
		sandbox.salesforce.admin.load({ contacts: MORE });
		const all = await run(inARow('All', [manualStart, readContacts()]));
		expect(new Set(all.map(({ Id }) => Id)).size).toBe(SAMPLE + MORE);
	});

	test('Brevo creates, reads, changes, lists and deletes a contact', async () => {
		const identifier = 'builtin@example.com';
		await run(inARow('Create', [manualStart, brevo('create', { email: identifier })]));
		const values = [{ fieldName: 'LASTNAME', fieldValue: 'Changed' }];
		const change = { identifier, updateAttributes: { updateAttributesValues: values } };
		await run(inARow('Update', [manualStart, brevo('update', change)]));
		const [read] = await run(inARow('Get', [manualStart, brevo('get', { identifier })]));
		expect(read).toMatchObject({ email: identifier, attributes: { LASTNAME: 'Changed' } });
		const all = await run(inARow('All', [manualStart, brevo('getAll', { returnAll: true })]));
		expect(all.map(({ email }) => email)).toContain(identifier);
		await run(inARow('Delete', [manualStart, brevo('delete', { identifier })]));
		expect(inBrevo(identifier)).toEqual({ found: false });
	});

	test('Salesforce Trigger starts for a contact that was changed', async () => {
		const workflow = await builtins.save(inARow('Changes', [contactUpdated, upsertContacts()]));
		// It looks when it is published and then once a minute; so it is published twice.
		await builtins.n8n.publish(workflow);
		sandbox.salesforce.admin.update({
			object: 'Contact',
			id: String(sample()?.['Id']),
			values: { LastName: 'Triggered' },
		});
		await builtins.n8n.unpublish(workflow.id);
		await builtins.n8n.publish(workflow);
		for (let tries = 0; tries < 100 && !isRenamed(); tries += 1) await sleep(100);
		expect(inBrevo('rose@edge.com')).toMatchObject({ attributes: { LASTNAME: 'Triggered' } });
		await builtins.n8n.unpublish(workflow.id);
	});
	const isRenamed = (): boolean =>
		(inBrevo('rose@edge.com')['attributes'] as Json)['LASTNAME'] === 'Triggered';

	test('Brevo Trigger starts for an unsubscription, and takes its webhook away again', async () => {
		const trigger = node('Brevo Trigger', 'sendInBlueTrigger', 1, {
			type: 'marketing',
			events: ['unsubscribed'],
		});
		const nodes = [{ ...trigger, webhookId: randomUUID() }, upsertContacts()];
		const workflow = await builtins.save(inARow('Unsubscriptions', nodes));
		await builtins.n8n.publish(workflow);
		const webhooks = (): unknown => (sandbox.brevo.admin.state() as Json)['webhooks'];
		expect(webhooks()).toBe(1);
		sandbox.brevo.admin.create({ email: 'leaves@example.com' });
		sandbox.brevo.admin.edit({ email: 'leaves@example.com', emailBlacklisted: true });
		const started = async (): Promise<boolean> =>
			(await builtins.n8n.executions(workflow.id)).some(({ mode }) => mode === 'webhook');
		for (let tries = 0; tries < 100 && !(await started()); tries += 1) await sleep(100);
		expect(await started()).toBe(true);
		await builtins.n8n.unpublish(workflow.id);
		for (let tries = 0; tries < 100 && webhooks() !== 0; tries += 1) await sleep(100);
		expect(webhooks()).toBe(0);
	});

	test('the credentials are good by their own tests', async () => {
		for (const type of ['salesforceJwtApi', 'sendInBlueApi'] as const) {
			expect(await builtins.testCredential(type)).toMatchObject({ status: 'OK' });
		}
	});

	test('nothing but Salesforce and Brevo was asked for through the proxy', () => {
		expect(builtins.proxy.refused).toEqual([]);
	});
});
