import type { SalesforceRecord, SyncContext } from '../changes/change.ts';
import { stampOfMs } from '../changes/soql.ts';
import { blankHash, fieldHash } from '../field-hashes.ts';
import type { Host } from '../host.ts';
import { identifierHashes } from '../identity.ts';
import type {
	Conflict,
	FieldHashes,
	IdentifierHashes,
	Ledger,
	Link,
	TaskKey,
} from '../ledger/ledger.ts';
import type { LimitId } from '../limits/table.ts';
import { carriedBack, type FieldValue } from '../mapping/convert-back.ts';
import { canonicalOfRecord } from '../mapping/map-back.ts';
import { isEmpty } from '../mapping/convert.ts';
import type { MappingRow } from '../mapping/pairs.ts';
import { resolve } from '../merge.ts';
import { OPT_OUT_FIELD, type Profile } from '../profile.ts';
import type { SalesforceConnection } from '../salesforce/connection.ts';
import type { ErrorAction } from '../salesforce/error-rules.ts';
import { SalesforceError } from '../salesforce/errors.ts';
import { fetchByIds } from '../salesforce/read.ts';
import {
	deleteRecords,
	type RecordResult,
	RECORDS_PER_REQUEST,
	updateRecords,
} from '../salesforce/write.ts';
import { BRAKE_RETRY_MS, brakeRemovals, type BrakeRule } from './brake.ts';
import { type Moment, settleBack } from './settle-back.ts';

/** One change that was made in Brevo, on its way into Salesforce. */
export interface BackDelivery {
	readonly sync: SyncContext;
	/** Field to value as Brevo has it now; of a deleted contact empty. */
	readonly fields: Readonly<Record<string, FieldValue>>;
	/** The person has opted out in Brevo. */
	readonly optsOut: boolean;
	readonly task?: TaskKey;
}

export type BackDelivered =
	| {
			readonly kind: 'written';
			readonly how: 'updated' | 'deleted';
			readonly fields: readonly string[];
	  }
	| { readonly kind: 'unchanged' }
	| {
			readonly kind: 'excluded' | 'rejected';
			readonly limit: LimitId;
			readonly field?: string;
			/** Salesforce's code and field names. */
			readonly reason?: string;
			/** Salesforce's own words, for the item alone: they may quote values. */
			readonly said?: string;
	  }
	| {
			readonly kind: 'deferred';
			readonly limit: LimitId;
			readonly dueAt: number;
			readonly mayHaveHappened: boolean;
			readonly number?: number;
			readonly reason?: string;
	  };

export const BACK_DELETIONS = ['nothing', 'delete'] as const;
export type BackDeletion = (typeof BACK_DELETIONS)[number];

export interface BackTools {
	readonly connection: SalesforceConnection;
	readonly ledger: Ledger;
	readonly host: Host;
	/** The mapping of the stream back, or of its integration. */
	readonly profile: Profile;
	readonly onDeletion: BackDeletion;
	readonly brake: BrakeRule;
}

export interface BackResult {
	/** One for each delivery, in order. */
	readonly delivered: readonly BackDelivered[];
	/** Set when removals were held back that nobody was told of yet: how many. */
	readonly brakeAlert?: number;
}

/** What is to be done with one record, and what was found out about it. */
export interface BackPlan {
	readonly delivery: BackDelivery;
	readonly link: Link | undefined;
	/** Field to value; empty when nothing is left to write. */
	readonly write: Readonly<Record<string, FieldValue>>;
	/** What both sides have once it is written. */
	readonly agreed: FieldHashes;
	/** Of what Brevo has. */
	readonly identifiers: IdentifierHashes;
	/** Salesforce has what Brevo has and the link did not know: the write of a run that died. */
	readonly wasWritten: boolean;
	readonly conflicts: ReadonlyArray<Omit<Conflict, 'at'>>;
	/** Whether the write deletes, or empties what Salesforce has. */
	readonly removes: boolean;
	readonly decided?: BackDelivered;
}

/**
 * Writes changes that were made in Brevo to Salesforce and settles each in the ledger. All of one
 * stream. The records are read right before: what was changed there in the meantime is not
 * overwritten, except where the field's rule says so. When Salesforce has no calls left or too much to
 * do, the rest is deferred. Throws what concerns all (credential, cancel); what was done until then is
 * settled.
 */
export async function deliverBack(
	tools: BackTools,
	deliveries: readonly BackDelivery[],
): Promise<BackResult> {
	const delivered: BackDelivered[] = [];
	let heldBack = 0;
	let brakeAlert: number | undefined;
	const [first] = deliveries;
	if (!first) return { delivered };
	const { integration: stream, backOf = '' } = first.sync;
	const total = await tools.ledger.links.count(backOf);
	for (let start = 0; start < deliveries.length; start += RECORDS_PER_REQUEST) {
		const chunk = deliveries.slice(start, start + RECORDS_PER_REQUEST);
		const plans = await planAll(tools, chunk);
		if (plans instanceof SalesforceError) {
			const rest = deliveries.slice(start);
			const waiting = rest.map((delivery) => putOff(delivery, plans, tools.host.clock.now()));
			const unread = rest.map((delivery) => ({ delivery, link: undefined, ...NOTHING }));
			await settleBack(tools.ledger, unread, waiting, moment(tools));
			delivered.push(...waiting);
			break;
		}
		const { held, number, isNews } = await brakeRemovals(
			tools.ledger,
			stream,
			total,
			tools.brake,
			plans.filter(({ removes }) => removes).map(({ delivery }) => delivery.sync.id),
			tools.host.clock.now(),
		);
		heldBack += held.size;
		// `number` has of those that wait only this chunk's.
		if (isNews && held.size > 0) brakeAlert = number - held.size + heldBack;
		const braked: BackDelivered = {
			kind: 'deferred',
			limit: 'removal-brake',
			dueAt: tools.host.clock.now() + BRAKE_RETRY_MS,
			mayHaveHappened: false,
			number,
		};
		const ready = plans.map((plan) =>
			plan.removes && held.has(plan.delivery.sync.id) ? { ...plan, decided: braked } : plan,
		);
		const results = await writeAll(tools, ready);
		await settleBack(tools.ledger, ready, results, moment(tools));
		delivered.push(...results);
	}
	return { delivered, ...(brakeAlert !== undefined && { brakeAlert }) };
}

function moment({ connection, host }: BackTools): Moment {
	const now = host.clock.now();
	return { now, answeredAt: stampOfMs(connection.serverTime ?? now) };
}

/** A record that could not even be read; a doubt about it stays one. */
const putOff = (
	{ sync }: BackDelivery,
	{ code, retryInMs }: SalesforceError,
	now: number,
): BackDelivered => ({
	kind: 'deferred',
	limit: 'salesforce-unavailable',
	dueAt: now + retryInMs,
	mayHaveHappened: sync.inDoubt === true,
	reason: code,
});

/** An error when Salesforce takes no more requests for now. */
async function planAll(
	tools: BackTools,
	deliveries: readonly BackDelivery[],
): Promise<BackPlan[] | SalesforceError> {
	const { connection, ledger, profile } = tools;
	const ids = deliveries.map(({ sync }) => sync.id);
	const backOf = deliveries[0]?.sync.backOf ?? '';
	const links = await ledger.links.get(backOf, ids);
	const names = new Set(carriedBack(profile).map(({ field }) => field));
	if (profile.optOuts) names.add(OPT_OUT_FIELD);
	if (profile.object === 'Lead') names.add('IsConverted');
	const found = await fetchByIds(connection, profile.object, [...names], ids, {
		includeDeleted: true,
	}).catch((error: unknown) => {
		if (error instanceof SalesforceError && TOO_MUCH.has(error.action)) return error;
		throw error;
	});
	if (found instanceof SalesforceError) return found;
	const records = new Map(found.map((record) => [String(record['Id']), record]));
	return deliveries.map((delivery) => {
		const { id } = delivery.sync;
		return planOne(tools, delivery, links.get(id), records.get(id));
	});
}

/** What makes records wait instead of failing the run: it may last, and each try costs calls. */
const TOO_MUCH: ReadonlySet<ErrorAction> = new Set(['daily-limit', 'back-off']);

const NOTHING = {
	write: {},
	agreed: {},
	identifiers: {},
	wasWritten: false,
	conflicts: [],
	removes: false,
} as const;

function planOne(
	tools: BackTools,
	delivery: BackDelivery,
	link: Link | undefined,
	record: SalesforceRecord | undefined,
): BackPlan {
	const { profile, onDeletion } = tools;
	const nothing = { delivery, link, ...NOTHING };
	const excluded = (limit: LimitId, field?: string): BackPlan => ({
		...nothing,
		decided: { kind: 'excluded', limit, ...(field !== undefined && { field }) },
	});
	const isDeletion = delivery.sync.change === 'deleted';
	if (!link || link.removedAt) return excluded('born-in-brevo');
	const isGone = record === undefined || record['IsDeleted'] === true;
	if (isDeletion) {
		if (isGone) return { ...nothing, decided: { kind: 'written', how: 'deleted', fields: [] } };
		if (record['IsConverted'] === true) return excluded('lead-converted');
		if (onDeletion === 'nothing') return excluded('salesforce-delete-ignored');
		return { ...nothing, removes: true };
	}
	if (isGone) return excluded('record-gone');
	if (record['IsConverted'] === true) return excluded('lead-converted');
	const emailField = profile.rows.find(({ attribute }) => attribute === 'EMAIL')?.field;
	if (emailField !== undefined && link.emailHash && isEmpty(record[emailField])) {
		return excluded('email-emptied', emailField);
	}
	return { ...nothing, ...mergeBack(tools, delivery, link, record) };
}

/** Field by field: what Salesforce is to take over, given what it has now. */
function mergeBack(
	{ ledger, profile }: BackTools,
	{ sync, fields, optsOut }: BackDelivery,
	link: Link,
	record: SalesforceRecord,
): Omit<BackPlan, 'delivery' | 'link'> {
	const rows = carriedBack(profile).filter(({ field }) => Object.hasOwn(fields, field));
	const has = canonicalOfRecord(record, rows, profile.fields, profile.attributes, profile.options);
	const stamps = {
		salesforce: Date.parse(String(record['SystemModstamp'])),
		brevo: Date.parse(sync.systemModstamp),
	};
	const resolved = rows.map((row) => {
		const { attribute: name } = row;
		const brevo = sync.brevo?.[name] ?? '';
		// What cannot be converted has never been in Brevo: it differs from all that was.
		const salesforce = fieldHash(ledger, name, has[name] ?? ' ');
		const sides = { base: link.fields[name], salesforce, brevo, blank: blankHash(ledger, name) };
		return {
			row,
			brevo,
			base: sides.base,
			...resolve(sides, row.rule ?? 'salesforce', stamps, sync.inDoubt && 'brevo'),
		};
	});
	const taken = resolved.filter(({ winner }) => winner === 'brevo');
	const agreed = resolved.filter(({ winner }) => winner !== 'salesforce');
	const ticks = optsOut && record[OPT_OUT_FIELD] === false;
	const write = {
		...Object.fromEntries(taken.map(({ row }) => [row.field, fields[row.field] ?? null])),
		...(ticks && { [OPT_OUT_FIELD]: true }),
	};
	const isNothing = Object.keys(write).length === 0;
	const lost = resolved.find(({ winner, conflict }) => winner === 'salesforce' && conflict);
	return {
		write,
		agreed: Object.fromEntries(agreed.map(({ row, brevo }) => [row.attribute, brevo])),
		identifiers: identifiersOf(ledger, rows, fields),
		wasWritten: agreed.some(({ winner, base, brevo }) => winner === 'agreed' && base !== brevo),
		conflicts: resolved
			.filter(({ conflict }) => conflict)
			.map(({ row, winner }) => ({
				integration: link.integration,
				recordId: link.recordId,
				field: row.attribute,
				winner: winner === 'brevo' ? 'brevo' : 'salesforce',
			})),
		removes: taken.some(({ row }) => empties(row, fields, record)),
		...(isNothing &&
			lost && {
				decided: { kind: 'excluded', limit: 'conflict-lost', field: lost.row.attribute },
			}),
	};
}

function identifiersOf(
	ledger: Ledger,
	rows: readonly MappingRow[],
	fields: BackDelivery['fields'],
): IdentifierHashes {
	const valueOf = (name: string): string => {
		const value = fields[rows.find(({ attribute }) => attribute === name)?.field ?? ''];
		return typeof value === 'string' ? value : '';
	};
	const email = valueOf('EMAIL').toLowerCase();
	return identifierHashes(ledger, { email, attributes: { SMS: valueOf('SMS') } });
}

const empties = (
	{ field }: MappingRow,
	fields: BackDelivery['fields'],
	record: SalesforceRecord,
): boolean => isEmpty(fields[field]) && !isEmpty(record[field]);

/** Writes what is undecided; results in the order of the plans. */
async function writeAll(tools: BackTools, plans: readonly BackPlan[]): Promise<BackDelivered[]> {
	const { connection, profile, host } = tools;
	const open = plans.filter(({ decided }) => decided === undefined);
	const deletions = open.filter(({ delivery }) => delivery.sync.change === 'deleted');
	const updates = open.filter(
		(plan) => !deletions.includes(plan) && Object.keys(plan.write).length > 0,
	);
	const results = new Map<BackPlan, RecordResult>();
	const updated = await updateRecords(
		connection,
		profile.object,
		updates.map(({ delivery, write }) => ({ id: delivery.sync.id, fields: write })),
	);
	updates.forEach((plan, index) => updated[index] && results.set(plan, updated[index]));
	const deleted = await deleteRecords(
		connection,
		deletions.map(({ delivery }) => delivery.sync.id),
	);
	deletions.forEach((plan, index) => deleted[index] && results.set(plan, deleted[index]));
	return plans.map((plan) => {
		const result = results.get(plan);
		if (plan.decided) return plan.decided;
		if (!result) return plan.wasWritten ? written(plan) : { kind: 'unchanged' };
		return deliveredOf(plan, result, host.clock.now());
	});
}

const written = ({ delivery, write }: BackPlan): BackDelivered => ({
	kind: 'written',
	how: delivery.sync.change === 'deleted' ? 'deleted' : 'updated',
	fields: Object.keys(write),
});

function deliveredOf(plan: BackPlan, result: RecordResult, now: number): BackDelivered {
	const isDeletion = plan.delivery.sync.change === 'deleted';
	switch (result.kind) {
		case 'written':
			return written(plan);
		case 'gone':
			return isDeletion ? written(plan) : { kind: 'excluded', limit: 'record-gone' };
		case 'put-off':
			return {
				kind: 'deferred',
				limit: 'salesforce-unavailable',
				dueAt: now + result.retryInMs,
				mayHaveHappened: result.mayHaveHappened,
				reason: result.error.code,
			};
		case 'refused': {
			const { code, fields, message } = result.error;
			// Salesforce: "…because it is associated with the following cases."
			if (code === 'DELETE_FAILED' && /\bcases?\b/i.test(result.said)) {
				return { kind: 'excluded', limit: 'contact-with-case', said: result.said };
			}
			if (code === 'CANNOT_UPDATE_CONVERTED_LEAD') {
				return { kind: 'excluded', limit: 'lead-converted', said: result.said };
			}
			return {
				kind: 'rejected',
				limit: 'salesforce-refused',
				reason: message,
				said: result.said,
				...(fields[0] !== undefined && { field: fields[0] }),
			};
		}
	}
}
