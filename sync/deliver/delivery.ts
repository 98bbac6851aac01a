import type { BrevoClient } from '../brevo/client.ts';
import type { BrevoContact } from '../brevo/contact.ts';
import type { SyncContext } from '../changes/change.ts';
import type { Host, Http } from '../host.ts';
import type { Ledger, TaskKey } from '../ledger/ledger.ts';
import type { LimitId } from '../limits/table.ts';

/** One record on its way into Brevo. */
export interface Delivery {
	readonly contact: BrevoContact;
	/** Absent for an item of somebody else's workflow: written, but not remembered. */
	readonly sync?: SyncContext;
	/** Task that Quota Guard reserved, settled here. */
	readonly task?: TaskKey;
	/** Content hash that Quota Guard computed; computed here when there was no guard. */
	readonly hash?: string;
}

export type Delivered =
	| {
			readonly kind: 'written';
			readonly how: 'created' | 'updated' | 'imported' | 'removed' | 'deleted';
			readonly brevoId?: number;
	  }
	| { readonly kind: 'unchanged' }
	| {
			readonly kind: 'excluded' | 'rejected';
			readonly limit: LimitId;
			readonly field?: string;
			readonly owner?: string;
			/** Keyed hash of the identifier that another record owns. */
			readonly waitsFor?: string;
			readonly number?: number;
			/** Brevo's own reason, free of contact values. */
			readonly reason?: string;
	  }
	/** `dueAt`: earliest next try, milliseconds since the epoch. */
	| {
			readonly kind: 'deferred';
			readonly limit: LimitId;
			readonly dueAt: number;
			readonly mayHaveHappened: boolean;
	  };

export interface DeliveryTools {
	readonly client: BrevoClient;
	readonly host: Host;
	readonly brevoAccount: string;
	/** Absent when no item has a sync context and none a task: then nothing is remembered. */
	readonly ledger?: Ledger;
	/** Fetches reject files; carries no credential. */
	readonly download: Http;
}
