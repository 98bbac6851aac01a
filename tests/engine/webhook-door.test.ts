import { rmSync, writeFileSync } from 'node:fs';
import { Person } from './person.ts';
import { BACK, backTemplate, Scene, STREAM } from './scene.ts';

type Values = Record<string, unknown>;
type Headers = Readonly<Record<string, string>>;

interface Webhook {
	readonly url: string;
	readonly events: readonly string[];
	readonly headers: ReadonlyArray<{ readonly key: string; readonly value: string }>;
}

describe('the door that Brevo knocks at', () => {
	let scene: Scene;
	let person: Person;
	let secret: Headers;
	beforeEach(async () => {
		scene = await Scene.open();
		await scene.sync();
		person = new Person(scene);
		await scene.engine.hook(backTemplate(), BACK, 'create');
		const [webhook] = await registered();
		secret = Object.fromEntries(webhook?.headers.map(({ key, value }) => [key, value]) ?? []);
	});
	afterEach(async () => {
		await scene.close();
	});

	/** As Brevo lists them. */
	const registered = async (): Promise<Webhook[]> => {
		const answer = await fetch(`${scene.sandbox.origin}/v3/webhooks?type=marketing`, {
			headers: { 'api-key': scene.brevoKey },
		});
		const { webhooks = [] } = (await answer.json()) as { webhooks?: Webhook[] };
		return webhooks;
	};
	const knock = async (body: unknown, headers: Headers = {}) =>
		await scene.engine.knock(backTemplate(), BACK, {
			headers: { 'content-type': 'application/json', ...secret, ...headers },
			body,
		});
	const hints = async (): Promise<string[]> =>
		await scene.withLedger(async (ledger) =>
			(await ledger.hints.pending(STREAM, 1_000)).map(({ recordId }) => recordId),
		);
	const updated = (more: Values = {}): Values => ({
		event: 'contact_updated',
		id: 139911,
		content: [{ email: person.inBrevo['email'], attributes: {} }],
		...more,
	});

	it('is registered once with its events and a secret, and is removed again', async () => {
		await scene.engine.hook(backTemplate(), BACK, 'create');
		const webhooks = await registered();
		expect(webhooks).toHaveLength(1);
		expect([...(webhooks[0]?.events ?? [])].sort()).toEqual([
			'contactDeleted',
			'contactUpdated',
			// The two that blocklist.
			'hardBounce',
			'listAddition',
			'spam',
			'unsubscribed',
		]);
		expect(Object.values(secret)[0]?.length).toBeGreaterThanOrEqual(32);
		await scene.engine.hook(backTemplate(), BACK, 'delete');
		expect(await registered()).toEqual([]);
	});

	it('an event leaves the id of its record, and nothing of its values', async () => {
		const answer = await knock(updated());
		expect(answer).toEqual({ status: 200, body: { received: 1 } });
		expect(await hints()).toEqual([person.id]);
	});

	it('500 events in one body are one request', async () => {
		const answer = await knock(Array.from({ length: 500 }, () => updated()));
		expect(answer).toEqual({ status: 200, body: { received: 500 } });
		expect(await hints()).toEqual([person.id]);
	});

	it('an event of a contact that nobody knows asks for one look at what changed', async () => {
		const stranger = { content: [{ email: 'stranger@example.com', attributes: {} }] };
		await knock([updated(stranger), updated(stranger)]);
		expect(await hints()).toEqual(['']);
	});

	it.each<{ readonly name: string; readonly body: unknown; readonly left: readonly string[] }>([
		{ name: 'an empty body', body: {}, left: [] },
		{ name: 'a text', body: 'contact_updated', left: [] },
		{ name: 'a list of nothing', body: [null, 7, []], left: [] },
		// Brevo may have new names: one look is cheap.
		{ name: 'an unknown event', body: { event: 'moon_landing', email: 'a@b.c' }, left: [''] },
		{ name: 'a name of the language', body: { event: '__proto__', constructor: 1 }, left: [''] },
	])('$name is answered with 200 and moves no record', async ({ body, left }) => {
		expect((await knock(body)).status).toBe(200);
		expect(await hints()).toEqual(left);
	});

	it.each([
		{ name: 'without the secret', headers: () => blank(secret), status: 403 },
		{ name: 'with another secret', headers: () => altered(secret), status: 403 },
		{ name: 'as a form', headers: () => ({ 'content-type': 'text/plain' }), status: 415 },
	])('$name nobody comes in', async ({ headers, status }) => {
		expect((await knock(updated(), headers())).status).toBe(status);
		expect(await hints()).toEqual([]);
	});

	it('a body that is too large is not read: one look at what changed takes its place', async () => {
		await knock(updated(), { 'content-length': '5000001' });
		expect(await hints()).toEqual(['']);
	});

	it('while the ledger cannot be used, Brevo is asked to come again', async () => {
		const path = String(process.env['CONTACT_SYNC_LEDGER']);
		process.env['CONTACT_SYNC_LEDGER'] = `${path}.txt`;
		writeFileSync(`${path}.txt`, 'no database, but a text that is longer than its header would be');
		const answer = await knock(updated());
		process.env['CONTACT_SYNC_LEDGER'] = path;
		rmSync(`${path}.txt`);
		expect(answer.status).toBe(429);
	});
});

const altered = (headers: Headers): Headers =>
	Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, `x${value.slice(1)}`]));
const blank = (headers: Headers): Headers =>
	Object.fromEntries(Object.keys(headers).map((key) => [key, '']));
