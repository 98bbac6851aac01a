import type { OpenPage, PageKind, SnapshotStep } from '../ledger/ledger.ts';
import {
	type ChangeKind,
	isGone,
	type SalesforceRecord,
	type SyncContext,
	type Watermark,
} from './change.ts';
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

/** What the acknowledgement of a page moves. */
export interface PageEnd {
	/** Everything up to here is read. */
	readonly watermark?: Watermark;
	/** Stamp before which acknowledged records need not be remembered. */
	readonly forgetBefore?: string;
	readonly snapshot?: SnapshotStep;
	/** Whether a record with this stamp can no longer change without changing it. Default: what lies
	 *  behind the cursor. */
	readonly isSettled?: (stamp: string) => boolean;
}

/** Emits what the quota has room for, keeps the rest by id and, unless the run failed, acknowledges. */
export async function runPage(
	pump: PagePump,
	kind: PageKind,
	changes: readonly FreshChange[],
	room: QuotaRoom,
	{ isSettled, ...end }: PageEnd = {},
): Promise<PageRun> {
	const { ledger, integration } = pump;
	const since = kind === 'changes' ? await changedAt(pump, changes) : undefined;
	const page = await ledger.pages.open(integration, kind, changes.map(idOf), since);
	const { now, later } = await admit(ledger, integration, changes, room);
	await ledger.pages.record(
		later.map((change) => ({
			integration,
			page: page.id,
			recordId: idOf(change),
			outcome: 'deferred',
			...(room.paused ? UNTIL_RESUMED : UNTIL_ROOM),
			...(isGone(change.kind) && { gone: true as const }),
		})),
	);
	const size = now.length;
	const result = size === 0 ? SUCCESS : await emitted(pump, page, now);
	if (result.kind === 'failed') return { size, result };
	// The present state of a deferred record may be newer than what the stream has read; then the
	// stream brings it again, because that state may still change without changing its stamp.
	const readUpTo = end.watermark ?? (await ledger.pages.cursor(integration))?.watermark;
	const isBehind = (stamp: string): boolean =>
		readUpTo !== undefined && stamp <= readUpTo.systemModstamp;
	await ledger.pages.acknowledge({
		integration,
		page: page.id,
		seen: changes
			.map(({ record }) => watermarkOf(record))
			.filter(({ systemModstamp }) => (isSettled ?? isBehind)(systemModstamp)),
		...end,
	});
	return { size, result };
}

const SUCCESS: RunResult = { kind: 'success' };
const UNTIL_ROOM = { limit: 'quota-exhausted', dueAt: 0 } as const;
const UNTIL_RESUMED = { limit: 'paused', dueAt: Number.MAX_SAFE_INTEGER } as const;

/** When these were changed, by id. What is older than the integration says nothing about delays. */
async function changedAt(
	{ ledger, integration }: PagePump,
	changes: readonly FreshChange[],
): Promise<ReadonlyMap<string, number>> {
	const startedAt = (await ledger.pages.cursor(integration))?.startedAt ?? '';
	return new Map(
		changes
			.filter(({ record }) => stampOf(record) >= startedAt)
			.map((change) => [idOf(change), Date.parse(stampOf(change.record))]),
	);
}

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
