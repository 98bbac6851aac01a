import type { SalesforceRecord } from '../changes/change.ts';
import { BY_ID } from '../changes/every-record.ts';
import { CHANGES_PAGE, SNAPSHOT_ABOVE, SNAPSHOT_PAGE } from '../changes/page-sizes.ts';
import type { SnapshotSource } from '../changes/snapshot.ts';
import type { IdRange } from '../changes/soql.ts';

/** Salesforce as far as everything is read. */
export interface RecordSource {
	readonly everything: SnapshotSource;
	/** How many records there are at this moment, in a stretch of ids or in all. */
	count(range?: IdRange): Promise<number>;
	/** Records of a stretch of ids, in order, at most so many. */
	page(range: IdRange, most: number): Promise<readonly SalesforceRecord[]>;
}

export interface Reader {
	/** Ids that were read. */
	readonly present: ReadonlySet<string>;
	add(records: readonly SalesforceRecord[]): Promise<void>;
	/** The record is not there after all. */
	forget(id: string): void;
}

/** How many records could not be made to fit Salesforce's own count. */
export interface ReadResult {
	readonly counted: number;
	/** Records more or fewer than counted, over the stretches that did not fit. */
	readonly misfit: number;
}

/** A stretch this small is read again rather than cut. */
const STRETCH = CHANGES_PAGE;

/**
 * Reads every record and then has Salesforce count them. Where the count does not fit, the ids are cut
 * into stretches until it is plain which ones do not, and those are read again. What changes while it
 * is read is found so, and what an answer has lost.
 */
export async function readRecords(source: RecordSource, reader: Reader): Promise<ReadResult> {
	await readAll(source, reader);
	const counted = await source.count();
	if (counted === reader.present.size) return { counted, misfit: 0 };
	const ids = [...reader.present].sort();
	const misfit = await mend(source, reader, { ids, after: '', upTo: undefined, counted });
	return { counted, misfit };
}

async function readAll(source: RecordSource, reader: Reader): Promise<void> {
	const { everything } = source;
	const isFew = (await source.count()) <= SNAPSHOT_ABOVE;
	for (;;) {
		const job = isFew ? BY_ID : await everything.begin();
		const most = job === BY_ID ? CHANGES_PAGE : SNAPSHOT_PAGE;
		let page = await everything.page(job, undefined, most);
		while (page) {
			await reader.add(page.records);
			if (page.next === undefined) {
				await everything.end(job);
				return;
			}
			page = await everything.page(job, page.next, most);
		}
		// The job was lost; the next one begins at the first page, or is read by Id.
	}
}

interface Stretch extends IdRange {
	/** Ids that were read, in order. */
	readonly ids: readonly string[];
	readonly counted: number;
}

/** Makes a stretch fit; gives by how many records it does not. */
async function mend(source: RecordSource, reader: Reader, stretch: Stretch): Promise<number> {
	const { ids, after, upTo, counted } = stretch;
	if (ids.length === counted) return 0;
	if (ids.length <= STRETCH) return await readAgain(source, reader, stretch);
	const half = Math.ceil(ids.length / 2);
	const middle = ids[half - 1];
	const left = { ids: ids.slice(0, half), after, upTo: middle };
	const countedLeft = await source.count(left);
	const right = { ids: ids.slice(half), after: middle ?? after, upTo };
	return (
		(await mend(source, reader, { ...left, counted: countedLeft })) +
		(await mend(source, reader, { ...right, counted: counted - countedLeft }))
	);
}

async function readAgain(
	source: RecordSource,
	reader: Reader,
	{ ids, after, upTo }: Stretch,
): Promise<number> {
	const found = new Set<string>();
	let last: string | undefined = after;
	while (last !== undefined) {
		const records = await source.page({ after: last, upTo }, CHANGES_PAGE);
		await reader.add(records);
		for (const { Id } of records) found.add(String(Id));
		last = records.length < CHANGES_PAGE ? undefined : String(records.at(-1)?.['Id']);
	}
	for (const id of ids) if (!found.has(id)) reader.forget(id);
	return Math.abs((await source.count({ after, upTo })) - found.size);
}
