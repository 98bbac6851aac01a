import type { ChangeKind } from '../changes/change.ts';

interface DifferenceKind {
	/** What it is, in a sentence for people. */
	readonly sentence: string;
	/** It is repaired only where the trigger carries such changes. */
	readonly carriedAs: ChangeKind;
	/** The repair takes a contact out of Brevo: the brake judges it. */
	readonly removes: boolean;
}

/** What may differ between the two sides, in the order in which it is repaired. */
export const DIFFERENCES = {
	optOut: {
		sentence: 'The person has opted out in Salesforce, and Brevo does not know.',
		carriedAs: 'updated',
		removes: false,
	},
	deleted: {
		sentence: 'The record was deleted in Salesforce, and its contact is still in Brevo.',
		carriedAs: 'deleted',
		removes: true,
	},
	listed: {
		sentence: 'The contact is in the list again although it was taken out with its record.',
		carriedAs: 'deleted',
		removes: true,
	},
	missing: {
		sentence: 'The record has no contact in Brevo.',
		carriedAs: 'created',
		removes: false,
	},
	stale: {
		sentence: 'A value of the contact is not that of its record.',
		carriedAs: 'updated',
		removes: false,
	},
	unlisted: {
		sentence: 'The contact is not in its list.',
		carriedAs: 'updated',
		removes: false,
	},
	unlinked: {
		sentence: 'The contact is in Brevo, but the ledger does not know that it was written.',
		carriedAs: 'created',
		removes: false,
	},
	vanished: {
		sentence:
			'Salesforce no longer shows the record and does not say that it was deleted: it may be gone for good, or no longer shared with the connected user.',
		carriedAs: 'deleted',
		removes: true,
	},
} as const satisfies Record<string, DifferenceKind>;

export type Difference = keyof typeof DIFFERENCES;
export const DIFFERENCE_KINDS = Object.keys(DIFFERENCES) as readonly Difference[];

/** Why a record counts as no difference although its two sides may differ. */
export const REASONS = {
	moving: 'Changed so lately that the trigger has not brought it yet.',
	waiting: 'Waits in the ledger, for quota or for Brevo, and comes again by itself.',
	rejected: 'Stands in the list of rejected records with its reason.',
	emailEmptied: 'Frozen, because its address was emptied in Salesforce (limit email-emptied).',
	bulkEmailEdit: 'Addresses that were changed together (limit bulk-email-edit).',
	wayBack: 'Changed or deleted in Brevo; that is for the way back to carry.',
	beforeStart: 'Older than the start of an integration that began with changes from then on.',
	outsideFilter: 'No longer fits the filter of the trigger; what was written stays.',
	converted: 'A converted lead; it goes on as a contact.',
	goneOnBothSides: 'Neither in Salesforce nor in Brevo any more.',
	notWanted: 'The trigger is set not to carry this kind of change.',
	unconfirmed: 'Looked different, but the answers could not be trusted.',
} as const;

export type Reason = keyof typeof REASONS;
