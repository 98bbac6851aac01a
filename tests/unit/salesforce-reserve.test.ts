import { withinReserve } from '../../sync/changes/within-reserve.ts';
import { isInReserve, reserveBegins, reserveError } from '../../sync/salesforce/reserve.ts';
import { queryPage } from '../../sync/salesforce/read.ts';
import { page, scripted, type Step } from './salesforce-fake.ts';

const usage = (used: number, limit = 1_000) => ({ used, limit });

describe('the share of Salesforce’s daily calls that is left to others', () => {
	it.each([
		[899, 0.1, false],
		[900, 0.1, true],
		[999, 0, false],
		[1_000, 0, true],
		[99, 0.9, false],
		[100, 0.9, true],
	])('%i of 1,000 used, %d left to others: reading stops is %s', (used, share, stops) => {
		expect(isInReserve(usage(used), share, false)).toBe(stops);
	});

	it('is not known before the first answer: then reading goes on', () => {
		expect(isInReserve(undefined, 0.1, false)).toBe(false);
	});

	it('once it was reached, a hundredth of the limit must be free before reading goes on', () => {
		expect(isInReserve(usage(891), 0.1, true)).toBe(true);
		expect(isInReserve(usage(889), 0.1, true)).toBe(false);
		expect(reserveBegins(1_000, 0.9, true)).toBeGreaterThan(0);
	});

	it('is told with what was used, the limit, and when reading goes on', () => {
		const { message, remedy, action } = reserveError(usage(90_123, 100_000), 0.1);
		expect(message).toContain('has used 90,123 of its 100,000 API calls of the last 24 hours');
		expect(message).toContain('the last 10 % are left to other programs');
		expect(remedy).toMatch(/Nothing is lost.*at least every 15 minutes.*24 hours roll/);
		expect(action).toBe('daily-limit');
	});
});

describe('a source within the reserve', () => {
	const used = (count: number): Step => ({
		status: 200,
		body: {},
		headers: { 'sforce-limit-info': `api-usage=${count}/1000` },
	});
	/** Has read once, after which so many calls were used. */
	const afterOneRead = async (count: number, answers: readonly Step[]) => {
		const first = { ...page([]), headers: { 'sforce-limit-info': `api-usage=${count}/1000` } };
		const { connection, requests } = scripted([first, ...answers]);
		await queryPage(connection, 'SELECT Id FROM Contact');
		let reads = 0;
		const count1 = async () => Promise.resolve((reads += 1));
		const { changes, everything } = withinReserve(connection, 0.1);
		const source = changes({
			read: async () => (await count1(), { records: [], complete: true }),
			byIds: async () => (await count1(), []),
			deleted: async () => (await count1(), new Set()),
			fitting: async () => (await count1(), []),
		});
		const all = everything({
			count: async () => (await count1(), 0),
			begin: async () => (await count1(), 'job'),
			page: async () => (await count1(), undefined),
			end: async () => undefined,
		});
		return { source, all, requests, reads: () => reads };
	};

	it('costs no call while there are enough', async () => {
		const { source, requests, reads } = await afterOneRead(899, []);
		await source.read(undefined, 1);
		await source.byIds([]);
		expect([requests.length, reads()]).toEqual([1, 2]);
	});

	it('asks for the present usage with one cheap call, and reads nothing while it is too high', async () => {
		const { source, all, requests, reads } = await afterOneRead(950, [
			used(950),
			used(895),
			used(895),
			used(880),
		]);
		await expect(source.read(undefined, 1)).rejects.toThrow(/950 of its 1,000/);
		await expect(source.byIds([])).rejects.toThrow(/895 of its 1,000/);
		await expect(all.page('job', undefined, 1)).rejects.toThrow(/895 of its 1,000/);
		expect(reads()).toBe(0);
		await source.read(undefined, 1);
		expect(reads()).toBe(1);
		expect(requests.slice(1).map(({ url }) => new URL(url).pathname)).toEqual(
			Array.from({ length: 4 }, () => '/services/data/v67.0'),
		);
	});

	it('goes on when what it knew was old', async () => {
		const { source, reads } = await afterOneRead(950, [used(10)]);
		await source.read(undefined, 1);
		expect(reads()).toBe(1);
	});
});
