import fc from 'fast-check';
import { backStreamOf } from '../../sync/ledger/ledger.ts';
import { taskKey } from '../../sync/quota/task-key.ts';

const ID = '003dM0000000001QA4';

describe('the identity of a write', () => {
	test('names integration, direction and record, as the ledger has kept it', () => {
		expect(taskKey({ integration: 'Newsletter', id: ID })).toBe(`Newsletter|to-brevo|${ID}`);
		expect(taskKey({ integration: backStreamOf('Newsletter'), backOf: 'Newsletter', id: ID })).toBe(
			`Newsletter|to-salesforce|${ID}`,
		);
	});

	// Names as people may give them, which like to look like parts of a key.
	const part = fc.constantFrom('|', 'to-brevo', 'to-salesforce', ID, 'a', ' ← Brevo', '');
	const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
	const recordId = fc
		.array(fc.constantFrom('A', 'a', '0'), { minLength: 15, maxLength: 15 })
		.map((tail) => `003${tail.join('')}`);
	const write = fc.record({ integration: name, id: recordId, isBack: fc.boolean() });
	type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;
	const keyOf = ({ integration, id, isBack }: Write): string =>
		isBack
			? taskKey({ integration: backStreamOf(integration), backOf: integration, id })
			: taskKey({ integration, id });

	test('two writes have one key only when they are of one integration, direction and record', () => {
		const near = fc.tuple(write, write).chain(([one, other]) =>
			fc.tuple(
				fc.constant(one),
				fc.record({
					integration: fc.constantFrom(
						one.integration,
						other.integration,
						`${one.integration}|to-brevo|${one.id}`,
					),
					id: fc.constantFrom(one.id, other.id),
					isBack: fc.boolean(),
				}),
			),
		);
		fc.assert(
			fc.property(near, ([one, other]) => {
				const isOne =
					one.integration === other.integration &&
					one.id === other.id &&
					one.isBack === other.isBack;
				expect(keyOf(one) === keyOf(other)).toBe(isOne);
			}),
			{ numRuns: 2000 },
		);
	});

	test('a write back is the same write whatever the stream is called', () => {
		fc.assert(
			fc.property(name, name, name, recordId, (backOf, stream, renamed, id) => {
				expect(taskKey({ integration: stream, backOf, id })).toBe(
					taskKey({ integration: renamed, backOf, id }),
				);
			}),
		);
	});
});
