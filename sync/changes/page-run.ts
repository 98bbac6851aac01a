import type { OpenPage, PageKind } from '../ledger/ledger.ts';
import type { ChangeKind, SalesforceRecord, SyncContext, Watermark } from './change.ts';
import { admit, type QuotaRoom } from './pause.ts';
import type { PagePump, RunResult } from './pump.ts';
import { normaliseStamp } from './soql.ts';

export interface FreshChange {
	readonly record: SalesforceRecord;
	readonly kind: ChangeKind;
	/** What a change made in Brevo carries besides. */
	readonly back?: Pick<SyncContext, 'backOf' | 'brevo'>;
}

export interface PageRun {
	/** Records that were emitted. */
	readonly size: number;
	readonly result: RunResult;
}

/**
 * Emits what the quota has room for, keeps the rest by id and, unless the run failed, acknowledges.
 * `isSettled` tells of a stamp whether the record can still change without changing it.
 */
export async function runPage(
	pump: PagePump,
	kind: PageKind,
	changes: readonly FreshChange[],
	room: QuotaRoom,
	watermark?: Watermark,
	isSettled = (stamp: string, readUpTo: Watermark | undefined): boolean =>
		readUpTo !== undefined && stamp <= readUpTo.systemModstamp,
): Promise<PageRun> {
	const { ledger, integration } = pump;
	const page = await ledger.pages.open(integration, kind, changes.map(idOf));
	const { now, later } = await admit(ledger, integration, changes, room);
	await ledger.pages.record(
		later.map((change) => ({
			integration,
			page: page.id,
			recordId: idOf(change),
			outcome: 'deferred',
			limit: 'quota-exhausted',
			dueAt: 0,
		})),
	);
	const size = now.length;
	const result = size === 0 ? SUCCESS : await emitted(pump, page, now);
	if (result.kind === 'failed') return { size, result };
	// The present state of a deferred record may be newer than what the stream has read; then the
	// stream brings it again, because that state may still change without changing its stamp.
	const readUpTo = watermark ?? (await ledger.pages.cursor(integration))?.watermark;
	await ledger.pages.acknowledge({
		integration,
		page: page.id,
		seen: changes
			.map(({ record }) => watermarkOf(record))
			.filter(({ systemModstamp }) => isSettled(systemModstamp, readUpTo)),
		...(watermark && { watermark, forgetBefore: forgetBefore(watermark, pump.overlapMs) }),
	});
	return { size, result };
}

const SUCCESS: RunResult = { kind: 'success' };

const emitted = async (
	pump: PagePump,
	page: OpenPage,
	changes: readonly FreshChange[],
): Promise<RunResult> =>
	await pump.emit(
		changes.map((change) => ({ record: change.record, sync: contextOf(pump, page.id, change) })),
		page.attempt,
	);

const idOf = ({ record }: FreshChange): string => String(record['Id']);

function contextOf(pump: PagePump, page: string, { record, kind, back }: FreshChange): SyncContext {
	const { MasterRecordId: master, LastModifiedById: modifiedBy } = record;
	return {
		integration: pump.integration,
		ledger: pump.ledger.id,
		page,
		object: pump.object,
		id: String(record['Id']),
		change: kind,
		systemModstamp: stampOf(record),
		...(typeof modifiedBy === 'string' && { modifiedBy }),
		...back,
		...(kind === 'merged' && { masterRecordId: String(master) }),
	};
}

/** The record's SystemModstamp as the cursor keeps it. */
export const stampOf = (record: SalesforceRecord): string =>
	normaliseStamp(String(record['SystemModstamp']));

export const watermarkOf = (record: SalesforceRecord): Watermark => ({
	systemModstamp: stampOf(record),
	id: String(record['Id']),
});

/** A stamp so many milliseconds earlier. */
export const before = (stamp: string, milliseconds: number): string =>
	normaliseStamp(new Date(Date.parse(stamp) - milliseconds).toISOString());

/** What is older than this is behind the overlap. */
export const forgetBefore = (watermark: Watermark, overlapMs: number): string =>
	before(watermark.systemModstamp, overlapMs);
