import type { RecordOutcome } from '../../../sync/ledger/ledger.ts';
import { DAY, salesforceId, START, useLedger, type Place } from './desk.ts';

const integration = 'Contacts';
const [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6].map(salesforceId) as [
	string,
	string,
	string,
	string,
	string,
	string,
];
const at = (systemModstamp: string, id = a) => ({ systemModstamp, id });
const NINE = '2026-11-14T09:00:00Z';
const TEN = '2026-11-14T10:00:00Z';

export function registerPageTests(place: Place): void {
	const desk = useLedger(place);
	const end = (
		recordId: string,
		outcome: RecordOutcome['outcome'],
		page?: string,
	): RecordOutcome => ({
		integration,
		recordId,
		outcome,
		...(page !== undefined && { page }),
		...(['excluded', 'rejected', 'deferred'].includes(outcome) && { limit: 'some-limit' }),
	});

	it('an integration starts once; a later start changes nothing', async () => {
		const { pages } = desk.ledger;
		expect(await pages.cursor(integration)).toBeUndefined();
		await pages.startAt(integration, {
			startedAt: NINE,
			watermark: at(NINE, ''),
			floor: at(NINE, ''),
		});
		await pages.startAt(integration, { startedAt: TEN });
		expect(await pages.cursor(integration)).toEqual({
			startedAt: NINE,
			watermark: { systemModstamp: NINE, id: '' },
			floor: { systemModstamp: NINE, id: '' },
		});
	});

	it('acknowledging moves the cursor and never backwards', async () => {
		const { pages } = desk.ledger;
		await pages.startAt(integration, { startedAt: NINE });
		await pages.advance(integration, at(TEN, b));
		await pages.advance(integration, at(TEN, a));
		await pages.advance(integration, at(NINE, c));
		expect((await pages.cursor(integration))?.watermark).toEqual(at(TEN, b));
		const page = await pages.open(integration, 'changes', [a]);
		await pages.acknowledge({ integration, page: page.id, watermark: at(NINE, e), seen: [] });
		expect((await pages.cursor(integration))?.watermark).toEqual(at(TEN, b));
		expect(await pages.cursor(integration)).not.toHaveProperty('floor');
	});

	it('ids are compared as Salesforce sorts them: capitals before small letters', async () => {
		const { pages } = desk.ledger;
		await pages.advance(integration, at(TEN, '0035g00000aAAAAAA1'));
		await pages.advance(integration, at(TEN, '0035g00000BAAAAAA1'));
		expect((await pages.cursor(integration))?.watermark?.id).toBe('0035g00000aAAAAAA1');
		await pages.record(['b', 'C', 'a', '1'].map((id) => end(id, 'rejected')));
		const all = await pages.rejections(integration);
		expect(all.map(({ recordId }) => recordId)).toEqual(['1', 'C', 'a', 'b']);
	});

	it('an unfinished page is opened again under its id, with other records', async () => {
		const { ledger, clock } = desk;
		const first = await ledger.pages.open(integration, 'changes', [a, b]);
		expect(first).toMatchObject({ kind: 'changes', attempt: 1, openedAt: START });
		await ledger.pages.record([end(a, 'unchanged', first.id), end(b, 'rejected', first.id)]);
		clock.time += 5;
		const again = await (await desk.another()).pages.open(integration, 'deferred', [b, c]);
		expect(again).toEqual({ id: first.id, kind: 'deferred', attempt: 2, openedAt: START + 5 });
		expect(await ledger.pages.outcomes(first.id)).toEqual(new Map());
	});

	it('what an attempt wrote before it died stays written', async () => {
		const { pages } = desk.ledger;
		const { id } = await pages.open(integration, 'changes', [a, b, c]);
		await pages.record([end(a, 'written', id), end(b, 'excluded', id)]);
		await pages.open(integration, 'changes', [a, b, c]);
		expect(await pages.outcomes(id)).toEqual(new Map([[a, 'written']]));
		await pages.record([end(a, 'unchanged', id), end(b, 'unchanged', id)]);
		await pages.record([end(c, 'written', id), end(c, 'unchanged', id)]);
		expect(await pages.outcomes(id)).toEqual(
			new Map([
				[a, 'written'],
				[b, 'unchanged'],
				[c, 'written'],
			]),
		);
	});

	it('the latest word about a record counts, and only for records of the page', async () => {
		const { pages } = desk.ledger;
		const { id } = await pages.open(integration, 'changes', [a, a]);
		await pages.record([end(a, 'rejected', id), end(a, 'deferred', id)]);
		await pages.record([end(a, 'written', id), end(b, 'written', id)]);
		expect(await pages.outcomes(id)).toEqual(new Map([[a, 'written']]));
		const activity = await pages.acknowledge({ integration, page: id, seen: [] });
		expect(activity).toMatchObject({ read: 1, written: 1 });
	});

	it('every record of an acknowledged page ends in exactly one outcome (I7)', async () => {
		const { ledger, clock } = desk;
		const { pages } = ledger;
		const { id } = await pages.open(integration, 'changes', [a, b, c, d, e, f]);
		await pages.record([
			...[end(a, 'written', id), end(b, 'unchanged', id), end(c, 'excluded', id)],
			...[end(d, 'rejected', id), end(e, 'deferred', id)],
		]);
		const activity = await pages.acknowledge({ integration, page: id, seen: [] });
		const expected = {
			...{ read: 6, tasks: 0, written: 1, unchanged: 1, excluded: 2, rejected: 1, deferred: 1 },
		};
		expect(activity).toEqual(expected);
		clock.time += DAY;
		const next = await pages.open(integration, 'changes', [a]);
		expect(next.id).not.toBe(id);
		await pages.record([end(a, 'unchanged', next.id)]);
		await pages.acknowledge({ integration, page: next.id, seen: [] });
		expect(await pages.activity(integration)).toEqual({ ...expected, read: 7, unchanged: 2 });
		expect(await pages.activity(integration, clock.time)).toMatchObject({ read: 1, unchanged: 1 });
		expect(await pages.activity('another')).toMatchObject({ read: 0, written: 0 });
	});

	it('a page that is acknowledged twice is counted once', async () => {
		const { pages } = desk.ledger;
		const { id } = await pages.open(integration, 'changes', [a]);
		await pages.acknowledge({ integration, page: id, watermark: at(NINE), seen: [] });
		const again = await pages.acknowledge({ integration, page: id, watermark: at(TEN), seen: [] });
		expect(again.read).toBe(0);
		expect((await pages.cursor(integration))?.watermark).toEqual(at(TEN));
		await pages.record([end(a, 'written', id)]);
		expect(await pages.activity(integration)).toMatchObject({ read: 1, excluded: 1, written: 0 });
	});

	it('what was seen is remembered with its latest stamp and forgotten in time', async () => {
		const { pages } = desk.ledger;
		const { id } = await pages.open(integration, 'changes', [a, b]);
		const seen = [
			{ id: a, systemModstamp: TEN },
			{ id: a, systemModstamp: NINE },
			{ id: b, systemModstamp: NINE },
		];
		await pages.acknowledge({ integration, page: id, seen });
		expect(await pages.seen(integration, [a, b, c])).toEqual(
			new Map([
				[a, TEN],
				[b, NINE],
			]),
		);
		await pages.advance(integration, at(TEN, b), TEN);
		expect(await pages.seen(integration, [a, b])).toEqual(new Map([[a, TEN]]));
	});

	it('deferred records come when due, those that wait for quota when it has room', async () => {
		const { ledger, clock } = desk;
		const { pages } = ledger;
		await pages.record([{ ...end(a, 'deferred'), dueAt: START + 20 }]);
		clock.time++;
		await pages.record([{ ...end(b, 'deferred'), dueAt: START + 10 }, end(c, 'deferred')]);
		expect(await pages.deferredCount(integration)).toBe(3);
		expect(await pages.dueDeferred(integration, START + 9, false, 9)).toEqual([]);
		expect(await pages.dueDeferred(integration, START + 9, true, 9)).toEqual([c]);
		expect(await pages.dueDeferred(integration, START + 20, false, 9)).toEqual([b, a]);
		expect(await pages.dueDeferred(integration, START + 20, true, 2)).toEqual([c, b]);
	});

	it('a record that is written is no longer deferred or rejected', async () => {
		const { pages } = desk.ledger;
		await pages.record([end(a, 'deferred'), end(b, 'rejected'), end(c, 'deferred')]);
		await pages.record([end(a, 'written'), end(b, 'unchanged'), end(c, 'rejected')]);
		expect(await pages.deferredCount(integration)).toBe(0);
		expect((await pages.rejections(integration)).map(({ recordId }) => recordId)).toEqual([c]);
	});

	it('a deferred record that leaves the workflow does not come for ever', async () => {
		const { pages } = desk.ledger;
		await pages.record([end(a, 'deferred'), end(b, 'deferred'), end(c, 'rejected')]);
		const { id } = await pages.open(integration, 'deferred', [a, c]);
		await pages.acknowledge({ integration, page: id, seen: [] });
		expect(await pages.dueDeferred(integration, START, true, 9)).toEqual([b]);
		expect(await pages.rejections(integration)).toEqual([]);
	});

	it('a rejection tells since when it is so, and which field in which shape', async () => {
		const { ledger, clock } = desk;
		const reject = async (limit: string) =>
			await ledger.pages.record([
				{ ...end(a, 'rejected'), limit, field: 'Phone', shape: 'text, 3 characters' },
			]);
		await reject('phone-digits');
		clock.time += 5;
		await reject('phone-digits');
		const rejection = { integration, recordId: a, field: 'Phone', shape: 'text, 3 characters' };
		expect(await ledger.pages.rejections(integration)).toEqual([
			{ ...rejection, limit: 'phone-digits', firstAt: START, lastAt: START + 5 },
		]);
		clock.time += 5;
		await reject('last-name-empty');
		expect(await ledger.pages.rejections(integration)).toEqual([
			{ ...rejection, limit: 'last-name-empty', firstAt: START + 10, lastAt: START + 10 },
		]);
	});

	it('rejections are read in parts and by limit', async () => {
		const { pages } = desk.ledger;
		await pages.record([a, b, c, d].map((id) => end(id, 'rejected')));
		await pages.record([{ ...end(b, 'rejected'), limit: 'other' }]);
		const ids = async (options: Parameters<typeof pages.rejections>[1]) =>
			(await pages.rejections(integration, options)).map(({ recordId }) => recordId);
		expect(await ids({ most: 2 })).toEqual([a, b]);
		expect(await ids({ most: 2, after: b })).toEqual([c, d]);
		expect(await ids({ limit: 'some-limit' })).toEqual([a, c, d]);
		desk.clock.time += 5;
		await pages.record([end(c, 'rejected')]);
		expect(await ids({ since: START })).toEqual([a, b, c, d]);
		expect(await ids({ since: START + 1, limit: 'some-limit' })).toEqual([c]);
	});

	it('an outcome that needs a limit is not noted without one, nor are those beside it', async () => {
		const { pages } = desk.ledger;
		const nameless: RecordOutcome = { integration, recordId: a, outcome: 'rejected' };
		await expect(pages.record([end(b, 'deferred'), nameless])).rejects.toThrow('limit');
		expect(await pages.deferredCount(integration)).toBe(0);
	});

	it('a page of 5,000 records is one page', async () => {
		const { pages } = desk.ledger;
		const ids = Array.from({ length: 5_000 }, (_, number) => salesforceId(number));
		const { id } = await pages.open(integration, 'changes', ids);
		await pages.record(ids.map((recordId) => end(recordId, 'rejected', id)));
		const seen = ids.map((recordId) => ({ id: recordId, systemModstamp: NINE }));
		const activity = await pages.acknowledge({ integration, page: id, seen });
		expect(activity).toMatchObject({ read: 5_000, rejected: 5_000 });
		expect((await pages.seen(integration, ids)).size).toBe(5_000);
		expect(await pages.rejections(integration, { most: 9_999 })).toHaveLength(5_000);
	});
}
