import fc from 'fast-check';
import type { TaskRequest } from '../../sync/ledger/ledger.ts';
import { grant } from '../../sync/ledger/stores/reservation.ts';

const key = fc.integer({ min: 0, max: 12 }).map(String);
const hash = fc.constantFrom('h1', 'h2');
const request = fc.record({ key, hash, reserved: fc.boolean() });
const given = fc.record({
	requests: fc.array(request, { maxLength: 30 }),
	held: fc.array(fc.tuple(key, hash), { maxLength: 6 }).map((pairs) => new Map(pairs)),
	limit: fc.nat(20),
	lane: fc.nat(10),
	before: fc.nat(25),
});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

const decide = ({ requests, held, before, limit, lane }: Given) =>
	grant(requests, held, before, { limit, lane: Math.min(lane, limit) });

/** Whether a request is the first of its key and hash that asks for a task of its own. */
const isNew = ({ requests, held }: Given, at: number): boolean => {
	const { key: name, hash: of } = requests[at] as TaskRequest;
	const latest = requests.slice(0, at).findLast((earlier) => earlier.key === name);
	return (latest?.hash ?? held.get(name)) !== of;
};

describe('who gets a task', () => {
	test('never more tasks than the limit, and none beyond it when it was lowered', () => {
		fc.assert(
			fc.property(given, (input) => {
				const { used } = decide(input);
				expect(used).toBeLessThanOrEqual(Math.max(input.limit, input.before));
			}),
		);
	});

	test('ordinary requests never reach into the reserved lane', () => {
		fc.assert(
			fc.property(given, (input) => {
				const requests = input.requests.map((one) => ({ ...one, reserved: false }));
				const { used } = decide({ ...input, requests });
				const open = input.limit - Math.min(input.lane, input.limit);
				expect(used).toBeLessThanOrEqual(Math.max(open, input.before));
			}),
		);
	});

	test('what is charged is what is counted', () => {
		fc.assert(
			fc.property(given, (input) => {
				const unique = [...new Map(input.requests.map((one) => [one.key, one])).values()];
				const { used, charged, granted } = decide({ ...input, requests: unique });
				expect(used - input.before).toBe(charged.size);
				for (const name of charged.keys()) expect(granted.has(name)).toBe(true);
			}),
		);
	});

	test('the order asked is kept: whoever comes earlier, of the same kind, is never passed over', () => {
		fc.assert(
			fc.property(given, (input) => {
				const unique = [...new Map(input.requests.map((one) => [one.key, one])).values()];
				const asked = { ...input, requests: unique };
				const { granted } = decide(asked);
				expect([...granted]).toEqual(
					unique.map((one) => one.key).filter((name) => granted.has(name)),
				);
				for (const reserved of [true, false]) {
					const answers = unique
						.filter((one, at) => isNew(asked, at) && one.reserved === reserved)
						.map((one) => granted.has(one.key));
					expect(answers).toEqual(answers.toSorted((a, b) => Number(b) - Number(a)));
				}
			}),
		);
	});

	test('what was reserved and not settled is granted without a charge, whatever is used', () => {
		fc.assert(
			fc.property(given, (input) => {
				const requests = [...input.held].map(([name, of]) => ({ key: name, hash: of }));
				const { granted, charged, used } = grant(requests, input.held, input.before, {
					limit: 0,
					lane: 0,
				});
				expect(granted.size).toBe(input.held.size);
				expect(charged.size).toBe(0);
				expect(used).toBe(input.before);
			}),
		);
	});
});
