/** The shape of one limit: a rule of Brevo's help page, of either API, or of this sync itself. */

/** Brevo's two records of truth: its help page (R1 to R17) and the APIs' own references. */
export type LimitSource = 'help-page' | 'brevo-api' | 'salesforce-api' | 'sync';

export type LimitEffect =
	/** Missing from the dropdowns, and refused when a mapping names it all the same. */
	| 'not-offered'
	/** The record is not written and stands in the rejected list with a reason. */
	| 'rejected'
	/** This change (or this value) is left out on purpose; nothing to mend. */
	| 'excluded'
	/** No change of this record is carried in either direction until it is mended. */
	| 'frozen'
	/** The set-up does not start. */
	| 'refused'
	/** Kept by id, and comes again by itself. */
	| 'deferred'
	/** Nothing is held back; people are told. */
	| 'noticed';

export type HelpPageReference =
	| 'R1'
	| 'R2'
	| 'R3'
	| 'R4'
	| 'R5'
	| 'R6'
	| 'R7'
	| 'R8'
	| 'R9'
	| 'R10'
	| 'R11'
	| 'R12'
	| 'R13'
	| 'R14'
	| 'R15'
	| 'R16'
	| 'R17';

interface LimitBase {
	/** The rule in one English sentence. */
	readonly sentence: string;
	readonly direction: 'salesforce-to-brevo' | 'brevo-to-salesforce' | 'both' | 'set-up';
	readonly object: 'Contact' | 'Lead' | 'both';
	readonly effect: LimitEffect;
	/** Whether an option of the nodes can switch the limit off. */
	readonly liftable: boolean;
	/** What happened, for people. May hold {field} {attribute} {shape} {number} {names} {reason}. */
	readonly message: string;
	/** What to do next, for people; same placeholders. */
	readonly remedy: string;
}

export interface HelpPageLimit extends LimitBase {
	readonly source: 'help-page';
	/** The sentence as it stands on the French help page. */
	readonly original: string;
	/** The rule behind it, when the page is put as seventeen rules; limits may share one. */
	readonly reference: HelpPageReference;
}

export interface OwnLimit extends LimitBase {
	readonly source: Exclude<LimitSource, 'help-page'>;
}

export type Limit = HelpPageLimit | OwnLimit;
