/** @jest-environment-options {"anew": true} */
import './log-all.ts';
import {
	everything,
	executionsOf,
	found,
	LATER,
	NOTHING,
	PERSON,
	Planted,
	shown,
	VALUES,
} from './planted.ts';
import { BACK, backTemplate, STREAM } from './scene.ts';

/** What goes well, and whether the probe that all of these tests use finds anything. */
describe('secrets and contact values', () => {
	let planted: Planted;
	beforeEach(async () => {
		planted = await Planted.open();
	});
	afterEach(async () => {
		await planted.close();
	});

	it('stay where they belong when all goes well, in both directions', async () => {
		const { scene, id } = planted;
		const there = await planted.round();
		expect(scene.contacts().map(({ email }) => email)).toContain(PERSON.Email);
		await planted.nothingLeaks(there);
		scene.sandbox.brevo.admin.edit({ ext_id: id, attributes: LATER });
		await scene.hint(id);
		const back = await planted.round(backTemplate(), BACK);
		expect(scene.sandbox.salesforce.admin.records({ object: 'Contact', ids: [id] })).toMatchObject([
			{ LastName: LATER.LASTNAME },
		]);
		await planted.nothingLeaks(back);
	});

	it('the probe finds what is planted: these tests can fail', async () => {
		const seen = await planted.round();
		const [key = '', clientSecret = '', token = '', webhook = ''] = await planted.secrets();
		expect([key, clientSecret, token, webhook].every((secret) => secret.length > 8)).toBe(true);
		// n8n's own log arrives here, down to the level that tells most.
		expect(planted.logged.join('')).toContain('Running node "Salesforce Contact Trigger" started');

		planted.logged.push(PERSON.LastName, token);
		expect((await planted.leaks(seen))['logs']).toEqual([token, PERSON.LastName]);
		const cause = new Error('of it', { cause: new Error(`${key} ${PERSON.Email}`) });
		const failed = [new Error('It failed', { cause })];
		expect((await planted.leaks({ ...seen, failed }))['errors']).toEqual(
			expect.arrayContaining([key, PERSON.Email]),
		);
		await planted.scene.withLedger(async ({ cache }) => {
			await cache.set('planted', `${webhook} ${PERSON.Title}`, 60_000);
		});
		expect((await planted.leaks(seen))['ledger']).toEqual([webhook, PERSON.Title]);
		// The values are in the items, so a secret beside them would be seen too.
		expect(found(executionsOf(seen.runs), [PERSON.Email, PERSON.Title])).toHaveLength(2);
		expect(found(everything(shown(new Error(clientSecret))), [clientSecret])).toHaveLength(1);
	});

	it('a webhook brings values: they stay outside', async () => {
		const { scene } = planted;
		await planted.round();
		const secret = await planted.webhookSecret();
		const body = {
			event: 'contact_updated',
			content: [{ email: PERSON.Email, attributes: { ...LATER, ...PERSON } }],
		};
		const statuses = [];
		for (const given of [secret, 'forged']) {
			const headers = { 'content-type': 'application/json', 'x-contact-sync-secret': given };
			const answer = await scene.engine.knock(backTemplate(), BACK, { headers, body });
			statuses.push(answer.status);
			expect(found(JSON.stringify(answer.body), [...VALUES, secret])).toEqual([]);
		}
		expect(statuses).toEqual([200, 403]);
		expect(
			await scene.withLedger(async ({ hints }) => await hints.pending(STREAM, 9)),
		).toHaveLength(1);
		await planted.nothingLeaks(NOTHING);
	});
});
