/** Who wins when a field was changed on both sides since they last agreed. */
export const CONFLICT_RULES = ['salesforce', 'brevo', 'newest', 'neverBlank'] as const;
export type ConflictRule = (typeof CONFLICT_RULES)[number];

/** One field as hashes: on both sides, and when they last agreed (absent when they never did). */
export interface FieldSides {
	readonly base?: string | undefined;
	readonly salesforce: string;
	readonly brevo: string;
	/** The hash of "empty". */
	readonly blank: string;
}

/** Epoch milliseconds of the latest change of the record and of the contact. */
export interface Stamps {
	readonly salesforce: number;
	readonly brevo: number;
}

export interface Resolution {
	/** Whose value both sides shall have; `agreed` when they have the same. */
	readonly winner: 'salesforce' | 'brevo' | 'agreed';
	/** Both had changed, so that a value is lost. */
	readonly conflict: boolean;
}

/**
 * Three-way merge of one field. With `inDoubt` the base is worth nothing, because a write of that
 * side's value was begun and may have happened: its present value is written again.
 */
export function resolve(
	sides: FieldSides,
	rule: ConflictRule,
	stamps: Stamps,
	inDoubt?: 'salesforce' | 'brevo',
): Resolution {
	const { base, salesforce, brevo, blank } = sides;
	if (salesforce === brevo) return { winner: 'agreed', conflict: false };
	if (inDoubt) return { winner: inDoubt, conflict: false };
	if (brevo === base) return { winner: 'salesforce', conflict: false };
	if (salesforce === base) return { winner: 'brevo', conflict: false };
	// Newly mapped: an empty field has said nothing yet.
	if (base === undefined && salesforce === blank) return { winner: 'brevo', conflict: false };
	if (base === undefined && brevo === blank) return { winner: 'salesforce', conflict: false };
	return { winner: winnerBy[rule](sides, stamps), conflict: true };
}

const winnerBy: Readonly<
	Record<ConflictRule, (sides: FieldSides, stamps: Stamps) => 'salesforce' | 'brevo'>
> = {
	salesforce: () => 'salesforce',
	brevo: () => 'brevo',
	newest: (_, { salesforce, brevo }) => (brevo > salesforce ? 'brevo' : 'salesforce'),
	neverBlank: ({ salesforce, blank }) => (salesforce === blank ? 'brevo' : 'salesforce'),
};
