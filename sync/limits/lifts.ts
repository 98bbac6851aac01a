import { type LiftableLimitId, type Lifts } from './table.ts';

/** How the limits that can be lifted are called in the nodes, and what lifting them means. */
export const LIFTS: Readonly<
	Record<LiftableLimitId, { readonly name: string; readonly description: string }>
> = {
	'bulk-email-edit': {
		name: 'Bulk E-Mail Edits',
		description: 'Carry e-mail addresses that somebody changed on several records at once',
	},
	'formula-field': {
		name: 'Formula Fields',
		description:
			'Map formula fields. Salesforce does not tell when a formula’s result changes; all records are read again once a day for it.',
	},
	'picklist-field': {
		name: 'Picklist Fields',
		description: 'Map picklists to text, category and multiple-choice attributes',
	},
	'boolean-field': {
		name: 'Yes/No Fields',
		description: 'Map checkboxes to yes/no and text attributes',
	},
};

/** What a node's parameter holds, as a set; what is no limit that can be lifted is left out. */
export function liftsOf(value: unknown): Lifts {
	const names: readonly unknown[] = Array.isArray(value) ? value : [];
	return new Set(names.filter(isLiftable));
}

const isLiftable = (value: unknown): value is LiftableLimitId =>
	typeof value === 'string' && Object.hasOwn(LIFTS, value);

/** Everything lifted: for whoever only reads. */
export const ALL_LIFTED: Lifts = new Set(Object.keys(LIFTS).filter(isLiftable));
