import { freshChanges } from './fresh-changes.ts';
import { type PageRun, runPage } from './page-run.ts';
import { lookBack, type Pump, type Room } from './pump.ts';

/**
 * The records that change events have named, as they are at this moment. The change stream would
 * leave them to a later read, because what changed in the second of a read may change again under
 * the same stamp; it brings them again unless they are still the same.
 */
export async function* urgentPages(pump: Pump, room: Room): AsyncGenerator<PageRun> {
	const { ledger, integration, news, source } = pump;
	const ids = news?.takeIds() ?? [];
	if (!news || ids.length === 0) return;
	const cursor = await ledger.pages.cursor(integration);
	// The first import brings them.
	if (!cursor?.watermark) return;
	const records = await source.fitting(ids);
	const readFrom = lookBack(cursor, pump.overlapMs)?.systemModstamp;
	const fresh = await freshChanges(pump, cursor, records, readFrom);
	if (fresh.length === 0) return;
	const page = await runPage(pump, 'changes', fresh, await room(), { isSettled: () => false });
	if (page.result.kind === 'success') news.show(fresh.map(({ record }) => record));
	else news.putBack(ids);
	yield page;
}
