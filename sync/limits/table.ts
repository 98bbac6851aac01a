import { BACK_LIMITS } from './back.ts';
import { DELIVERY_LIMITS } from './delivery.ts';
import { HELP_PAGE_LIMITS } from './help-page.ts';
import type { Limit } from './limit.ts';
import { MAPPING_LIMITS } from './mapping-rows.ts';
import { VALUE_LIMITS } from './values.ts';

/** Every limit of the sync by its id: the one source for checks, messages, options and docs. */
export const LIMITS = {
	...HELP_PAGE_LIMITS,
	...VALUE_LIMITS,
	...MAPPING_LIMITS,
	...DELIVERY_LIMITS,
	...BACK_LIMITS,
} as const satisfies Record<string, Limit>;

export type LimitId = keyof typeof LIMITS;

/** The limits that an option can switch off. */
export type LiftableLimitId = {
	[Id in LimitId]: (typeof LIMITS)[Id]['liftable'] extends true ? Id : never;
}[LimitId];

/** The limits that are switched off; empty = "As Brevo documents". */
export type Lifts = ReadonlySet<LiftableLimitId>;

export const AS_BREVO_DOCUMENTS: Lifts = new Set<LiftableLimitId>();

/** All ids, in the order of the table. */
export const LIMIT_IDS = Object.keys(LIMITS) as readonly LimitId[];

/** True for an id of the table; ids that come out of an older ledger may no longer be one. */
export function isLimitId(text: string): text is LimitId {
	return Object.hasOwn(LIMITS, text);
}
