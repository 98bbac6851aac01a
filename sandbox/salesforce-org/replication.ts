import type { SandboxReply } from '../service.ts';
import { json, Refused, restTime } from './answers.ts';
import type { ApiCall } from './call.ts';
import type { ObjectName } from './ids.ts';
import type { Organization } from './organization.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How far back Salesforce answers (reference: salesforce 2.4). */
const REACH_MS = { updated: 30 * DAY_MS, deleted: 15 * DAY_MS };

/** getUpdated and getDeleted: ids and how far the answer is complete. */
export function replication(
	organization: Organization,
	call: ApiCall,
	object: ObjectName,
	kind: 'updated' | 'deleted',
): SandboxReply {
	const now = organization.stamp();
	const [start, end] = [minute(call.query.get('start')), minute(call.query.get('end'))];
	if (!(start < end)) {
		throw invalidDate('startDate should be before endDate');
	}
	if (start < now - REACH_MS[kind]) {
		throw invalidDate(`startDate cannot be more than ${REACH_MS[kind] / DAY_MS} days ago`);
	}
	const rows: Array<{ readonly id: string; readonly modifiedAt: number }> = [];
	for (const row of organization.table(object).since(start)) {
		if (row.modifiedAt >= end) break;
		if (organization.isVisible(row) && row.deleted === (kind === 'deleted')) rows.push(row);
	}
	if (kind === 'deleted') {
		for (const { id, at } of organization.purged(object))
			if (at >= start && at < end) rows.push({ id, modifiedAt: at });
	}
	// A transaction that is still open holds the safe mark back (Salesforce: getUpdatedResult).
	const covered = Math.min(end, now, organization.oldestOpenTransaction() ?? now);
	const latestDateCovered = restTime(minuteOf(covered));
	if (kind === 'updated') return json({ ids: rows.map(({ id }) => id), latestDateCovered });
	return json({
		deletedRecords: rows.map(({ id, modifiedAt }) => ({ id, deletedDate: restTime(modifiedAt) })),
		earliestDateAvailable: restTime(minuteOf(now - REACH_MS.deleted)),
		latestDateCovered,
	});
}

/** Seconds are ignored (reference: salesforce 2.3). NaN for what is no time. */
const minute = (text: string | null): number =>
	minuteOf(Date.parse((text ?? '').replace(' ', '+').replace(/([+-]\d\d)(\d\d)$/, '$1:$2')));

const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;

const invalidDate = (message: string): Refused =>
	new Refused(400, 'INVALID_REPLICATION_DATE', message);
