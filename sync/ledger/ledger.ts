import type { SalesforceObject, Watermark } from '../changes/change.ts';
import type { Outcome, OutcomeCounts } from '../outcome.ts';
import type { DeskStore } from './desk.ts';

/**
 * The durable state of every integration. It holds ids, keyed hashes, field names, limit ids and
 * counts, never a contact's value (decision 5). All times are milliseconds since the epoch unless
 * named otherwise. Every method is one short transaction and safe with several processes.
 */
export interface Ledger {
	/** Random id of this ledger, made with its schema; tells two ledgers apart. */
	readonly id: string;
	/** Where it is, for people and error messages: a file path, or host/database. No secret. */
	readonly place: string;
	/** SHA-512/256 (hex) with the ledger's own random key; for hashes of payloads and identifiers. */
	readonly hash: (text: string) => string;

	readonly integrations: IntegrationStore;
	readonly pages: PageStore;
	readonly links: LinkStore;
	readonly hints: HintStore;
	readonly conflicts: ConflictStore;
	readonly snapshots: SnapshotStore;
	readonly imports: ImportStore;
	readonly quota: QuotaStore;
	readonly cache: CacheStore;
	readonly desk: DeskStore;

	/** Closes the handle; a later `openLedger` opens it again. */
	close(): Promise<void>;
}

/* ---------------------------------------------------------------- integrations */

export type IntegrationState = 'active' | 'inactive' | 'failing';

export interface Integration {
	readonly name: string;
	readonly object: SalesforceObject;
	/** Salesforce organisation id; one org may be connected five times (limit connections-per-org). */
	readonly salesforceOrg: string;
	/** n8n workflow id; a second workflow with the same integration name is refused while this one
	 *  runs. */
	readonly workflow: string;
	/** Brevo account (organisation id) once a node that knows it has run. */
	readonly brevoAccount?: string;
	/** When the user ticked the consent box. */
	readonly consentAt: number;
	readonly state: IntegrationState;
	/** Last error with its remedy, in words for people; cleared by the next acknowledged page. */
	readonly lastError?: string;
	readonly failedRuns: number;
	/** Set while somebody has paused it: then its trigger emits nothing, nor does that of the way back. */
	readonly pausedAt?: number;
	/** When its trigger last looked without trouble. */
	readonly lookedAt?: number;
	/** Set for a stream of changes made in Brevo: the integration whose links it uses. */
	readonly backOf?: string;
	/** JSON of the mapping as Map Contact Fields used it last; see `Profile`. */
	readonly profile?: string;
	/** JSON of what the trigger brings; see `Scope`. */
	readonly scope?: string;
}

/** The stream that brings an integration's changes back from Brevo is a ledger row of its own. */
export const backStreamOf = (integration: string): string => `${integration}${BACK_SUFFIX}`;
/** A name that people give may not end like this. */
export const BACK_SUFFIX = ' ← Brevo';

export interface IntegrationStore {
	/**
	 * Creates the integration or takes it up again (same workflow, or another one once the first does
	 * not run: a workflow that was imported anew keeps its links), sets it active. It runs while it is
	 * active and its lease lasts. Throws LedgerError `integration-taken` when another workflow runs
	 * it, `too-many-connections` when five others of its Salesforce organisation run,
	 * `object-changed` or `org-changed` when object or organisation differ from what is stored: the
	 * cursor and the ids of one are worth nothing in the other. A stream back (`backOf`) does not count
	 * as a connection.
	 */
	activate(
		integration: Pick<
			Integration,
			'name' | 'object' | 'salesforceOrg' | 'workflow' | 'consentAt' | 'backOf'
		>,
	): Promise<Integration>;
	deactivate(name: string): Promise<void>;
	get(name: string): Promise<Integration | undefined>;
	list(): Promise<Integration[]>;
	/** Remembers which Brevo account the integration writes to. */
	bindBrevoAccount(name: string, account: string): Promise<void>;
	/** Remembers how the integration's records are mapped (`Integration.profile`). */
	saveProfile(name: string, json: string): Promise<void>;
	/** Remembers which records the trigger brings (`Integration.scope`). */
	saveScope(name: string, json: string): Promise<void>;
	/** Counts a failed run (`failedRuns + 1`), keeps the message, sets `failing`. Returns the new count. */
	noteFailure(name: string, message: string): Promise<number>;
	/** What was in the way is over: no failed runs, no message, `active` if it was `failing`. */
	noteSuccess(name: string): Promise<void>;

	/**
	 * Takes or renews the right to read and emit for this integration, or to do something else that
	 * only one may do at a time (`oneAtATime`). True when `owner` holds it until now + `ttlMs`; false
	 * while another owner's lease lasts.
	 */
	lease(name: string, owner: string, ttlMs: number): Promise<boolean>;
	releaseLease(name: string, owner: string): Promise<void>;
}

/* ---------------------------------------------------------------- pages, cursor, outcomes */

/** Why a page is emitted: a stretch of the change stream, deferred records that are due, or a part of
 *  a large read. */
export type PageKind = 'changes' | 'deferred' | 'snapshot';

export interface Cursor {
	/** Everything up to here is acknowledged. Absent before the first page of an initial import. */
	readonly watermark?: Watermark;
	/** Never look further back than this (set by "from now on"); absent for an initial import. */
	readonly floor?: Watermark;
	/** When the integration started, by Salesforce's clock (ISO 8601): records deleted before then
	 *  are of no interest. */
	readonly startedAt: string;
}

export interface OpenPage {
	readonly id: string;
	readonly kind: PageKind;
	/** How often this page has been emitted. */
	readonly attempt: number;
	readonly openedAt: number;
}

export interface RecordOutcome {
	readonly integration: string;
	/** The page it belongs to; absent when a node runs outside the trigger's page. */
	readonly page?: string;
	readonly recordId: string;
	readonly outcome: Outcome;
	/** Id from the limits table; required for excluded, rejected, deferred. */
	readonly limit?: string;
	/** Field or attribute that caused it. */
	readonly field?: string;
	/** Shape of the value, never the value: e.g. "text, 43 characters". */
	readonly shape?: string;
	/** With `rejected`: keyed hash of the identifier that another record owns. When that one lets go of
	 *  it, or owns it only because the two wait for each other, the record is deferred and comes again. */
	readonly waitsFor?: string;
	/** With `deferred`: earliest time of the next try. 0 = as soon as the quota has room. */
	readonly dueAt?: number;
	/** With `deferred`: Salesforce has said that the record is deleted. Without it a record that is not
	 *  found when it is due counts as out of sight. */
	readonly gone?: true;
}

/** Why a record is not in Brevo as it is in Salesforce. */
export interface Standing {
	readonly kind: 'deferred' | 'rejected';
	readonly limit: string;
}

export interface Rejection {
	readonly integration: string;
	readonly recordId: string;
	readonly limit: string;
	readonly field?: string;
	readonly shape?: string;
	/** First and latest time it was rejected for this. */
	readonly firstAt: number;
	readonly lastAt: number;
}

export interface Activity extends OutcomeCounts {
	/** Records that acknowledged pages brought; equals the sum of the five outcomes. */
	readonly read: number;
	/** Tasks charged for them. */
	readonly tasks: number;
}

export interface PageStore {
	cursor(integration: string): Promise<Cursor | undefined>;
	/** Sets where an integration starts; does nothing if a cursor exists. */
	startAt(integration: string, cursor: Cursor): Promise<void>;

	/**
	 * Notes that a page is about to be emitted with these records. There is at most one open page
	 * an integration: an unfinished one (crash, failed run) is reopened under its old id with
	 * `attempt + 1`, its kind and records replaced by the given ones, its outcomes cleared except
	 * `written` (what an attempt wrote before it died stays written). `since`: when the records were
	 * changed, for how long they take to arrive; of deferred ones the ledger knows it.
	 */
	open(
		integration: string,
		kind: PageKind,
		recordIds: readonly string[],
		since?: ReadonlyMap<string, number>,
	): Promise<OpenPage>;

	/** Records how records ended; idempotent on (page, record): the latest word counts, except
	 *  that `unchanged` never replaces `written` (the page was emitted again after its write).
	 *  `rejected` is kept as Rejection; `deferred` as deferred id; any other outcome removes both. */
	record(outcomes: readonly RecordOutcome[]): Promise<void>;

	/** Outcomes noted so far for the open page, by record id. */
	outcomes(page: string): Promise<ReadonlyMap<string, Outcome>>;

	/**
	 * Acknowledges a page: in one transaction moves the cursor (never backwards), remembers
	 * (Id, SystemModstamp) of `seen`, forgets what is older than `forgetBefore`, adds the page's
	 * outcomes to the activity, counts records without an outcome as excluded
	 * (`left-the-workflow`; they are no longer deferred or rejected), closes the page, resets
	 * `failedRuns` and `lastError`. Returns what the page added to the activity; zeros when the page
	 * was closed before, while the cursor moves all the same.
	 */
	acknowledge(input: {
		readonly integration: string;
		readonly page: string;
		readonly watermark?: Watermark;
		readonly seen: ReadonlyArray<{ readonly id: string; readonly systemModstamp: string }>;
		/** SystemModstamp before which `seen` entries are of no more use. */
		readonly forgetBefore?: string;
		/** The page was a part of the integration's snapshot: where it goes on. */
		readonly snapshot?: SnapshotStep;
	}): Promise<Activity>;

	/** Moves the cursor without a page (everything in the stretch was seen already). Never backwards. */
	advance(integration: string, watermark: Watermark, forgetBefore?: string): Promise<void>;

	/** SystemModstamp last acknowledged for these ids, within the overlap window. */
	seen(integration: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;

	/** Ids of deferred records that are due at `now`. Those that wait for quota (`dueAt` 0) only when
	 *  `quotaHasRoom`, and first; then by `dueAt`; of equal ones the longest deferred first. */
	dueDeferred(
		integration: string,
		now: number,
		quotaHasRoom: boolean,
		most: number,
	): Promise<string[]>;
	/** All that wait, or those that wait for this reason. */
	deferredCount(integration: string, limit?: string): Promise<number>;
	/** Of these, the deferred ones that were known to be deleted (`RecordOutcome.gone`). */
	gone(integration: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
	/** Which of these wait or are rejected, and why. */
	standing(integration: string, ids: readonly string[]): Promise<ReadonlyMap<string, Standing>>;
	/** Lets records that wait for this reason come again at once; gives their number. */
	resume(integration: string, limit: string): Promise<number>;
	rejections(
		integration: string,
		options?: {
			readonly limit?: string;
			/** Rejected at this time or later. */
			readonly since?: number;
			readonly most?: number;
			readonly after?: string;
		},
	): Promise<Rejection[]>;
	/** What rejected records wait for (`RecordOutcome.waitsFor`), by record id. */
	waitingFor(integration: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
	/** Totals over all acknowledged pages since the UTC day of `since` (default: ever). */
	activity(integration: string, since?: number): Promise<Activity>;
}

/* ---------------------------------------------------------------- large reads and imports */

/** `import`: the first read of everything. `refresh`: a later one, for what moves no timestamp. */
export type SnapshotPurpose = 'import' | 'refresh';

/** A read of everything that Salesforce prepares as a file (Bulk API 2.0) and that takes many pages. */
export interface Snapshot {
	readonly purpose: SnapshotPurpose;
	/** Salesforce's clock before the read (ISO 8601): the changes go on from here. */
	readonly startedAt: string;
	/** Our clock, for the pace. */
	readonly begunAt: number;
	/** Salesforce's job, once there is one. */
	readonly job?: string;
	/** Where the next page begins; absent for the first one. */
	readonly locator?: string;
	/** Records that the job has found. */
	readonly total?: number;
	/** Records of acknowledged pages. */
	readonly done: number;
	readonly endedAt?: number;
}

export interface SnapshotStep {
	/** Records of the page. */
	readonly records: number;
	/** Where the next page begins; absent after the last one, which ends the snapshot. */
	readonly locator?: string;
}

export interface SnapshotStore {
	/** The latest one, under way or ended. */
	get(integration: string): Promise<Snapshot | undefined>;
	/** Begins a new one in place of the latest. */
	begin(
		integration: string,
		snapshot: Pick<Snapshot, 'purpose' | 'startedAt' | 'total'>,
	): Promise<void>;
	/** Remembers the job that is to be read, from its first page on. */
	setJob(integration: string, job: string): Promise<void>;
	/** The job is of no more use; the next one is read from its first page on. */
	dropJob(integration: string): Promise<void>;
}

/** A file on its way into Brevo, known by the keyed hash of what is in it. */
export interface BrevoImport {
	readonly content: string;
	/** Absent while nobody knows whether Brevo took it. */
	readonly processId?: number;
	readonly sentAt: number;
}

export interface ImportStore {
	/** To be called before the file is sent. Files of more than a day ago are forgotten. */
	sending(account: string, content: string): Promise<void>;
	/** Brevo took it. */
	taken(account: string, content: string, processId: number): Promise<void>;
	/** One that was sent and never settled. */
	find(account: string, content: string): Promise<BrevoImport | undefined>;
	/** Highest process id that Brevo named for a file of ours of the last day; 0 without any. */
	latestProcess(account: string): Promise<number>;
	/** What became of its rows is known. */
	settled(account: string, content: string): Promise<void>;
}

/* ---------------------------------------------------------------- links */

export interface Link {
	readonly integration: string;
	/** 18-character Salesforce id = Brevo `ext_id`. */
	readonly recordId: string;
	readonly brevoAccount: string;
	/** Brevo's contact id when known (an import does not tell it). */
	readonly brevoId?: number;
	/** Hash of where it was last written to (lists); see `planWrites`. '' when it is known not to be there
	 *  any more. */
	readonly target: string;
	/** What both sides had last, by attribute: keyed hash of the canonical value. */
	readonly fields: FieldHashes;
	/** Opt-outs as last seen on each side; a new one is what makes a change. */
	readonly salesforceOptedOut?: true;
	readonly brevoOptedOut?: true;
	/** Hashes of the identifiers last written; to see who owns an address without keeping it. */
	readonly emailHash?: string;
	readonly smsHash?: string;
	readonly writtenAt: number;
	/** When we last wrote its record in Salesforce: their clock (ISO 8601), at the answer. */
	readonly salesforceWrittenAt?: string;
	/** The contact was removed from the list or deleted because its record was deleted. */
	readonly removedAt?: number;
}

/** Attribute (EMAIL included) → `fieldHash` of its value. */
export type FieldHashes = Readonly<Record<string, string>>;

/** What a link learns without a write. */
export interface LinkRevision {
	readonly integration: string;
	readonly recordId: string;
	readonly target?: string;
	/** Added to what is known. */
	readonly fields?: FieldHashes;
	readonly emailHash?: string;
	readonly smsHash?: string;
	readonly salesforceOptedOut?: boolean;
	readonly brevoOptedOut?: boolean;
	readonly removedAt?: number;
}

/** Keyed hashes of the identifiers that are unique in a Brevo account, to see who owns them. */
export interface IdentifierHashes {
	readonly emailHash?: string;
	readonly smsHash?: string;
}

export interface LinkStore {
	get(integration: string, recordIds: readonly string[]): Promise<ReadonlyMap<string, Link>>;
	/** Live links (no `removedAt`) of one Brevo account that own one of these identifiers, by hash;
	 *  where several do, the latest written. */
	owners(
		brevoAccount: string,
		identifiers: readonly IdentifierHashes[],
	): Promise<ReadonlyMap<string, Link>>;
	/**
	 * After a successful write, in one transaction: stores the links, marks their tasks spent,
	 * records the outcome `written`. Idempotent. Without `brevoId` a known one is kept, and `fields`
	 * add to the known ones, unless the contact had been removed. Opt-outs that are not given stay.
	 */
	written(
		entries: ReadonlyArray<{
			readonly link: Omit<Link, 'writtenAt'>;
			/** Whose page it is; the link's integration unless the change came back from Brevo. */
			readonly stream?: string;
			readonly page?: string;
			readonly task?: TaskKey;
		}>,
	): Promise<void>;
	/** The link of a record in whichever integration, a live one first: Salesforce ids are unique. */
	ofRecord(brevoAccount: string, recordId: string): Promise<Link | undefined>;
	/** Changes what live links know; those without a link are ignored. */
	revise(revisions: readonly LinkRevision[]): Promise<void>;
	/** Live links. */
	count(integration: string): Promise<number>;
	/** Record ids of live links after `after`, in order. */
	ids(integration: string, after: string, most: number): Promise<string[]>;
	/** The contacts of these records are not where their links say: what is to be written or removed next
	 *  goes out whatever the links know (`target` becomes ''). Removed links, too. */
	misplaced(integration: string, recordIds: readonly string[]): Promise<void>;
	/** Remembers which lists a target of links (`Link.target`) stands for, in place of those before. */
	notePlace(integration: string, target: string, listIds: readonly number[]): Promise<void>;
	/** Those lists by target. */
	places(integration: string): Promise<ReadonlyMap<string, readonly number[]>>;
}

/* ---------------------------------------------------------------- the way back */

/** Something may have changed in Brevo. */
export interface Hint {
	/** '' when nobody knows whose contact it was. */
	readonly recordId: string;
	readonly notedAt: number;
}

export interface HintStore {
	/** Remembers that these records' contacts may have changed; any process may call it. */
	note(stream: string, recordIds: readonly string[]): Promise<void>;
	/** Oldest first. */
	pending(stream: string, most: number): Promise<Hint[]>;
	/** Forgets hints, unless they were noted anew in the meantime. */
	clear(stream: string, hints: readonly Hint[]): Promise<void>;
}

/** A field that was changed on both sides, and which side's value stands. */
export interface Conflict {
	readonly integration: string;
	readonly recordId: string;
	/** Attribute in Brevo. */
	readonly field: string;
	readonly winner: 'salesforce' | 'brevo';
	readonly at: number;
}

export interface ConflictStore {
	note(conflicts: ReadonlyArray<Omit<Conflict, 'at'>>): Promise<void>;
	/** Latest first. */
	list(integration: string, most: number): Promise<Conflict[]>;
}

/* ---------------------------------------------------------------- quota */

export interface TaskKey {
	readonly account: string;
	readonly key: string;
}

export interface TaskRequest {
	/** Identity of the write: `${integration}|${direction}|${recordId}`, or a random id. */
	readonly key: string;
	/** Hash of what would be written. An unsettled reservation with the same key and hash is taken
	 *  up again instead of being charged twice (a crash between write and settle). */
	readonly hash: string;
	/** An opt-out or a deletion: may use the reserved lane. */
	readonly reserved?: boolean;
}

export type Notice = 'warning' | 'exhausted';

export interface QuotaStatus {
	readonly account: string;
	/** e.g. "2026-11" or, with an anchor day, the first day "2026-11-15". */
	readonly period: string;
	readonly limit: number;
	/** Tasks of the limit that opt-outs and deletions alone may use. */
	readonly lane: number;
	/** Reserved and spent tasks of the period. Above `limit` only when that was lowered, or when two
	 *  runs shared one reservation, one gave it back and the other one's write happened after all. */
	readonly used: number;
	/** When the period's first task was reserved. */
	readonly firstAt?: number;
}

/** The period that counts at a moment. */
export interface CurrentQuota extends QuotaStatus {
	readonly endsAt: number;
}

export interface Reservation extends QuotaStatus {
	/** Keys that got a task, in the order asked; the rest did not fit. */
	readonly granted: ReadonlySet<string>;
	/** Notices that are due; each goes to one caller a period, over all processes, unless that one
	 *  never confirms it. */
	readonly notices: readonly Notice[];
}

export interface QuotaStore {
	/**
	 * Reserves one task for each request as far as the limit allows, atomically over all processes,
	 * and remembers period and limit for the account. Reserved counts as spent until released:
	 * a crash can only over-count. `warnAt` is a number of tasks, not a share.
	 * A limit that was set for the period (`DeskStore.setLimit`) counts in place of `limit`; lane and
	 * warning keep their shares, and the answer tells the one that counted.
	 * A limit below what is already used grants nothing new and takes nothing back. A reservation of
	 * an earlier period is taken up again without a charge until 31 days after that period's end.
	 */
	reserve(input: {
		readonly account: string;
		readonly period: string;
		/** When the period ends; the trigger may try deferred records again from then on. */
		readonly periodEnds: number;
		readonly limit: number;
		/** Tasks of the limit that only `reserved` requests may use; default 0. */
		readonly lane?: number;
		readonly warnAt: number;
		readonly requests: readonly TaskRequest[];
		/** Who asks: the page's id, the same when the page comes again. Gets an unconfirmed notice again at
		 *  once, others after 10 minutes. Default: nobody known. */
		readonly claimant?: string;
	}): Promise<Reservation>;
	/** The notices have been passed on; they are not given again in this period. Those of a page are
	 *  confirmed with its acknowledgement. */
	confirmNotices(account: string, period: string, notices: readonly Notice[]): Promise<void>;
	/** Whether the e-mail of a notice went out; a notice that is given again needs no second one. */
	isMailed(account: string, period: string, notice: Notice): Promise<boolean>;
	noteMailed(account: string, period: string, notice: Notice): Promise<void>;
	/** The write did not happen (unchanged, rejected, refused): the tasks are given back to the period
	 *  that they were charged to. Nothing happens to settled ones. Idempotent. */
	release(tasks: readonly TaskKey[]): Promise<void>;
	/** The write happened and has no link to store (an item without sync context). Idempotent. */
	spend(tasks: readonly TaskKey[]): Promise<void>;
	/** Which of these keys have a task that is reserved and neither spent nor given back. */
	unsettled(account: string, keys: readonly string[]): Promise<ReadonlySet<string>>;
	status(account: string, period: string): Promise<QuotaStatus | undefined>;
	/** The period that tasks were last asked for in; undefined when there is none or it has ended. */
	current(account: string, now: number): Promise<CurrentQuota | undefined>;
	/** Whether a deferred record may come again: the period that tasks were last asked for in has room
	 *  or has ended by `now`, or nothing is known of the account yet. */
	hasRoom(account: string, now: number): Promise<boolean>;
	/** The same for an opt-out or a deletion, which may use the reserved lane. */
	hasReservedRoom(account: string, now: number): Promise<boolean>;
}

/* ---------------------------------------------------------------- cache */

/** Metadata shared by all processes (account id, attributes): JSON text by key, with an age. */
export interface CacheStore {
	get(key: string): Promise<string | undefined>;
	set(key: string, json: string, ttlMs: number): Promise<void>;
}

/* ---------------------------------------------------------------- errors */

export const LEDGER_ERRORS = {
	'integration-taken': 'Another workflow already uses this integration name',
	'object-changed': 'An integration keeps the Salesforce object that it started with',
	'too-many-connections': 'A Salesforce organisation may have five integrations at once',
	'org-changed': 'An integration keeps the Salesforce organisation that it started with',
	'newer-schema': 'This ledger was written by a newer version of this package',
	damaged: 'The ledger file is damaged or is not a ledger',
	locked: 'The ledger is locked by another process',
	full: 'The disk that holds the ledger is full',
	unreachable: 'The ledger cannot be reached',
} as const;
export type LedgerErrorCode = keyof typeof LEDGER_ERRORS;

/** `message` says what happened and where; `remedy` what to do next. */
export class LedgerError extends Error {
	override readonly name = 'LedgerError';
	readonly code: LedgerErrorCode;
	readonly remedy: string;

	constructor(code: LedgerErrorCode, message: string, remedy: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
		this.remedy = remedy;
	}
}
