import { DAY, salesforceId, useLedger, type Place } from './desk.ts';

const integration = 'Contacts';
const STARTED = '2026-11-14T09:00:00Z';
const [a, b, c] = [1, 2, 3].map(salesforceId) as [string, string, string];

export function registerLargeReadTests(place: Place): void {
	const desk = useLedger(place);
	const begin = async () =>
		await desk.ledger.snapshots.begin(integration, {
			purpose: 'import',
			startedAt: STARTED,
			total: 3,
		});
	const state = async () => await desk.ledger.snapshots.get(integration);
	const page = async (ids: string[], locator?: string): Promise<void> => {
		const { id } = await desk.ledger.pages.open(integration, 'snapshot', ids);
		await desk.ledger.pages.acknowledge({
			integration,
			page: id,
			seen: [],
			snapshot: { records: ids.length, ...(locator !== undefined && { locator }) },
		});
	};

	it('a snapshot moves on with each acknowledged page, and ends with the last', async () => {
		expect(await state()).toBeUndefined();
		await begin();
		const begun = { purpose: 'import', startedAt: STARTED, begunAt: desk.clock.time, total: 3 };
		expect(await state()).toEqual({ ...begun, done: 0 });
		await desk.ledger.snapshots.setJob(integration, 'job');
		await page([a, b], 'two');
		expect(await state()).toEqual({ ...begun, job: 'job', locator: 'two', done: 2 });
		desk.clock.time += 1_000;
		await page([c]);
		expect(await state()).toEqual({ ...begun, job: 'job', done: 3, endedAt: desk.clock.time });
	});

	it('a page that was opened but not acknowledged moves nothing', async () => {
		await begin();
		await desk.ledger.pages.open(integration, 'snapshot', [a]);
		expect(await state()).toMatchObject({ done: 0 });
	});

	it('a page that is acknowledged twice counts once', async () => {
		await begin();
		const { id } = await desk.ledger.pages.open(integration, 'snapshot', [a]);
		const end = {
			integration,
			page: id,
			seen: [],
			snapshot: { records: 1, locator: 'one' },
		};
		await desk.ledger.pages.acknowledge(end);
		await desk.ledger.pages.acknowledge(end);
		expect(await state()).toMatchObject({ done: 1, locator: 'one' });
	});

	it('without its job it is read from the first page on', async () => {
		await begin();
		await desk.ledger.snapshots.setJob(integration, 'job');
		await page([a], 'one');
		await desk.ledger.snapshots.dropJob(integration);
		expect(await state()).not.toHaveProperty('job');
		expect(await state()).not.toHaveProperty('locator');
		expect(await state()).toMatchObject({ done: 0 });
	});

	it('one that has ended stays as it ended until the next one begins', async () => {
		await begin();
		await page([a]);
		await desk.ledger.snapshots.setJob(integration, 'late');
		await desk.ledger.snapshots.dropJob(integration);
		expect(await state()).toMatchObject({ done: 1 });
		expect(await state()).not.toHaveProperty('job');
		await desk.ledger.snapshots.begin(integration, { purpose: 'refresh', startedAt: STARTED });
		expect(await state()).toMatchObject({ purpose: 'refresh', done: 0 });
		expect(await state()).not.toHaveProperty('endedAt');
	});

	describe('files on their way into Brevo', () => {
		it('are found until what became of them is known', async () => {
			const { imports } = desk.ledger;
			expect(await imports.find('account', 'file')).toBeUndefined();
			await imports.sending('account', 'file');
			const sentAt = desk.clock.time;
			expect(await imports.find('account', 'file')).toEqual({ content: 'file', sentAt });
			await imports.taken('account', 'file', 7);
			const taken = { content: 'file', sentAt, processId: 7 };
			expect(await imports.find('account', 'file')).toEqual(taken);
			expect(await (await desk.another()).imports.find('account', 'file')).toEqual(taken);
			expect(await imports.find('another account', 'file')).toBeUndefined();
			await imports.settled('account', 'file');
			expect(await imports.find('account', 'file')).toBeUndefined();
			await imports.sending('account', 'file');
			expect(await imports.find('account', 'file')).toEqual({ content: 'file', sentAt });
		});

		it('are forgotten after a day', async () => {
			const { imports } = desk.ledger;
			await imports.sending('account', 'file');
			desk.clock.time += DAY + 1;
			expect(await imports.find('account', 'file')).toBeUndefined();
		});

		it('tell the latest process of an account, settled or not', async () => {
			const { imports } = desk.ledger;
			expect(await imports.latestProcess('account')).toBe(0);
			for (const [file, process] of [
				['one', 9],
				['two', 12],
			] as const) {
				await imports.sending('account', file);
				await imports.taken('account', file, process);
			}
			await imports.settled('account', 'two');
			expect(await imports.latestProcess('account')).toBe(12);
			expect(await imports.latestProcess('another account')).toBe(0);
		});
	});
}
