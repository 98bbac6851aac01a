import fc from 'fast-check';
import { mapRecord } from '../../sync/mapping/map-record.ts';
import {
	CONFLICT_RULES,
	type ConflictRule,
	type FieldSides,
	resolve,
	type Stamps,
} from '../../sync/merge.ts';

/** Hashes of values: "before" is what both sides last had, "empty" that of an empty field. */
const BLANK = 'empty';
const EARLIER = 1_763_888_400_000;
const SALESFORCE_LATER: Stamps = { salesforce: EARLIER + 1, brevo: EARLIER };
const BREVO_LATER: Stamps = { salesforce: EARLIER, brevo: EARLIER + 1 };
const SAME_MOMENT: Stamps = { salesforce: EARLIER, brevo: EARLIER };
const ALL_STAMPS = [SALESFORCE_LATER, BREVO_LATER, SAME_MOMENT];

const sidesOf = (base: string | undefined, salesforce: string, brevo: string): FieldSides => ({
	base,
	salesforce,
	brevo,
	blank: BLANK,
});

type Side = 'salesforce' | 'brevo';
const SIDES: readonly Side[] = ['salesforce', 'brevo'];
const otherOf = (side: Side): Side => (side === 'salesforce' ? 'brevo' : 'salesforce');
/** Sides in which `side` has `own` and the other one has `its`. */
const withSide = (base: string | undefined, side: Side, own: string, its: string): FieldSides =>
	side === 'salesforce' ? sidesOf(base, own, its) : sidesOf(base, its, own);

const eachRule = CONFLICT_RULES.map((rule) => [rule] as const);
const eachRuleAndSide = CONFLICT_RULES.flatMap((rule) =>
	SIDES.map((side) => [rule, side] as const),
);

describe('a field that no two sides dispute', () => {
	test.each(eachRule)('%s: what both have already is agreed, whatever it was before', (rule) => {
		for (const stamps of ALL_STAMPS)
			for (const base of [undefined, 'before', 'same', BLANK])
				for (const value of ['same', BLANK])
					for (const doubt of [undefined, ...SIDES])
						expect(resolve(sidesOf(base, value, value), rule, stamps, doubt)).toEqual({
							winner: 'agreed',
							conflict: false,
						});
	});

	test.each(eachRuleAndSide)(
		'%s: changed in %s alone, the change stands, however old it is',
		(rule, side) => {
			for (const stamps of ALL_STAMPS)
				expect(resolve(withSide('before', side, 'new', 'before'), rule, stamps)).toEqual({
					winner: side,
					conflict: false,
				});
		},
	);

	test.each(eachRuleAndSide)('%s: filled in %s alone, the empty side gets it', (rule, side) => {
		for (const stamps of ALL_STAMPS)
			expect(resolve(withSide(BLANK, side, 'new', BLANK), rule, stamps)).toEqual({
				winner: side,
				conflict: false,
			});
	});

	// What Never Blank does not carry is left out before anything is merged; see below.
	test.each(eachRuleAndSide)('%s: to empty a field in %s alone is a change too', (rule, side) => {
		for (const stamps of ALL_STAMPS)
			expect(resolve(withSide('before', side, BLANK, 'before'), rule, stamps)).toEqual({
				winner: side,
				conflict: false,
			});
	});

	test.each(eachRuleAndSide)(
		'%s: newly mapped and filled in %s alone, the filled side stands: empty has said nothing yet',
		(rule, side) => {
			for (const stamps of ALL_STAMPS)
				expect(resolve(withSide(undefined, side, 'new', BLANK), rule, stamps)).toEqual({
					winner: side,
					conflict: false,
				});
		},
	);

	test.each(eachRuleAndSide)(
		'%s: in doubt about a write of %s, its value is written again, and nothing counts as lost',
		(rule, side) => {
			for (const stamps of ALL_STAMPS)
				for (const base of [undefined, 'before', 'own', 'its', BLANK])
					for (const [own, its] of [
						['own', 'its'],
						[BLANK, 'its'],
						['own', BLANK],
					] as const)
						expect(resolve(withSide(base, side, own, its), rule, stamps, side)).toEqual({
							winner: side,
							conflict: false,
						});
		},
	);
});

describe('a field that both sides changed: whose value stands', () => {
	type Case = readonly [
		situation: string,
		base: string | undefined,
		salesforce: string,
		brevo: string,
	];
	const bothFilled: Case = ['both filled it differently', 'before', 'here', 'there'];
	const newlyMapped: Case = ['newly mapped, both filled', undefined, 'here', 'there'];
	const fromBlank: Case = ['both filled what was empty', BLANK, 'here', 'there'];
	const emptiedInSalesforce: Case = ['emptied in Salesforce', 'before', BLANK, 'there'];
	const emptiedInBrevo: Case = ['emptied in Brevo', 'before', 'here', BLANK];
	const filled = [bothFilled, newlyMapped, fromBlank];
	const all = [...filled, emptiedInSalesforce, emptiedInBrevo];

	type Row = readonly [ConflictRule, Case, ReadonlyArray<readonly [Stamps, Side]>];
	const whenever = (side: Side) => ALL_STAMPS.map((stamps) => [stamps, side] as const);
	const rows: readonly Row[] = [
		...all.map((one): Row => ['salesforce', one, whenever('salesforce')]),
		...all.map((one): Row => ['brevo', one, whenever('brevo')]),
		...all.map((one): Row => [
			'newest',
			one,
			[
				[SALESFORCE_LATER, 'salesforce'],
				[BREVO_LATER, 'brevo'],
				[SAME_MOMENT, 'salesforce'],
			],
		]),
		...filled.map((one): Row => ['neverBlank', one, whenever('salesforce')]),
		['neverBlank', emptiedInSalesforce, whenever('brevo')],
		['neverBlank', emptiedInBrevo, whenever('salesforce')],
	];

	test.each(rows.map(([rule, one, stands]) => [rule, one[0], one, stands] as const))(
		'%s: %s',
		(rule, _, [, base, salesforce, brevo], stands) => {
			for (const [stamps, winner] of stands)
				expect(resolve(sidesOf(base, salesforce, brevo), rule, stamps)).toEqual({
					winner,
					conflict: true,
				});
		},
	);

	test('newest: a side whose time is unknown is no later than the other; nobody knows: Salesforce', () => {
		const both = sidesOf('before', 'here', 'there');
		const at = (salesforce: number, brevo: number) =>
			resolve(both, 'newest', { salesforce, brevo }).winner;
		expect(at(EARLIER, Number.NaN)).toBe('salesforce');
		expect(at(Number.NaN, Number.NaN)).toBe('salesforce');
	});
});

describe('Never Blank: an empty value is never carried at all', () => {
	const field = { name: 'Title', label: 'Title', type: 'string', length: 128 };
	const email = { name: 'Email', label: 'Email', type: 'email', length: 80 };
	const attributes = [{ name: 'JOB', category: 'normal', type: 'text' }] as const;
	const mapped = (rule: ConflictRule, title: string | null) => {
		const result = mapRecord(
			{ Id: '003dM0000000001QA4', Email: 'a@example.com', Title: title },
			[
				{ attribute: 'EMAIL', field: 'Email' },
				{ attribute: 'JOB', field: 'Title', rule },
			],
			[field, email],
			attributes,
		);
		return result.kind === 'mapped' ? result.contact.attributes : result;
	};

	test.each([null, '', '  '])('a title emptied in Salesforce (%j) is not sent', (title) => {
		expect(mapped('neverBlank', title)).toEqual({});
		expect(mapped('neverBlank', 'Buyer')).toEqual({ JOB: 'Buyer' });
	});

	test.each(CONFLICT_RULES.filter((rule) => rule !== 'neverBlank'))('%s sends it', (rule) => {
		expect(mapped(rule, null)).toEqual({ JOB: '' });
	});
});

describe('what holds for every field', () => {
	// Few values, so that sides meet each other, the base and "empty" often.
	const value = fc.constantFrom('a', 'b', 'c', BLANK);
	const base = fc.option(value, { nil: undefined });
	const rule = fc.constantFrom(...CONFLICT_RULES);
	const side = fc.constantFrom(...SIDES);
	const stamp = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(Number.NaN));
	const stamps = fc.record({ salesforce: stamp, brevo: stamp });
	const doubt = fc.option(side, { nil: undefined });
	const sides = fc.tuple(base, value, value).map(([was, here, there]) => sidesOf(was, here, there));
	const RUNS = { numRuns: 1000 };

	/** What both sides have once the winner's value has been written to the other one. */
	const applied = (given: FieldSides, winner: Side | 'agreed'): FieldSides => {
		const stands = winner === 'brevo' ? given.brevo : given.salesforce;
		return { ...given, base: stands, salesforce: stands, brevo: stands };
	};

	test('a change on one side always stands, under every rule and at every time', () => {
		fc.assert(
			fc.property(value, value, side, rule, stamps, (was, now, changed, by, at) => {
				fc.pre(was !== now);
				const result = resolve(withSide(was, changed, now, was), by, at);
				expect(result).toEqual({ winner: changed, conflict: false });
			}),
			RUNS,
		);
	});

	test('once the result is on both sides, there is nothing more to decide', () => {
		fc.assert(
			fc.property(
				sides,
				rule,
				rule,
				stamps,
				stamps,
				doubt,
				(given, by, then, at, later, unsure) => {
					const { winner } = resolve(given, by, at, unsure);
					const again = resolve(applied(given, winner), then, later);
					expect(again).toEqual({ winner: 'agreed', conflict: false });
				},
			),
			RUNS,
		);
	});

	test('the next edit of either side stands after a merge: what lost does not come again', () => {
		fc.assert(
			fc.property(sides, rule, stamps, side, (given, by, at, editor) => {
				const { winner } = resolve(given, by, at);
				const { base: agreed } = applied(given, winner);
				const next = resolve(withSide(agreed, editor, 'edited', agreed ?? BLANK), by, at);
				expect(next).toEqual({ winner: editor, conflict: false });
			}),
			RUNS,
		);
	});

	test('a conflict is told exactly when a value that somebody entered or emptied is lost', () => {
		fc.assert(
			fc.property(sides, rule, stamps, (given, by, at) => {
				const { conflict, winner } = resolve(given, by, at);
				// A field that was never agreed on and is empty holds nothing to lose.
				const known = given.base ?? BLANK;
				expect(conflict).toBe(winner !== 'agreed' && given[otherOf(winner)] !== known);
			}),
			RUNS,
		);
	});

	test('Never Blank leaves nobody with an empty field where the two had two different changes', () => {
		fc.assert(
			fc.property(sides, stamps, (given, at) => {
				const { winner, conflict } = resolve(given, 'neverBlank', at);
				if (conflict) expect(applied(given, winner).base).not.toBe(BLANK);
			}),
			RUNS,
		);
	});

	test('Never Blank, with the empty values left out, never blanks a value', () => {
		fc.assert(
			fc.property(sides, stamps, side, doubt, (given, at, from, unsure) => {
				// A direction carries what its side has; the mapping leaves out the empty ones.
				fc.pre(given[from] !== BLANK && (unsure === undefined || unsure === from));
				const { winner } = resolve(given, 'neverBlank', at, unsure);
				const before = given[otherOf(from)];
				const after = winner === from ? given[from] : before;
				expect(after === BLANK).toBe(winner !== from && before === BLANK);
				if (before !== BLANK) expect(after).not.toBe(BLANK);
			}),
			RUNS,
		);
	});

	test('Salesforce Wins and Brevo Wins are mirror images of each other', () => {
		fc.assert(
			fc.property(sides, stamps, doubt, (given, at, unsure) => {
				const mirrored = { ...given, salesforce: given.brevo, brevo: given.salesforce };
				const straight = resolve(given, 'salesforce', at, unsure);
				const mirror = resolve(mirrored, 'brevo', at, unsure && otherOf(unsure));
				expect(mirror.conflict).toBe(straight.conflict);
				expect(mirror.winner).toBe(
					straight.winner === 'agreed' ? 'agreed' : otherOf(straight.winner),
				);
			}),
			RUNS,
		);
	});

	test('only Newest Wins asks for the time', () => {
		fc.assert(
			fc.property(sides, rule, stamps, stamps, doubt, (given, by, at, later, unsure) => {
				fc.pre(by !== 'newest');
				expect(resolve(given, by, at, unsure)).toEqual(resolve(given, by, later, unsure));
			}),
			RUNS,
		);
	});
});
