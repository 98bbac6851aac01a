import type { Cursor } from '../ledger/ledger.ts';
import { isGone, type SalesforceRecord } from './change.ts';
import { classify } from './classify.ts';
import { type FreshChange, stampOf } from './page-run.ts';
import type { Pump } from './pump.ts';

/** Drops what was acknowledged before, what the user does not want, and old deletions. */
export async function freshChanges(
	pump: Pump,
	cursor: Cursor,
	records: readonly SalesforceRecord[],
	readFrom: string | undefined,
): Promise<FreshChange[]> {
	const seen = await pump.ledger.pages.seen(
		pump.integration,
		records.map((record) => String(record['Id'])),
	);
	return records
		.filter((record) => seen.get(String(record['Id'])) !== stampOf(record))
		.filter((record) => pump.news?.isShown(record) !== true)
		.map((record) => ({
			record,
			kind: classify(record, {
				object: pump.object,
				seenBefore: seen.has(String(record['Id'])),
				readFrom,
			}),
		}))
		.filter(({ record, kind }) => {
			return pump.kinds.has(kind) && !(isGone(kind) && stampOf(record) < cursor.startedAt);
		});
}
