import type { SalesforceObject } from '../changes/change.ts';
import type { Outcome, OutcomeCounts } from '../outcome.ts';
import type { ApiService } from './desk.ts';
import type { IntegrationState, Notice, PageKind, SnapshotPurpose } from './ledger.ts';

/** The tables of the newest schema version, as migrations/ leave them. Times in milliseconds. */
export interface LedgerTables {
	meta: { ledger_id: string; hash_key: string; schema_version: number };
	integration: {
		name: string;
		object: SalesforceObject;
		salesforce_org: string;
		workflow: string;
		brevo_account: string | null;
		consent_at: number;
		state: IntegrationState;
		last_error: string | null;
		failed_runs: number;
		back_of: string | null;
		profile: string | null;
		/** Set while somebody has paused it. */
		paused_at: number | null;
		/** When its trigger last looked without trouble. */
		looked_at: number | null;
		/** JSON of Scope. */
		scope: string | null;
	};
	lease: { integration: string; owner: string; until: number };
	cursor: {
		integration: string;
		watermark_stamp: string | null;
		watermark_id: string | null;
		floor_stamp: string | null;
		floor_id: string | null;
		started_at: string;
	};
	page: {
		integration: string;
		id: string;
		kind: PageKind;
		attempt: number;
		opened_at: number;
		/** Tasks charged by earlier attempts, whose outcomes are cleared. */
		earlier_tasks: number;
	};
	/** The records of the open pages; `outcome` is null until a node reports it. */
	page_outcome: {
		page: string;
		record_id: string;
		outcome: Outcome | null;
		tasks: number;
		/** Since when the change waits to be written; null where that says nothing. */
		since: number | null;
	};
	seen: { integration: string; record_id: string; stamp: string };
	deferred: {
		integration: string;
		record_id: string;
		limit_id: string;
		due_at: number;
		attempts: number;
		first_at: number;
		/** What it was rejected for the want of, before it was free. */
		waits_for: string | null;
		/** 1 when the record was known to be deleted. */
		gone: number | null;
	};
	rejection: {
		integration: string;
		record_id: string;
		limit_id: string;
		field: string | null;
		shape: string | null;
		/** The identifier that another record owns; released, the record comes again. */
		waits_for: string | null;
		first_at: number;
		last_at: number;
	};
	/** Totals of the acknowledged pages, one row an integration and UTC day. */
	activity: OutcomeCounts & { integration: string; day: number; read: number; tasks: number };
	/** The acknowledged pages. */
	run: OutcomeCounts & {
		integration: string;
		ended_at: number;
		page: string;
		kind: PageKind;
		attempts: number;
		opened_at: number;
		read: number;
		tasks: number;
	};
	/** How many records of a UTC day took so long at most, in steps (sync/desk/delay.ts). */
	delay: { integration: string; day: number; seconds: number; records: number };
	/** Requests of an hour, and what the service said last about all of them: `used` of `most`. */
	api_calls: {
		integration: string;
		hour: number;
		service: ApiService;
		calls: number;
		used: number | null;
		most: number | null;
	};
	/** Every reason for which a record was rejected or left out, the last time it was. */
	verdict: {
		integration: string;
		record_id: string;
		limit_id: string;
		outcome: 'rejected' | 'excluded';
		field: string | null;
		shape: string | null;
		first_at: number;
		last_at: number;
		times: number;
	};
	link: {
		integration: string;
		record_id: string;
		brevo_account: string;
		brevo_id: number | null;
		target: string;
		/** JSON of FieldHashes. */
		fields: string | null;
		salesforce_opted_out: number | null;
		brevo_opted_out: number | null;
		email_hash: string | null;
		sms_hash: string | null;
		written_at: number;
		salesforce_written_at: string | null;
		removed_at: number | null;
		/** Null of one that is older than this column. */
		first_written_at: number | null;
	};
	/** Lists behind a target of links. */
	place: { integration: string; target: string; list_id: number };
	/** A contact that may have changed in Brevo; '' when nobody knows whose it was. */
	hint: { integration: string; record_id: string; noted_at: number };
	/** The latest conflict of a field. */
	conflict: {
		integration: string;
		record_id: string;
		field: string;
		winner: 'salesforce' | 'brevo';
		at: number;
	};
	/** The period that tasks of a Brevo account were last asked for in. The row is the lock for all
	 *  quota work. */
	quota_account: { account: string; period: string; ends_at: number };
	quota_period: {
		account: string;
		period: string;
		ends_at: number;
		task_limit: number;
		/** Tasks of the limit that opt-outs and deletions alone may use. */
		lane: number;
		used: number;
		/** When its first task was reserved. */
		first_at: number | null;
		/** The limit that was set in Contact Sync, in place of Quota Guard's. */
		own_limit: number | null;
	};
	/** Tasks used at the last reservation of each UTC day. */
	quota_day: { account: string; period: string; day: number; used: number };
	/** Tasks that are not settled; a settled task lives on in `quota_period.used` only. */
	reservation: {
		account: string;
		task_key: string;
		hash: string;
		period: string;
		/** When the task was given back; such a row only tells a late write that it must pay again. */
		released_at: number | null;
		forget_at: number;
	};
	notice: {
		account: string;
		period: string;
		notice: Notice;
		/** Who was given it last, and when; until it is confirmed it may be given again. */
		claimant: string;
		given_at: number;
		confirmed_at: number | null;
		mailed_at: number | null;
	};
	cache: { cache_key: string; json: string; expires_at: number };
	/** The latest large read of an integration; `ended_at` is null while it lasts. */
	snapshot: {
		integration: string;
		purpose: SnapshotPurpose;
		started_at: string;
		begun_at: number;
		job: string | null;
		locator: string | null;
		total: number | null;
		done: number;
		ended_at: number | null;
	};
	/** Files on their way into Brevo. */
	brevo_import: {
		account: string;
		/** Keyed hash of what is in the file. */
		content: string;
		/** Null until Brevo has named its process. */
		process_id: number | null;
		sent_at: number;
		/** When it was known what became of its rows. */
		settled_at: number | null;
	};
}
