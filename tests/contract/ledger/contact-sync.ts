import type { RecordOutcome } from '../../../sync/ledger/ledger.ts';
import { contactIntegration, DAY, salesforceId, START, useLedger, type Place } from './desk.ts';

const integration = 'Contacts';
const [a, b, c, d] = [1, 2, 3, 4].map(salesforceId) as [string, string, string, string];
const MINUTE = 60_000;

/** What Contact Sync asks of a ledger (sync/ledger/desk.ts). */
export function registerContactSyncTests(place: Place): void {
	const desk = useLedger(place);
	beforeEach(async () => {
		await desk.ledger.integrations.activate(contactIntegration);
	});

	const rejected = (recordId: string, limit = 'phone-digits'): RecordOutcome => ({
		...{ integration, recordId, limit },
		...{ outcome: 'rejected', field: 'MobilePhone', shape: 'text, 3 characters' },
	});
	const waits = (recordId: string, more: Partial<RecordOutcome> = {}): RecordOutcome => ({
		...{ integration, recordId, outcome: 'deferred', limit: 'quota-exhausted', dueAt: 0 },
		...more,
	});
	const link = (recordId: string, more: object = {}) => ({
		link: {
			...{ integration, recordId, brevoAccount: 'brevo-1', target: 't', fields: {} },
			...more,
		},
	});
	const due = async (room = true) =>
		await desk.ledger.pages.dueDeferred(integration, desk.clock.time, room, 10);
	/** Emits a page of these and lets it end like this. */
	const run = async (
		ids: readonly string[],
		outcomes: readonly RecordOutcome[],
		since?: ReadonlyMap<string, number>,
	): Promise<void> => {
		const { pages } = desk.ledger;
		const page = await pages.open(integration, 'changes', ids, since);
		await pages.record(outcomes.map((one) => ({ ...one, page: page.id })));
		await pages.acknowledge({ integration, page: page.id, seen: [] });
	};
	const written = (recordId: string): RecordOutcome => ({
		...{ integration, recordId, outcome: 'written' },
	});

	it('an acknowledged page is remembered as a run that adds up, a page under way is not', async () => {
		const { ledger, clock } = desk;
		await run([a, b, c], [written(a), rejected(b)]);
		clock.time += DAY;
		await ledger.pages.open(integration, 'deferred', [d]);
		await ledger.pages.open(integration, 'deferred', [d]);
		const all = { since: 0, until: START + 9 * DAY, most: 10 };
		const runs = await ledger.desk.runs(integration, all);
		expect(runs).toEqual([
			{
				...{ page: expect.any(String), kind: 'changes', attempts: 1, openedAt: START },
				...{ endedAt: START, read: 3, tasks: 0, written: 1, rejected: 1, excluded: 1 },
				...{ unchanged: 0, deferred: 0 },
			},
		]);
		expect(await ledger.desk.runs('Other', all)).toEqual([]);
		expect(await ledger.desk.runs(integration, { ...all, since: START + 1 })).toEqual([]);
		expect(await ledger.desk.runs(integration, { ...all, until: START })).toEqual([]);
		const page = await ledger.pages.open(integration, 'deferred', [d]);
		await ledger.pages.acknowledge({ integration, page: page.id, seen: [] });
		const [, second] = await ledger.desk.runs(integration, all);
		expect(second).toMatchObject({ attempts: 3, kind: 'deferred', excluded: 1 });
		expect(await ledger.desk.days(integration, START)).toEqual([
			expect.objectContaining({ day: START - (START % DAY), read: 3, written: 1 }),
			expect.objectContaining({ day: START + DAY - (START % DAY), read: 1, excluded: 1 }),
		]);
		expect(await ledger.desk.days(integration, START + DAY)).toHaveLength(1);
	});

	it('delays are counted by day and step, of written records alone', async () => {
		const { ledger, clock } = desk;
		const since = new Map([
			[a, START - 4_000],
			[b, START - 4_500],
			[c, START - MINUTE],
		]);
		await run([a, b, c, d], [written(a), written(b), rejected(c), written(d)], since);
		expect(await ledger.desk.delays(integration, START)).toEqual([
			{ day: START - (START % DAY), seconds: 5, records: 2 },
		]);
		clock.time += 10 * MINUTE;
		await run([a], [written(a)], new Map([[a, clock.time - 4_000]]));
		expect(await ledger.desk.delays(integration, START)).toMatchObject([{ records: 3 }]);
		expect(await ledger.desk.delays(integration, START + DAY)).toEqual([]);
	});

	it('a record that had to wait counts from when it began to', async () => {
		const { ledger, clock } = desk;
		await run([a, b], [waits(a), written(b)]);
		clock.time += 100 * MINUTE;
		const page = await ledger.pages.open(integration, 'deferred', [a]);
		await ledger.pages.record([{ ...written(a), page: page.id }]);
		await ledger.pages.acknowledge({ integration, page: page.id, seen: [] });
		expect(await ledger.desk.delays(integration, START)).toMatchObject([
			{ seconds: 7_200, records: 1 },
		]);
	});

	it('calls of an hour add up, and the latest word of the service stands', async () => {
		const { ledger, clock } = desk;
		const hour = START - (START % (60 * MINUTE));
		await ledger.desk.noteCalls(integration, [
			{ service: 'salesforce', calls: 2, used: 10, most: 100 },
			{ service: 'brevo-contacts', calls: 3 },
			{ service: 'brevo-other', calls: 0 },
		]);
		await ledger.desk.noteLook(integration, [{ service: 'salesforce', calls: 1, used: 11 }]);
		clock.time += 60 * MINUTE;
		await ledger.desk.noteLook(integration, []);
		await ledger.desk.noteCalls(integration, [{ service: 'salesforce', calls: 1 }]);
		expect(await ledger.desk.calls(integration, START)).toEqual([
			{ hour, service: 'brevo-contacts', calls: 3 },
			{ hour, service: 'salesforce', calls: 3, used: 11, most: 100 },
			{ hour: hour + 60 * MINUTE, service: 'salesforce', calls: 1 },
		]);
		expect((await ledger.integrations.get(integration))?.lookedAt).toBe(START + 60 * MINUTE);
	});

	it('what waits and what was rejected, by reason, and the page under way', async () => {
		const { ledger, clock } = desk;
		await ledger.pages.record([waits(a), rejected(b), rejected(c)]);
		clock.time += 5;
		const later = { limit: 'brevo-unavailable', dueAt: START + MINUTE };
		await ledger.pages.record([waits(d, later), rejected(a, 'email-invalid')]);
		await ledger.hints.note(integration, [a, b]);
		const page = await ledger.pages.open(integration, 'changes', [a, b]);
		expect(await ledger.desk.backlog(integration)).toEqual({
			deferred: [
				{ limit: 'brevo-unavailable', records: 1, since: START + 5, nextAt: START + MINUTE },
			],
			rejected: [
				{ limit: 'phone-digits', records: 2 },
				{ limit: 'email-invalid', records: 1 },
			],
			page: { kind: 'changes', attempt: 1, openedAt: page.openedAt, records: 2 },
			hints: 2,
		});
		expect(await ledger.desk.backlog('Other')).toEqual({ deferred: [], rejected: [], hints: 0 });
	});

	it('of a record everything is known, also why it once was rejected or left out', async () => {
		const { ledger, clock } = desk;
		expect(await ledger.desk.record(integration, a)).toBeUndefined();
		await run([a, b], [rejected(a)]);
		clock.time += MINUTE;
		await run([a], [rejected(a)]);
		clock.time += MINUTE;
		await ledger.links.written([link(a, { brevoId: 7, brevoOptedOut: true })]);
		clock.time += MINUTE;
		await ledger.links.written([link(a, { brevoId: 7 })]);
		await ledger.conflicts.note([{ integration, recordId: a, field: 'CITY', winner: 'brevo' }]);
		await ledger.pages.record([waits(a)]);
		await ledger.pages.open(integration, 'changes', [a]);
		const phone = { limit: 'phone-digits', outcome: 'rejected', field: 'MobilePhone' };
		expect(await ledger.desk.record(integration, a)).toEqual({
			...{ integration, recordId: a, onPage: true },
			link: {
				...{ brevoAccount: 'brevo-1', brevoId: 7, optedOut: true },
				firstWrittenAt: START + 2 * MINUTE,
				writtenAt: START + 3 * MINUTE,
			},
			deferred: { limit: 'quota-exhausted', since: START + 3 * MINUTE, dueAt: 0, attempts: 1 },
			verdicts: [
				{
					...{ ...phone, shape: 'text, 3 characters', times: 2 },
					...{ firstAt: START, lastAt: START + MINUTE },
				},
			],
			conflicts: [{ field: 'CITY', winner: 'brevo', at: START + 3 * MINUTE }],
		});
		expect(await ledger.desk.record(integration, b)).toMatchObject({
			onPage: false,
			verdicts: [{ limit: 'left-the-workflow', outcome: 'excluded', times: 1 }],
		});
		await ledger.pages.record([rejected(a)]);
		expect(await ledger.desk.record(integration, a)).toMatchObject({
			rejected: { limit: 'phone-digits', since: START + 3 * MINUTE },
			verdicts: [{ times: 3 }],
		});
		expect(await ledger.desk.record('Other', a)).toBeUndefined();
	});

	it('what is older than a year and a month is forgotten at the first page of a day', async () => {
		const { ledger, clock } = desk;
		await run([a, b], [rejected(a), written(b)], new Map([[b, START]]));
		await ledger.desk.noteCalls(integration, [{ service: 'salesforce', calls: 1 }]);
		clock.time += 401 * DAY;
		await run([b], [written(b)]);
		const { desk: store } = ledger;
		const all = { since: 0, until: clock.time + 1, most: 10 };
		expect(await store.runs(integration, all)).toHaveLength(1);
		expect(await store.delays(integration, 0)).toEqual([]);
		expect(await store.calls(integration, 0)).toEqual([]);
		expect((await store.record(integration, a))?.verdicts).toEqual([]);
		expect((await store.record(integration, a))?.rejected).toMatchObject({ since: START });
	});

	it('replay: one record, rejected ones by reason and time, or all that is known', async () => {
		const { ledger, clock } = desk;
		const { replay } = ledger.desk;
		await ledger.pages.record([rejected(a), rejected(b, 'email-invalid')]);
		clock.time += MINUTE;
		await ledger.pages.record([rejected(c)]);
		expect(await replay(integration, { kind: 'record', recordId: d })).toBe(0);
		expect(await due()).toEqual([]);
		const since = START + 1;
		expect(await replay(integration, { kind: 'rejected', limit: 'email-invalid', since })).toBe(0);
		expect(await replay(integration, { kind: 'rejected', since })).toBe(1);
		expect(await due(false)).toEqual([c]);
		expect(await replay(integration, { kind: 'rejected', limit: 'phone-digits' })).toBe(1);
		expect((await due(false)).sort()).toEqual([a, c]);
		const left = await ledger.pages.rejections(integration);
		expect(left.map(({ recordId }) => recordId)).toEqual([b]);
		await ledger.links.written([link(a), link(b), link(c), link(d, { removedAt: START })]);
		await ledger.pages.record([rejected(c), waits(salesforceId(9))]);
		expect(await due(false)).toEqual([]);
		expect(await replay(integration, { kind: 'record', recordId: a })).toBe(1);
		expect(await due(false)).toEqual([a]);
		expect(await replay(integration, { kind: 'all' })).toBe(4);
		expect((await due(false)).sort()).toEqual([a, b, c, salesforceId(9)]);
		expect(await ledger.pages.rejections(integration)).toEqual([]);
		expect(await replay('Other', { kind: 'all' })).toBe(0);
	});

	it('a rejected record that waits for an address still waits for it when it is replayed', async () => {
		const { ledger } = desk;
		await ledger.pages.record([{ ...rejected(a, 'email-duplicate'), waitsFor: 'h' }]);
		await ledger.desk.replay(integration, { kind: 'rejected' });
		expect(await ledger.pages.waitingFor(integration, [a])).toEqual(new Map([[a, 'h']]));
	});

	it('a pause lasts until somebody ends it, and lets what changed meanwhile come', async () => {
		const { ledger, clock } = desk;
		const { pause, resume } = ledger.desk;
		expect(await pause('Other')).toBe(false);
		expect(await resume(integration)).toBeUndefined();
		expect(await pause(integration)).toBe(true);
		clock.time += MINUTE;
		expect(await pause(integration)).toBe(false);
		await ledger.integrations.deactivate(integration);
		await ledger.integrations.activate(contactIntegration);
		expect((await ledger.integrations.get(integration))?.pausedAt).toBe(START);
		const paused = { limit: 'paused', dueAt: Number.MAX_SAFE_INTEGER };
		await ledger.pages.record([waits(a, paused), waits(b, paused), waits(c)]);
		expect(await due(false)).toEqual([]);
		expect(await resume(integration)).toBe(2);
		expect(await due(false)).toEqual([a, b]);
		expect(await ledger.integrations.get(integration)).not.toHaveProperty('pausedAt');
	});

	it('a limit of its own counts for the period that runs, and keeps the share of the lane', async () => {
		const { ledger, clock } = desk;
		const { setLimit, ownLimit } = ledger.desk;
		expect(await setLimit('brevo-1', 50)).toBeUndefined();
		const ask = async (limit: number, keys: readonly string[]) =>
			await ledger.quota.reserve({
				...{ account: 'brevo-1', period: '2026-11', periodEnds: START + DAY, limit, lane: 2 },
				warnAt: limit,
				requests: keys.map((key) => ({ key, hash: 'h' })),
			});
		await ask(10, ['1', '2', '3', '4', '5', '6', '7', '8', '9']);
		expect(await ledger.quota.hasRoom('brevo-1', clock.time)).toBe(false);
		expect(await ownLimit('brevo-1', '2026-11')).toBeUndefined();
		expect(await setLimit('brevo-1', 50)).toEqual({
			...{ period: '2026-11', endsAt: START + DAY, before: 10, limit: 50 },
		});
		expect(await ownLimit('brevo-1', '2026-11')).toBe(50);
		expect(await ledger.quota.hasRoom('brevo-1', clock.time)).toBe(true);
		expect(await ledger.quota.current('brevo-1', clock.time)).toMatchObject({
			...{ limit: 50, lane: 10, used: 8 },
		});
		expect(await setLimit('brevo-1', undefined)).toMatchObject({ before: 50, limit: 50 });
		expect(await ownLimit('brevo-1', '2026-11')).toBeUndefined();
		clock.time += DAY;
		expect(await setLimit('brevo-1', 50)).toBeUndefined();
	});

	it('a limit of its own stays when Quota Guard asks with its own one again, and ends with the period', async () => {
		const { ledger, clock } = desk;
		const { setLimit } = ledger.desk;
		const ask = async (keys: readonly string[]) =>
			await ledger.quota.reserve({
				...{ account: 'brevo-1', period: '2026-11', periodEnds: START + DAY, limit: 10, lane: 1 },
				...{ warnAt: 8, claimant: keys.join('') },
				requests: keys.map((key) => ({ key, hash: 'h' })),
			});
		const keys = Array.from({ length: 18 }, (_, index) => `k${index}`);
		expect([...(await ask(keys)).granted]).toHaveLength(9);
		await setLimit('brevo-1', 20);
		const again = await ask(keys.slice(9));
		expect(again).toMatchObject({ limit: 20, lane: 2, used: 18 });
		expect([...again.granted]).toHaveLength(9);
		expect(await ledger.quota.current('brevo-1', clock.time)).toMatchObject({
			...{ limit: 20, lane: 2, used: 18 },
		});
		await setLimit('brevo-1', undefined);
		expect(await ask(['x'])).toMatchObject({ limit: 10, lane: 1, granted: new Set() });
		await setLimit('brevo-1', 100);
		await ledger.quota.reserve({
			...{ account: 'brevo-1', period: '2026-12', periodEnds: START + 2 * DAY, limit: 10 },
			...{ warnAt: 8, requests: [] },
		});
		expect(await ledger.quota.current('brevo-1', clock.time)).toMatchObject({ limit: 10 });
	});

	it('the tasks of each day of a period are remembered as they stood at its last reservation', async () => {
		const { ledger, clock } = desk;
		const ask = async (key: string, period = '2026-11') =>
			await ledger.quota.reserve({
				...{ account: 'brevo-1', period, periodEnds: START + 9 * DAY, limit: 10 },
				...{ warnAt: 10, requests: [{ key, hash: 'h' }] },
			});
		await ask('1');
		await ask('2');
		clock.time += 2 * DAY;
		await ask('3');
		await ask('3');
		await ask('4', '2026-12');
		const day = START - (START % DAY);
		expect(await ledger.desk.quotaDays('brevo-1', '2026-11')).toEqual([
			{ day, used: 2 },
			{ day: day + 2 * DAY, used: 3 },
		]);
		expect(await ledger.desk.quotaDays('brevo-2', '2026-11')).toEqual([]);
	});

	it('a lease tells until when its owner has said that it runs', async () => {
		const { ledger } = desk;
		expect(await ledger.desk.leaseUntil(integration)).toBeUndefined();
		await ledger.integrations.lease(integration, 'owner', 1_000);
		expect(await ledger.desk.leaseUntil(integration)).toBe(START + 1_000);
	});
}
