import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { importCredentials, setStage, type Stage, template } from '../../demo/stage.ts';
import { accounted } from '../../demo/story.ts';
import type { CredentialRef, SavedWorkflow, WorkflowTemplate } from '../../n8n-host/n8n.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

type Json = Readonly<Record<string, unknown>>;

const LOGIN = { user: 'marketing', password: 'Contact-Sync-1' };
const LEADS = 'salesforce-leads-to-brevo-list.json';

const shipped = (file: string): WorkflowTemplate =>
	JSON.parse(
		readFileSync(path.join(__dirname, '../../templates', file), 'utf8'),
	) as WorkflowTemplate;

/** The templates around an integration, as they are shipped, in a real n8n beside it. */
describe('the templates of the desk', () => {
	let stage: Stage;
	let ledger: Ledger;
	let mail: MailServer;
	let credentials: readonly CredentialRef[];

	beforeAll(async () => {
		mail = await startMailServer();
		stage = await setStage({ say: () => undefined });
		ledger = await stage.ledger();
		credentials = [
			...(await importCredentials(stage.n8n(), stage.sandbox.origin)),
			await stage.n8n().importCredential({ name: 'Page', type: 'httpBasicAuth', data: LOGIN }),
			await stage.n8n().importCredential({
				name: 'Mail',
				type: 'smtp',
				data: { host: '127.0.0.1', port: mail.port, secure: false, disableStartTls: true },
			}),
		];
		await stage.n8n().publish(stage.workflow);
		await accounted(ledger, 0, 20);
	});
	afterAll(async () => {
		await ledger.close();
		await stage.close();
		await mail.close();
	});

	const load = async (workflow: WorkflowTemplate): Promise<SavedWorkflow> =>
		await stage.n8n().importWorkflow(workflow, credentials);

	/** Runs a workflow from its start; gives the items that a node put out, none when it did not run. */
	async function run({ id }: SavedWorkflow, start: string): Promise<(node: string) => Json[]> {
		const { data } = await stage.n8n().test(id, start);
		const { runData, error } = data.resultData;
		expect(error).toBeUndefined();
		return (node) =>
			(runData[node]?.[0]?.data?.['main']?.[0] ?? []).map(({ json }) => json as Json);
	}

	async function setLimit(how: INodeParameters): Promise<Json | undefined> {
		const place = { typeVersion: 1, position: [0, 0] as [number, number] };
		const workflow = await load({
			name: 'Set the limit',
			nodes: [
				{ ...place, name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
				{
					...place,
					name: 'Set',
					type: 'n8n-nodes-salesforce-brevo.contactSync',
					parameters: { operation: 'setLimit', ...how },
				},
			],
			connections: { Start: { main: [[{ node: 'Set', type: 'main', index: 0 }]] } },
		});
		return (await run(workflow, 'Start'))('Set')[0];
	}

	test('sync-dashboard shows the page to who has the password, and to nobody else', async () => {
		await stage.n8n().publish(await load(shipped('sync-dashboard.json')));
		const address = `${stage.n8n().origin}/webhook/contact-sync`;
		expect((await fetch(address)).status).toBe(401);
		const authorization = `Basic ${Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString('base64')}`;
		const answer = await fetch(address, { headers: { authorization } });
		expect(answer.status).toBe(200);
		expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
		expect(answer.headers.get('cache-control')).toBe('no-store');
		expect(answer.headers.get('x-frame-options')).toBe('DENY');
		// n8n lets no workflow set this header; the page brings its own policy.
		expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox /);
		const page = await answer.text();
		expect(page).toMatch(/^<!doctype html>/);
		expect(page).toMatch(/http-equiv="Content-Security-Policy" content="default-src /);
		expect(page).toContain('16 contacts in Brevo');
		expect(page).toContain(`href="${stage.n8n().origin}/workflow/${stage.workflow.id}"`);
	});

	test('quota-alert-to-email writes once a month, when the tasks run low', async () => {
		const alert = await load(shipped('quota-alert-to-email.json'));
		const quiet = await run(alert, 'Every morning');
		expect(quiet('Contact Sync')).toMatchObject([{ known: true, used: 16, limit: 100_000 }]);
		expect(mail.messages).toEqual([]);

		expect(await setLimit({ limitFrom: 'number', tasks: 18 })).toMatchObject({
			limit: 18,
			used: 16,
		});

		await run(alert, 'Every morning');
		expect(mail.messages).toHaveLength(1);
		const [message = ''] = mail.messages;
		expect(message).toMatch(/^Subject: Salesforce to Brevo: the tasks of this month run low$/m);
		expect(message.replaceAll(/=\n/g, '')).toMatch(
			/^16 of 18 tasks are used; a new month begins on/m,
		);
		await run(alert, 'Every morning');
		expect(mail.messages).toHaveLength(1);
		expect(await setLimit({ limitFrom: 'guard' })).toMatchObject({ limitBefore: 18 });
	});

	test('rejected-records-to-table keeps one row a record, and removes what is mended', async () => {
		const table = await load(shipped('rejected-records-to-table.json'));
		const first = await run(table, 'Every morning');
		expect(first('Write the row')).toHaveLength(4);
		expect(first('Write the row')).toContainEqual(
			expect.objectContaining({
				recordId: expect.stringMatching(/^003/),
				reason:
					'The record has neither an e-mail address nor a mobile number in the mapped fields.',
			}),
		);
		const mended = String(first('Write the row')[0]?.['recordId']);
		const values = { Email: 'mended@example.com' };
		stage.sandbox.salesforce.admin.update({ object: 'Contact', id: mended, values });
		stage.sandbox.clock.advance(2_000);
		await accounted(ledger, 20, 1);
		const second = await run(table, 'Every morning');
		expect(second('Write the row')).toHaveLength(3);
		expect(second('Remove what is mended')).toEqual([
			expect.objectContaining({ recordId: mended }),
		]);
		const third = await run(table, 'Every morning');
		expect(third('Write the row').map(({ id }) => id)).toEqual(
			second('Write the row').map(({ id }) => id),
		);
		expect(third('Remove what is mended')).toEqual([]);
	});

	test('salesforce-leads-to-brevo-list carries leads beside contacts', async () => {
		const leads = stage.sandbox.salesforce.admin.records({ object: 'Lead' });
		await stage.n8n().publish(await load(template(LEADS, {})));
		await accounted(ledger, 0, leads.length, 'Salesforce leads');
		const { written, rejected } = await ledger.pages.activity('Salesforce leads');
		expect(written).toBeGreaterThan(0);
		expect(written + rejected).toBe(leads.length);
	});
});
