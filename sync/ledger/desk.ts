import type { Activity, PageKind } from './ledger.ts';

/** What Contact Sync reads of the ledger, and the little that it changes. Times as in ledger.ts. */
export interface DeskStore {
	/** When the trigger that holds the integration's lease must have renewed it; absent without one. */
	leaseUntil(integration: string): Promise<number | undefined>;
	/** What an integration has before it. */
	backlog(integration: string): Promise<Backlog>;
	/** Totals by UTC day, oldest first; days without any are missing. */
	days(integration: string, since: number): Promise<DayActivity[]>;
	/** Acknowledged pages, oldest first, from `since` until before `until`. */
	runs(
		integration: string,
		range: { readonly since: number; readonly until: number; readonly most: number },
	): Promise<Run[]>;
	/** How long changes took to arrive, by UTC day and step, oldest day first. */
	delays(integration: string, since: number): Promise<Delay[]>;
	/** Tasks used at the end of each UTC day of the period, oldest first. */
	quotaDays(account: string, period: string): Promise<QuotaDay[]>;

	/** Calls of an hour add up; the latest word on what the service counts stands. */
	noteCalls(integration: string, calls: readonly ApiCalls[]): Promise<void>;
	/** The trigger has looked without trouble; its calls since the last look. */
	noteLook(integration: string, calls: readonly ApiCalls[]): Promise<void>;
	/** Calls by hour, oldest first. */
	calls(integration: string, since: number): Promise<HourCalls[]>;

	/** All that is known of a record, without its values; undefined when nothing is. */
	record(integration: string, recordId: string): Promise<KnownRecord | undefined>;
	/** Lets records come again at the next look; gives their number. */
	replay(integration: string, which: Replay): Promise<number>;

	/** From now on its triggers, the one of the way back too, emit nothing. False when it was paused before. */
	pause(integration: string): Promise<boolean>;
	/** Goes on; gives how many records changed meanwhile and come now. Undefined: it was not paused. */
	resume(integration: string): Promise<number | undefined>;
	/**
	 * The tasks of the period that runs, in place of Quota Guard's limit; undefined to let that one
	 * count again. Gives the limit before; undefined when no period of the account runs.
	 */
	setLimit(account: string, limit: number | undefined): Promise<ChangedLimit | undefined>;
	/** The limit that was set for a period. */
	ownLimit(account: string, period: string): Promise<number | undefined>;
}

export interface Backlog {
	/** Records that wait, by reason, most first. */
	readonly deferred: ReadonlyArray<{
		readonly limit: string;
		readonly records: number;
		/** The one that waits longest, since. */
		readonly since: number;
		/** The next one is due; 0 = as soon as the quota has room. */
		readonly nextAt: number;
	}>;
	/** Records on the rejected list, by reason, most first. */
	readonly rejected: ReadonlyArray<{ readonly limit: string; readonly records: number }>;
	/** The page that is under way, or that comes again. */
	readonly page?: {
		readonly kind: PageKind;
		readonly attempt: number;
		readonly openedAt: number;
		readonly records: number;
	};
	/** Contacts that may have changed in Brevo and were not looked at yet. */
	readonly hints: number;
}

export interface DayActivity extends Activity {
	/** Its first millisecond. */
	readonly day: number;
}

export interface Run extends Activity {
	readonly page: string;
	readonly kind: PageKind;
	/** How often it was emitted until its execution succeeded. */
	readonly attempts: number;
	/** When it was emitted last. */
	readonly openedAt: number;
	readonly endedAt: number;
}

export interface Delay {
	readonly day: number;
	/** Upper end of the step; see sync/desk/delay.ts. */
	readonly seconds: number;
	readonly records: number;
}

export interface QuotaDay {
	readonly day: number;
	readonly used: number;
}

/** What is counted apart: Brevo has one pace for contacts and another one for the rest. */
export type ApiService = 'salesforce' | 'brevo-contacts' | 'brevo-mail' | 'brevo-other';

export interface ApiCalls {
	readonly service: ApiService;
	readonly calls: number;
	/** What the service counts, of everybody, where it says so: calls of its period, and the limit. */
	readonly used?: number;
	readonly most?: number;
}

export interface HourCalls extends ApiCalls {
	/** Its first millisecond. */
	readonly hour: number;
}

export interface KnownRecord {
	readonly integration: string;
	readonly recordId: string;
	readonly link?: {
		readonly brevoAccount: string;
		readonly brevoId?: number;
		/** Absent when it was first written by an earlier version of this package. */
		readonly firstWrittenAt?: number;
		readonly writtenAt: number;
		readonly removedAt?: number;
		/** An opt-out that both sides know of. */
		readonly optedOut: boolean;
	};
	readonly deferred?: {
		readonly limit: string;
		readonly since: number;
		readonly dueAt: number;
		readonly attempts: number;
	};
	/** It stands on the rejected list. */
	readonly rejected?: { readonly limit: string; readonly since: number };
	/** On the page that is under way. */
	readonly onPage: boolean;
	/** Why it was ever rejected or left out, oldest first. */
	readonly verdicts: ReadonlyArray<{
		readonly limit: string;
		readonly outcome: 'rejected' | 'excluded';
		readonly field?: string;
		readonly shape?: string;
		readonly firstAt: number;
		readonly lastAt: number;
		readonly times: number;
	}>;
	/** Fields that were changed on both sides, oldest first. */
	readonly conflicts: ReadonlyArray<{
		readonly field: string;
		readonly winner: 'salesforce' | 'brevo';
		readonly at: number;
	}>;
	/** SystemModstamp that was acknowledged last, while it is remembered. */
	readonly seen?: string;
}

export type Replay =
	/** One that the ledger knows of. */
	| { readonly kind: 'record'; readonly recordId: string }
	/** Those on the rejected list, for this reason and since then, if given. */
	| { readonly kind: 'rejected'; readonly limit?: string; readonly since?: number }
	/** Everything that the ledger knows of: written, rejected and waiting records. */
	| { readonly kind: 'all' };

export interface ChangedLimit {
	readonly period: string;
	readonly endsAt: number;
	readonly before: number;
	readonly limit: number;
}
