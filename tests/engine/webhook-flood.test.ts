import { BACK, backTemplate, INTEGRATION, Scene, STREAM } from './scene.ts';

const PEOPLE = 1_000;
const A_SECOND = 50;
const SECONDS = 3;
const EVENTS = 500;
const EDITED = 3;
/** Longer than the test: the flood is to be cleared by one poll. */
const INTERVAL_S = 60;

describe('a flood of webhooks', () => {
	let scene: Scene;
	beforeEach(async () => {
		scene = await Scene.open();
	});
	afterEach(async () => {
		await scene.close();
	});

	/** The full comparison of a day comes last in a round. */
	const isRoundOver = async (): Promise<boolean> =>
		await scene.withLedger(
			async ({ cache }) => (await cache.get(`compared|${STREAM}`)) !== undefined,
		);

	const hints = async (): Promise<string[]> =>
		await scene.withLedger(async (ledger) =>
			(await ledger.hints.pending(STREAM, 1_000_000)).map(({ recordId }) => recordId),
		);

	it('50 a second of 500 events each: no call for any, a line in the ledger for each contact, and every edit arrives', async () => {
		const { sandbox, engine } = scene;
		sandbox.salesforce.admin.generate({ count: PEOPLE, days: 0 });
		await scene.sync();
		const ids = await scene.withLedger(
			async ({ links }) => await links.ids(INTEGRATION, '', 5_000),
		);
		expect(ids.length).toBeGreaterThanOrEqual(PEOPLE);
		await engine.hook(backTemplate(), BACK, 'create');
		const answer = await fetch(`${sandbox.origin}/v3/webhooks?type=marketing`, {
			headers: { 'api-key': scene.brevoKey },
		});
		const { webhooks } = (await answer.json()) as {
			webhooks: Array<{ headers: Array<{ key: string; value: string }> }>;
		};
		const secret = Object.fromEntries(
			webhooks.flatMap(({ headers }) => headers.map(({ key, value }) => [key, value])),
		);
		const edited = ids.slice(0, EDITED);
		for (const ext_id of edited)
			sandbox.brevo.admin.edit({ ext_id, attributes: { LASTNAME: 'Flooded' } });
		let named = 0;
		/** Of a contact that we know, by turns, and each tenth of somebody else. */
		const event = () => {
			named += 1;
			const isStranger = named % 10 === 0;
			return isStranger
				? { event: 'contact_updated', content: [{ email: `stranger${named}@example.com` }] }
				: { event: 'contact_updated', ext_id: ids[named % ids.length] };
		};
		sandbox.log.reset();
		for (let second = 0; second < SECONDS; second += 1) {
			const answers = await Promise.all(
				Array.from({ length: A_SECOND }, async () =>
					engine.knock(backTemplate(), BACK, {
						headers: { 'content-type': 'application/json', ...secret },
						body: Array.from({ length: EVENTS }, event),
					}),
				),
			);
			expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
		}
		expect(sandbox.log.total('brevo') + sandbox.log.total('salesforce')).toBe(0);
		expect((await hints()).sort()).toEqual(['', ...ids].sort());
		await scene.syncBack(
			isRoundOver,
			backTemplate({ [BACK]: { options: { interval: INTERVAL_S } } }),
		);
		expect(await hints()).toEqual([]);
		// Two pages of contacts that changed and two of all; the three, and nobody else, are written.
		expect(sandbox.log.routes()).toEqual({
			'GET /v3/contacts': 4,
			'GET /services/data/v67.0/queryAll': 1,
			'PATCH /services/data/v67.0/composite/sobjects': 1,
		});
		const { admin } = sandbox.salesforce;
		const names = admin.records({ object: 'Contact', ids: edited }).map(({ LastName }) => LastName);
		expect(names).toEqual(edited.map(() => 'Flooded'));
	});
});
