/** A change as it travels through a workflow, from a trigger to the node that writes it. */

import type { FieldHashes } from '../ledger/ledger.ts';
import type { LiftableLimitId } from '../limits/table.ts';

export type SalesforceObject = 'Contact' | 'Lead';

/** What happened to the record since the last acknowledged page. */
export const CHANGE_KINDS = ['created', 'updated', 'deleted', 'merged', 'converted'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** The record is no more. */
export const isGone = (change: ChangeKind | undefined): boolean =>
	change === 'deleted' || change === 'merged';

/** Nothing of the record is to be written any more: a converted lead goes on as a contact. */
export const hasLeft = (change: ChangeKind | undefined): boolean =>
	isGone(change) || change === 'converted';

/** A Salesforce record as the REST API returns it; field name to value, `attributes` removed. */
export type SalesforceRecord = Readonly<Record<string, unknown>>;

/**
 * The `sync` key of an item. An item without it is no error: it gets no ledger features.
 * Holds no personal data.
 */
export interface SyncContext {
	/** Name of the integration; the ledger's key. */
	readonly integration: string;
	/** Identity of the ledger that the trigger writes to; other nodes must use the same one. */
	readonly ledger: string;
	/** The page that this record belongs to; outcomes are counted by it. Absent in a test run. */
	readonly page?: string;
	readonly object: SalesforceObject;
	/** 18-character Salesforce id. */
	readonly id: string;
	readonly change: ChangeKind;
	/** ISO 8601, whole seconds, Salesforce's clock. */
	readonly systemModstamp: string;
	/** Salesforce id of the user who changed it last. */
	readonly modifiedBy?: string;
	/** The winner of a merge; only with `merged`. */
	readonly masterRecordId?: string;
	/** Limits that are switched off for this record and judged later than in the mapping. */
	readonly lifts?: readonly LiftableLimitId[];
	/** Whether the person has opted out in Salesforce; absent when opt-outs are not carried. */
	readonly optedOut?: boolean;
	/** Set when the change was made in Brevo: the integration whose links it uses. `integration` is
	 *  then the name of the stream back. */
	readonly backOf?: string;
	/** With `backOf`: keyed hashes of what Brevo has, by attribute. */
	readonly brevo?: FieldHashes;
	/** A write of this record was begun and nobody knows how it ended: the link may be behind what the
	 *  other side has. Set by Quota Guard. */
	readonly inDoubt?: true;
	/** Keyed hash of what is to be written, set by Quota Guard. */
	readonly hash?: string;
	/** The task that Quota Guard reserved: Brevo account and reservation key. */
	readonly task?: { readonly account: string; readonly key: string };
}

/** The position after which everything is still to be read: keyset on (SystemModstamp, Id). */
export interface Watermark {
	/** ISO 8601 as Salesforce gave it, normalised to `YYYY-MM-DDTHH:mm:ssZ`. */
	readonly systemModstamp: string;
	/** 18-character id, or '' for "before every record of that second". */
	readonly id: string;
}
