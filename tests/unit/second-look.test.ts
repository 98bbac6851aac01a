import { withSecondLook } from '../../sync/second-look.ts';

describe('a second look', () => {
	const look = async (known: number | undefined, fails: (value: number) => string | undefined) => {
		const tried: number[] = [];
		const work = async (value: number): Promise<number> => {
			tried.push(value);
			const failure = fails(value);
			return failure === undefined ? value : Promise.reject(new Error(failure));
		};
		const isInDoubt = (error: unknown): boolean => (error as Error).message === 'doubt';
		const read = async () => Promise.resolve(2);
		const result = await withSecondLook({ known, read, isInDoubt }, work).catch(
			(error: unknown) => (error as Error).message,
		);
		return { tried, result };
	};

	it('is not taken when what is known works', async () => {
		expect(await look(1, () => undefined)).toEqual({ tried: [1], result: 1 });
	});

	it('is the first one when nothing is known', async () => {
		expect(await look(undefined, () => undefined)).toEqual({ tried: [2], result: 2 });
	});

	it('is taken once when what is known may be out of date', async () => {
		const result = await look(1, (value) => (value === 1 ? 'doubt' : undefined));
		expect(result).toEqual({ tried: [1, 2], result: 2 });
		expect(await look(1, () => 'doubt')).toEqual({ tried: [1, 2], result: 'doubt' });
	});

	it('is not taken for an error about something else', async () => {
		expect(await look(1, () => 'other')).toEqual({ tried: [1], result: 'other' });
	});
});
