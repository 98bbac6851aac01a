import { memoryCache } from '../../sync/memory-cache.ts';

describe('the cache of a process', () => {
	it('gives what was set until its time is over', async () => {
		let now = 1_000;
		const cache = memoryCache({ now: () => now }, 10);
		await cache.set('fields', '[]', 500);
		now = 1_499;
		expect(await cache.get('fields')).toBe('[]');
		now = 1_500;
		expect(await cache.get('fields')).toBeUndefined();
	});

	it('gives the latest of one key', async () => {
		const cache = memoryCache({ now: () => 0 }, 10);
		await cache.set('fields', 'old', 1);
		await cache.set('fields', 'new', 1);
		expect(await cache.get('fields')).toBe('new');
	});

	it('never holds more than it may, and lets go of what was set longest ago', async () => {
		const cache = memoryCache({ now: () => 0 }, 2);
		await cache.set('a', '1', 10);
		await cache.set('b', '2', 10);
		await cache.set('a', '3', 10);
		await cache.set('c', '4', 10);
		const left = await Promise.all(['a', 'b', 'c'].map(async (key) => await cache.get(key)));
		expect(left).toEqual(['3', undefined, '4']);
	});
});
