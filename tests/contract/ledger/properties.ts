import * as fc from 'fast-check';
import { START, useLedger, type Place } from './desk.ts';
import { QuotaModel } from './quota-model.ts';

const RUNS = Number(process.env['LEDGER_PROPERTY_RUNS'] ?? 25);

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const periods = fc.constantFrom('2026-11', '2026-12');
const step = fc.oneof(
	fc.record({
		kind: fc.constant('reserve' as const),
		period: periods,
		limit: fc.nat(6),
		lane: fc.nat(2),
		requests: fc.array(
			fc.record({ key: keys, hash: fc.constantFrom('h1', 'h2'), reserved: fc.boolean() }),
			{ maxLength: 5 },
		),
	}),
	fc.record({ kind: fc.constant('release' as const), keys: fc.array(keys, { maxLength: 3 }) }),
	fc.record({ kind: fc.constant('spend' as const), keys: fc.array(keys, { maxLength: 3 }) }),
);
const PERIOD_ENDS = { '2026-11': START + 1, '2026-12': START + 2 } as const;
const WARN_AT = 3;

const second = fc.integer({ min: 0, max: 5 }).map((number) => `2026-11-14T09:00:0${number}Z`);
const watermark = fc.record({
	systemModstamp: second,
	id: fc.constantFrom('', '003A', '003a', '003b'),
});
const positionOf = (mark: { systemModstamp: string; id: string }) =>
	`${mark.systemModstamp} ${mark.id}`;

export function registerPropertyTests(place: Place): void {
	const desk = useLedger(place);

	it('quota arithmetic is that of the model, whatever is reserved, released and spent', async () => {
		const { quota } = desk.ledger;
		let run = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
				const account = `brevo-${run++}`;
				const model = new QuotaModel();
				for (const one of steps) {
					if (one.kind === 'reserve') {
						const { period, requests } = one;
						const rule = { limit: one.limit, lane: one.lane, warnAt: WARN_AT };
						const periodEnds = PERIOD_ENDS[period];
						const input = { account, period, periodEnds, ...rule, requests };
						const { granted, used, notices } = await quota.reserve(input);
						const expected = model.reserve(period, rule, requests);
						expect({ granted: [...granted].sort(), used, notices }).toEqual(expected);
					} else {
						await quota[one.kind](one.keys.map((key) => ({ account, key })));
						model[one.kind](one.keys);
					}
					for (const period of ['2026-11', '2026-12']) {
						const status = await quota.status(account, period);
						expect(status?.used).toBe(model.used.get(period));
						expect(status?.used ?? 0).toBeGreaterThanOrEqual(0);
					}
				}
			}),
			{ numRuns: RUNS },
		);
	});

	it('the cursor is never ahead of what was acknowledged, and never moves back (I4)', async () => {
		const { pages } = desk.ledger;
		let run = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ mark: watermark, acknowledge: fc.boolean() }), { maxLength: 12 }),
				async (moves) => {
					const integration = `Contacts ${run++}`;
					await pages.startAt(integration, { startedAt: '2026-11-14T09:00:00Z' });
					let highest = '';
					for (const { mark, acknowledge } of moves) {
						const page = (await pages.open(integration, 'changes', ['003A'])).id;
						if (acknowledge) {
							await pages.acknowledge({ integration, page, watermark: mark, seen: [] });
							if (positionOf(mark) > highest) highest = positionOf(mark);
						}
						const now = (await pages.cursor(integration))?.watermark;
						expect(now ? positionOf(now) : '').toBe(highest);
					}
				},
			),
			{ numRuns: RUNS },
		);
	});
}
