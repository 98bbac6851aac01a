import crypto from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Person } from './person.ts';
import { BACK, backTemplate, Scene, STREAM } from './scene.ts';

/* What a stranger on the internet, or a Brevo out of order, can do at the webhook. */

type Headers = Readonly<Record<string, string>>;

const SECRET_HEADER = 'x-contact-sync-secret';
const JSON_TYPE = 'application/json; charset=utf-8';

describe('the webhook', () => {
	let scene: Scene;
	let person: Person;
	let secret: string;
	beforeEach(async () => {
		scene = await Scene.open();
		await scene.sync();
		person = new Person(scene);
		await scene.engine.hook(backTemplate(), BACK, 'create');
		const answer = await fetch(`${scene.sandbox.origin}/v3/webhooks?type=marketing`, {
			headers: { 'api-key': scene.brevoKey },
		});
		const { webhooks } = (await answer.json()) as {
			webhooks: Array<{ headers: Array<{ key: string; value: string }> }>;
		};
		secret = webhooks[0]?.headers.find(({ key }) => key === SECRET_HEADER)?.value ?? '';
	});
	afterEach(async () => {
		jest.restoreAllMocks();
		await scene.close();
	});

	const updated = () => ({
		event: 'contact_updated',
		content: [{ email: person.inBrevo['email'], attributes: {} }],
	});
	const knock = async (headers: Headers, body: unknown = updated(), bytes = 0) =>
		await scene.engine.knock(backTemplate(), BACK, {
			headers: { 'content-type': JSON_TYPE, ...headers },
			body,
			bytes,
		});
	const genuine = async (body?: unknown, headers: Headers = {}, bytes = 0) =>
		await knock({ [SECRET_HEADER]: secret, ...headers }, body, bytes);
	const hints = async (): Promise<string[]> =>
		await scene.withLedger(async (ledger) =>
			(await ledger.hints.pending(STREAM, 1_000)).map(({ recordId }) => recordId),
		);

	it('lets nobody in without the whole secret, and says nothing of it', async () => {
		expect(secret).toMatch(/^[0-9a-f]{64}$/);
		const wrong = `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`;
		const forgeries = [
			{},
			...[
				'',
				' ',
				secret.slice(0, -1),
				`${secret}0`,
				wrong,
				secret.toUpperCase(),
				`${secret}, x`,
			].map((given) => ({ [SECRET_HEADER]: given })),
			// In the address or the body it is not where it belongs.
			{ authorization: secret },
		];
		for (const headers of forgeries) {
			const { status, body } = await knock(headers, { ...updated(), [SECRET_HEADER]: secret });
			expect([headers, status]).toEqual([headers, 403]);
			expect(JSON.stringify(body)).not.toContain(secret.slice(0, 8));
		}
		expect(await hints()).toEqual([]);
	});

	it('compares the secret in constant time', async () => {
		const compare = jest.spyOn(crypto, 'timingSafeEqual');
		await knock({ [SECRET_HEADER]: secret.replaceAll(/./g, 'x') });
		expect(compare).toHaveBeenCalledTimes(1);
		const [[left, right] = []] = compare.mock.calls;
		expect([left?.byteLength, right?.byteLength]).toEqual([64, 64]);
	});

	it('turns strangers away without opening the ledger, once it has been asked by Brevo', async () => {
		expect((await genuine()).status).toBe(200);
		// Nobody can open this.
		const path = String(process.env['CONTACT_SYNC_LEDGER']);
		const ledger = readFileSync(path);
		writeFileSync(path, 'no ledger, but a longer text than its header');
		expect((await genuine()).status).toBe(429);
		for (let n = 0; n < 1_000; n += 1)
			expect((await knock({ [SECRET_HEADER]: `forged ${n}` })).status).toBe(403);
		writeFileSync(path, ledger);
	});

	it.each([
		'text/plain',
		'text/plain; application/json',
		'multipart/form-data; boundary=application/json',
		'application/x-www-form-urlencoded',
		'application/jsonp',
		'',
	])('takes no %j, not even from Brevo', async (type) => {
		expect((await genuine(updated(), { 'content-type': type })).status).toBe(415);
		expect(await hints()).toEqual([]);
	});

	it.each(['application/json', 'APPLICATION/JSON', JSON_TYPE])('takes %j', async (type) => {
		expect((await genuine(updated(), { 'content-type': type })).status).toBe(200);
		expect(await hints()).toEqual([person.id]);
	});

	it.each([
		{ name: 'whatever its header says', headers: { 'content-length': '10' } },
		{ name: 'sent in chunks', headers: { 'transfer-encoding': 'chunked' } },
		{ name: 'unpacked', headers: { 'content-encoding': 'gzip', 'content-length': '9000' } },
	])(
		'a body of more than 5 MB, $name, is not looked through: one look at what changed',
		async ({ headers }) => {
			expect((await genuine(updated(), headers, 5_000_001)).status).toBe(200);
			expect(await hints()).toEqual(['']);
		},
	);

	it('a body that names more contacts than Brevo would is one look at what changed', async () => {
		const email = Array.from({ length: 1_001 }, (_, n) => `n${n}@example.com`);
		expect((await genuine({ event: 'contact_deleted', email })).status).toBe(200);
		expect(await hints()).toEqual(['']);
	});

	it('a body nested without end is no event', async () => {
		const deep = JSON.parse(
			`{"event":"x","content":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
		) as object;
		expect((await genuine(deep)).status).toBe(200);
		expect(await hints()).toEqual(['']);
	});

	it('what an event says is never written: a forged value reaches neither side', async () => {
		const forged = {
			event: 'contact_updated',
			content: [
				{
					email: person.inBrevo['email'],
					ext_id: person.id,
					attributes: { LASTNAME: 'Forged', EXT_ID: person.id },
					emailBlacklisted: true,
				},
			],
			email: 'forged@example.com',
		};
		await genuine(forged);
		await scene.syncBack(async () => (await hints()).length === 0);
		expect(person.record['LastName']).toBe('Young');
		expect(person.record['HasOptedOutOfEmail']).toBe(false);
		expect(person.attribute('LASTNAME')).toBe('Young');
	});
});
