import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from 'jsforce';
import { StreamingExtension } from 'jsforce/lib/api/streaming.js';
import { SALESFORCE_LOGIN } from '../../sandbox/salesforce-org/login.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

/** Stock jsforce with faye's own long polling: a client that nobody here wrote. */
const CHANNEL = '/data/ContactChangeEvent';
const NEW_ONLY = -1;
const ALL = -2;
const ROSE = '003dM00001vWOXJQA4';

interface Received {
	readonly payload: {
		readonly ChangeEventHeader: {
			readonly changeType: string;
			readonly recordIds: readonly string[];
			readonly changedFields: readonly string[];
			readonly changeOrigin: string;
			readonly commitTimestamp: number;
		};
	} & Readonly<Record<string, unknown>>;
	readonly event: { readonly replayId: number };
}

// faye goes on trying for a minute when its server is gone; that must not keep jest.
const original = global.setTimeout;
beforeAll(() => {
	const unreferenced = (...input: Parameters<typeof setTimeout>) => original(...input).unref();
	global.setTimeout = Object.assign(unreferenced, original);
});
afterAll(() => {
	global.setTimeout = original;
});

let sandbox: Sandbox;
let connection: Connection;
/** What faye has and jsforce’s types leave out. */
interface FayeClient {
	disconnect(): PromiseLike<unknown> | undefined;
}
const clients: FayeClient[] = [];

beforeEach(async () => {
	sandbox = await startSandbox();
	const { clientId, clientSecret } = SALESFORCE_LOGIN;
	connection = new Connection({
		loginUrl: sandbox.origin,
		instanceUrl: sandbox.origin,
		version: '67.0',
		oauth2: { clientId, clientSecret, loginUrl: sandbox.origin },
		callOptions: { client: 'somebody' },
	});
	await connection.authorize({ grant_type: 'client_credentials' });
});

afterEach(async () => {
	for (const client of clients.splice(0))
		// Without a session there is nothing to wait for.
		await Promise.race([client.disconnect()?.then(nothing, nothing), pause(500)]);
	await sandbox.close();
});

/** Subscribes and waits until Salesforce has confirmed; `failure` is what the extensions saw. */
async function listen(replayId: number, channel = CHANNEL) {
	const received: Received[] = [];
	const failures: unknown[] = [];
	const client = connection.streaming.createClient([
		new StreamingExtension.AuthFailure((failure: unknown) => failures.push(failure)),
		new StreamingExtension.Replay(channel, replayId),
	]);
	clients.push(client as unknown as FayeClient);
	const subscribed = client.subscribe(channel, (event: Received) => received.push(event));
	const outcome = await Promise.race([
		(subscribed as unknown as PromiseLike<unknown>).then(
			() => 'subscribed',
			(error: unknown) => (error as Error).message,
		),
		until(() => failures.length > 0).then(() => 'login failed'),
	]);
	return { received, failures, outcome };
}

async function until(isSo: () => boolean): Promise<void> {
	for (let tries = 0; tries < 500 && !isSo(); tries += 1) await pause(10);
	if (!isSo()) throw new Error(`Not so within 5 s: ${String(isSo)}`);
}

const nothing = (): void => undefined;

const state = () =>
	sandbox.salesforce.admin.streaming({}) as { readonly clients: number; readonly events: number };

const headers = (received: readonly Received[]) =>
	received.map(({ payload }) => payload.ChangeEventHeader);

test('jsforce is told of an edit while its long poll is open, with what changed and by whom', async () => {
	const { received, outcome } = await listen(NEW_ONLY);
	expect(outcome).toBe('subscribed');
	await connection.sobject('Contact').update({
		Id: ROSE,
		FirstName: 'Rosa',
		MobilePhone: null,
		MailingCity: 'Austin',
	});
	await until(() => received.length === 1);
	expect(received[0]).toMatchObject({
		schema: expect.any(String),
		payload: {
			Name: { FirstName: 'Rosa' },
			MobilePhone: null,
			MailingAddress: { City: 'Austin' },
			LastModifiedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
			ChangeEventHeader: {
				entityName: 'Contact',
				changeType: 'UPDATE',
				recordIds: [ROSE],
				changeOrigin: 'com/salesforce/api/rest/67.0;client=somebody',
				commitTimestamp: expect.any(Number),
			},
		},
		event: { replayId: expect.any(Number) },
	});
	expect([...(headers(received)[0]?.changedFields ?? [])].sort()).toEqual([
		'LastModifiedDate',
		'MailingAddress.City',
		'MobilePhone',
		'Name.FirstName',
	]);
	expect(received[0]?.payload).not.toHaveProperty('SystemModstamp');
});

test('creation, deletion, return from the recycle bin and merge each have their events', async () => {
	const { received } = await listen(NEW_ONLY);
	const { create, delete: remove, undelete, merge } = sandbox.salesforce.admin;
	const { id } = create({
		object: 'Contact',
		values: { LastName: 'New', Email: 'n@x.example' },
	}) as {
		id: string;
	};
	await until(() => received.length === 1);
	expect(received[0]?.payload).toMatchObject({ Name: { LastName: 'New' }, Email: 'n@x.example' });
	remove({ object: 'Contact', id });
	await until(() => received.length === 2);
	expect(Object.keys(received[1]?.payload ?? {})).toEqual(['ChangeEventHeader']);
	undelete({ object: 'Contact', id });
	await until(() => received.length === 3);
	merge({ object: 'Contact', winner: ROSE, losers: [id], values: { Title: 'Winner' } });
	await until(() => received.length === 5);
	expect(headers(received).map(({ changeType, recordIds }) => [changeType, ...recordIds])).toEqual([
		['CREATE', id],
		['DELETE', id],
		['UNDELETE', id],
		['UPDATE', ROSE],
		['DELETE', id],
	]);
	expect(headers(received)[0]?.changedFields).toEqual([]);
});

test('the same change of several records in one call is one event', async () => {
	const { received } = await listen(NEW_ONLY);
	const ids = (
		await connection.query<{ Id: string }>('SELECT Id FROM Contact LIMIT 3')
	).records.map(({ Id }) => Id);
	await connection.sobject('Contact').update(ids.map((Id) => ({ Id, Department: 'Same' })));
	await until(() => received.length === 1);
	expect(headers(received)[0]?.recordIds).toEqual(ids);
});

test('what a call took back has no event, and an edit that changes nothing has none', async () => {
	const { received } = await listen(NEW_ONLY);
	await connection.sobject('Contact').update(
		[
			{ Id: ROSE, Title: 'Taken back' },
			{ Id: ROSE, Email: 'no address' },
		],
		{ allOrNone: true },
	);
	sandbox.salesforce.admin.update({ object: 'Contact', id: ROSE, values: {} });
	sandbox.salesforce.admin.update({ object: 'Contact', id: ROSE, values: { Title: 'Kept' } });
	await until(() => received.length === 1);
	expect(received[0]?.payload).toMatchObject({ Title: 'Kept' });
});

test('jsforce gets what it missed: after an id, or all of the last 72 hours, and nothing older', async () => {
	const { update } = sandbox.salesforce.admin;
	const edit = async (title: string): Promise<void> => {
		update({ object: 'Contact', id: ROSE, values: { Title: title } });
		await Promise.resolve();
	};
	await edit('One');
	await edit('Two');
	const all = await listen(ALL);
	await until(() => all.received.length === 2);
	const first = all.received[0]?.event.replayId ?? 0;
	expect(all.received[1]?.event.replayId).toBeGreaterThan(first);
	const after = await listen(first);
	await until(() => after.received.length === 1);
	expect(after.received[0]?.payload).toMatchObject({ Title: 'Two' });
	sandbox.clock.advance(73 * 3_600_000);
	await connection.authorize({ grant_type: 'client_credentials' });
	const { outcome } = await listen(first);
	expect(outcome).toMatch(
		new RegExp(`400::The replayId \\{${first}\\} you provided was invalid\\. +Please provide`),
	);
});

test('an object that is not selected, or that does not exist, is refused as Salesforce does', async () => {
	sandbox.salesforce.admin.captureChanges({ object: 'Contact', on: false });
	// jsforce leaves the code out where the message is long.
	expect((await listen(NEW_ONLY)).outcome).toMatch(
		/User not allowed to subscribe CDC without required permissions$/,
	);
	expect((await listen(NEW_ONLY, '/data/NothingChangeEvent')).outcome).toMatch(
		/^400::The channel you requested to subscribe to does not exist/,
	);
	expect((await listen(NEW_ONLY, '/data/LeadChangeEvent')).outcome).toBe('subscribed');
});

// By plain HTTP: faye never ends once its handshake was denied.
test('an ended session is refused with Salesforce’s own reason', async () => {
	sandbox.salesforce.admin.expireSessions({});
	const response = await fetch(`${sandbox.origin}/cometd/67.0`, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			authorization: `Bearer ${connection.accessToken ?? ''}`,
		},
		body: JSON.stringify([{ channel: '/meta/handshake', version: '1.0' }]),
	});
	expect(await response.json()).toMatchObject([
		{
			channel: '/meta/handshake',
			successful: false,
			error: '403::Handshake denied',
			ext: { sfdc: { failureReason: '401::Authentication invalid' } },
			advice: { reconnect: 'none' },
		},
	]);
});

test('jsforce comes back by itself after the server has forgotten it', async () => {
	const { received } = await listen(NEW_ONLY);
	sandbox.salesforce.admin.dropClients({});
	let edits = 0;
	await until(() => {
		edits += 1;
		const values = { Title: `After ${edits}` };
		sandbox.salesforce.admin.update({ object: 'Contact', id: ROSE, values });
		return received.length > 0;
	});
});

test('gaps and overflows carry no fields, and an overflow no id', async () => {
	const { received } = await listen(NEW_ONLY);
	const { emitGap } = sandbox.salesforce.admin;
	emitGap({ object: 'Contact', changeType: 'GAP_UPDATE', ids: [ROSE] });
	emitGap({ object: 'Contact', changeType: 'GAP_OVERFLOW' });
	await until(() => received.length === 2);
	expect(headers(received).map(({ changeType, recordIds }) => [changeType, ...recordIds])).toEqual([
		['GAP_UPDATE', ROSE],
		['GAP_OVERFLOW', '000000000000000AAA'],
	]);
	expect(Object.keys(received[0]?.payload ?? {})).toEqual(['ChangeEventHeader']);
});

test('events can be lost, and a late commit is told of when it becomes visible', async () => {
	const { received } = await listen(NEW_ONLY);
	// Who has no long poll open is forgotten when the clock goes on.
	await pause(200);
	const { loseEvents, update, lateCommit } = sandbox.salesforce.admin;
	loseEvents({ events: 1 });
	update({ object: 'Contact', id: ROSE, values: { Title: 'Lost' } });
	await Promise.resolve();
	lateCommit({ object: 'Contact', values: { LastName: 'Late' }, seconds: 60 });
	await Promise.resolve();
	expect(state().events).toBe(0);
	sandbox.clock.advance(30_000);
	expect(received).toEqual([]);
	sandbox.clock.advance(31_000);
	await until(() => received.length === 1);
	expect(headers(received)).toMatchObject([{ changeType: 'CREATE' }]);
});

test('a long poll without events ends after its time; streaming costs no API requests', async () => {
	sandbox.salesforce.admin.streaming({ pollMs: 50 });
	await listen(NEW_ONLY);
	await until(() => (sandbox.log.counts()['salesforce']?.['streaming'] ?? 0) > 6);
	expect(sandbox.log.counts()['salesforce']?.['api']).toBeUndefined();
	expect(state().clients).toBe(1);
});
