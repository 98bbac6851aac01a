import { setImmediate as nextTurn } from 'node:timers/promises';
import { MOST_NEWS, News } from '../../sync/changes/news.ts';
import type { ChangeNews, StreamState } from '../../sync/salesforce/events/watch.ts';
import { watchChanges } from '../../sync/salesforce/events/watch.ts';
import { id } from './pump-org.ts';
import { scripted, type Step } from './salesforce-fake.ts';

const CHANNEL = '/data/ContactChangeEvent';
const answer = (...messages: object[]): Step => ({ status: 200, body: messages });
const done = (name: string, more: object = {}) => ({
	channel: `/meta/${name}`,
	successful: true,
	...more,
});
const HANDSHAKE = answer(done('handshake', { clientId: 'c1' }));
const SUBSCRIBED = answer(done('subscribe'));
const refused = (name: string, error: string, more: object = {}): Step =>
	answer({ channel: `/meta/${name}`, successful: false, error, ...more });
const event = (replayId: number, header: object) => ({
	channel: CHANNEL,
	data: {
		event: { replayId },
		payload: {
			ChangeEventHeader: {
				changeType: 'UPDATE',
				recordIds: [id(1)],
				commitTimestamp: 1_000,
				...header,
			},
		},
	},
});
const LOOK: ChangeNews = { kind: 'gap', ids: [], committedAt: 0, replayId: -1 };
const events = (...told: object[]): Step => answer(...told, done('connect'));

/** Listens until the script is used up. */
async function listen(steps: readonly Step[], replayFrom?: number) {
	const control = new AbortController();
	const { connection, requests, waits, left } = scripted([...steps, 'silence'], control.signal);
	const news: ChangeNews[] = [];
	const states: StreamState[] = [];
	const watching = watchChanges({
		connection,
		object: 'Contact',
		onNews: (told) => news.push(told),
		onState: (state) => states.push(state),
		random: () => 0.5,
		...(replayFrom !== undefined && { replayFrom }),
	});
	while (left.length > 0) await nextTurn();
	control.abort();
	await watching;
	const sent = requests
		.filter(({ url }) => url.includes('/cometd/'))
		.map(({ body }) => (JSON.parse(String(body)) as [Record<string, unknown>])[0]);
	const replays = sent
		.filter(({ channel }) => channel === '/meta/subscribe')
		.map(({ ext }) => (ext as { replay: Record<string, number> }).replay[CHANNEL]);
	return { news, states, requests, waits, sent, replays };
}

describe('listening for change events', () => {
	it('asks for new events only the first time, and after what was dealt with later', async () => {
		expect((await listen([HANDSHAKE, SUBSCRIBED])).replays).toEqual([-1]);
		expect((await listen([HANDSHAKE, SUBSCRIBED], 41)).replays).toEqual([41]);
	});

	it('has the poll look for what changed before it listened, unless events will tell', async () => {
		expect((await listen([HANDSHAKE, SUBSCRIBED])).news).toEqual([LOOK]);
		expect((await listen([HANDSHAKE, SUBSCRIBED], 41)).news).toEqual([]);
	});

	it('tells which records changed, and when', async () => {
		const { news, states } = await listen(
			[HANDSHAKE, SUBSCRIBED, events(event(42, { recordIds: [id(1), id(2), '003*'] })), events()],
			41,
		);
		expect(news).toEqual([
			{ kind: 'changed', ids: [id(1), id(2)], committedAt: 1_000, replayId: 42 },
		]);
		expect(states).toEqual([{ kind: 'listening' }]);
	});

	it('names no records of what it has written itself, of an overflow, and of what is no change event', async () => {
		const { news } = await listen(
			[
				HANDSHAKE,
				SUBSCRIBED,
				events(
					event(1, { changeOrigin: 'com/salesforce/api/rest/67.0;client=n8n-contact-sync' }),
					event(2, { changeType: 'GAP_OVERFLOW' }),
					event(3, { changeType: 'GAP_UPDATE' }),
					{ channel: CHANNEL, data: null },
					{ channel: '/data/LeadChangeEvent', data: {} },
				),
			],
			0,
		);
		expect(news.map(({ kind, ids, replayId }) => [replayId, kind, ids.length])).toEqual([
			[1, 'changed', 0],
			[2, 'overflow', 0],
			[3, 'gap', 1],
		]);
	});

	it('sends back the cookies that it got, also where a date in one holds a comma', async () => {
		const { requests } = await listen([
			{
				status: 200,
				body: [done('handshake', { clientId: 'c1' })],
				headers: {
					'set-cookie':
						'BAYEUX_BROWSER=b1; Path=/; Secure, lb=x-1; Expires=Wed, 06 May 2026 12:07:50 GMT, sfdc-stream=!a==; HttpOnly',
				},
			},
			SUBSCRIBED,
		]);
		expect(requests.map(({ headers }) => headers?.['cookie'])).toEqual([
			undefined,
			'BAYEUX_BROWSER=b1; lb=x-1; sfdc-stream=!a==',
			'BAYEUX_BROWSER=b1; lb=x-1; sfdc-stream=!a==',
		]);
	});

	it('begins a new session after its last event when the server has forgotten it', async () => {
		const { replays, waits, states } = await listen([
			HANDSHAKE,
			SUBSCRIBED,
			events(event(42, {})),
			refused('connect', '403::Unknown client', { advice: { reconnect: 'handshake' } }),
			HANDSHAKE,
			SUBSCRIBED,
		]);
		expect(replays).toEqual([-1, 42]);
		expect(waits).toEqual([0]);
		expect(states).toEqual([{ kind: 'listening' }]);
	});

	it('waits longer and longer while nobody answers, up to a minute', async () => {
		const { waits } = await listen([
			...Array<Step>(8).fill('no answer'),
			{ status: 503, body: '<html>' },
			HANDSHAKE,
		]);
		expect(waits).toEqual([750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000]);
	});

	it('goes on with new events when its last one is too old, and lets the poll find the rest', async () => {
		const { news, replays } = await listen(
			[
				HANDSHAKE,
				refused('subscribe', '400::The replayId {7} you provided was invalid.'),
				HANDSHAKE,
				SUBSCRIBED,
			],
			7,
		);
		expect(news).toEqual([LOOK]);
		expect(replays).toEqual([7, -1]);
	});

	it.each([
		[
			'403::User not allowed to subscribe CDC without View All',
			'User not allowed to subscribe (403)',
			'Change Data Capture',
		],
		[
			'403::Organization concurrent user limit exceeded',
			'Organization concurrent user limit exceeded (403)',
			'used up its events or clients',
		],
		// Whatever a server quotes is not repeated (promise I8).
		['403::Not for jane.doe@example.com', 'it refused them (403)', 'Change Data Capture'],
		['Bearer 00Dxx!secret is refused', 'it refused them', 'Change Data Capture'],
	])('says once what to do after "%s", and tries again in an hour', async (error, told, remedy) => {
		const refusal = refused('subscribe', error);
		const { states, waits } = await listen([HANDSHAKE, refusal, HANDSHAKE, refusal, HANDSHAKE]);
		expect(states).toHaveLength(1);
		expect(states[0]).toMatchObject({
			kind: 'unavailable',
			message: `Salesforce sends no change events: ${told}`,
			remedy: expect.stringContaining(remedy) as unknown,
		});
		expect(waits).toEqual([3_600_000, 3_600_000]);
	});
});

describe('what change events have told', () => {
	const told = (more: Partial<ChangeNews>): ChangeNews => ({
		kind: 'changed',
		ids: [],
		committedAt: Date.parse('2026-11-23T09:00:00Z'),
		replayId: 1,
		...more,
	});
	const OVERLAP = 600_000;

	it('names a record once, however often it changed, until it is taken', () => {
		const news = new News();
		news.note(told({ ids: ['a', 'b'] }), OVERLAP);
		news.note(told({ ids: ['a'] }), OVERLAP);
		expect(news.takeIds()).toEqual(['a', 'b']);
		expect(news.takeIds()).toEqual([]);
		news.putBack(['b']);
		expect(news.takeIds()).toEqual(['b']);
	});

	it('leaves a burst to the poll, which reads 2,000 a call', () => {
		const news = new News();
		const ids = Array.from({ length: MOST_NEWS + 1 }, (_, n) => id(n));
		news.note(told({ ids }), OVERLAP);
		expect(news.takeIds()).toEqual([]);
	});

	it('looks an overlap further back than a gap, an hour than an overflow, and only once', () => {
		const news = new News();
		news.note(told({ kind: 'gap' }), OVERLAP);
		expect(news.takeLookBack()).toBe('2026-11-23T08:50:00Z');
		news.note(told({ kind: 'gap' }), OVERLAP);
		news.note(told({ kind: 'overflow' }), OVERLAP);
		expect(news.takeLookBack()).toBe('2026-11-23T08:00:00Z');
		expect(news.takeLookBack()).toBeUndefined();
	});

	it('knows the state that went out from every other', () => {
		const news = new News();
		const record = { Id: id(1), SystemModstamp: '2026-11-23T09:00:00.000+0000', LastName: 'Young' };
		news.show([record]);
		expect(news.isShown({ ...record })).toBe(true);
		expect(news.isShown({ ...record, LastName: 'Elder' })).toBe(false);
		news.forget('2026-11-23T09:09:00Z', OVERLAP);
		expect(news.isShown(record)).toBe(true);
		news.forget('2026-11-23T09:11:00Z', OVERLAP);
		expect(news.isShown(record)).toBe(false);
	});
});
