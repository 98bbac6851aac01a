import { settle, type Settlement } from '../../sync/deliver/settle.ts';
import { guardLedger, type GuardLedger } from './guard-ledger.ts';

const ACCOUNT = 'account';
const MANY = 2_500;
const recordId = (n: number): string => `003dM0000${String(n).padStart(6, '0')}QA4`;

let desk: GuardLedger;
beforeEach(async () => {
	desk = await guardLedger(() => Date.now());
});
afterEach(async () => await desk.close());

/** Contact `n` has been written with this address. */
async function written(
	addresses: ReadonlyArray<readonly [n: number, email: string]>,
	attributes: Readonly<Record<string, string>>,
): Promise<void> {
	const { ledger, sync } = desk;
	const ids = addresses.map(([n]) => recordId(n));
	const links = await ledger.links.get('test', ids);
	const settlements = addresses.map(([n, email]): Settlement => {
		const id = recordId(n);
		return {
			delivery: { sync: { ...sync(0), id }, contact: { email, attributes } },
			delivered: { kind: 'written', how: 'updated', brevoId: n + 1 },
			target: 'list:1',
			link: links.get(id),
		};
	});
	const host = { clock: Date } as never;
	await settle({ ledger, brevoAccount: ACCOUNT, host } as never, settlements);
}

test('two who change addresses on a large page keep what is known of them, however far apart', async () => {
	const everybody = Array.from({ length: MANY }, (_, n) => [n, `p${n}@example.com`] as const);
	await written(everybody, { CITY: 'Paris' });
	const last = MANY - 1;
	await written(
		everybody.map(([n, email]) => {
			if (n === 0) return [n, `p${last}@example.com`];
			if (n === last) return [n, 'p0@example.com'];
			return [n, email];
		}),
		{},
	);
	expect(await desk.ledger.pages.rejections('test')).toEqual([]);
	const links = await desk.ledger.links.get('test', [recordId(0), recordId(last)]);
	expect(links.get(recordId(0))).toMatchObject({
		brevoId: 1,
		fields: { CITY: expect.any(String) },
	});
	expect(links.get(recordId(last))).toMatchObject({
		brevoId: MANY,
		fields: { CITY: expect.any(String) },
	});
	expect(await desk.ledger.links.count('test')).toBe(MANY);
});
