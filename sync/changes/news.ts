import type { ChangeNews } from '../salesforce/events/watch.ts';
import type { SalesforceRecord } from './change.ts';
import { before, stampOf } from './page-run.ts';
import { stampOfMs } from './soql.ts';

/** More than these are left to the poll: it reads 2,000 a call. */
export const MOST_NEWS = 150;
/** How far behind an overflow changes are looked for, milliseconds: a transaction of 100,000 is long. */
const OVERFLOW_MS = 3_600_000;

/**
 * What change events have told and no round has dealt with. In memory only: the poll is the truth,
 * and finds whatever is lost here.
 */
export class News {
	#ids = new Set<string>();
	#lookBackFrom: string | undefined;
	/** Records that went out before the poll could bring them, as they were. */
	readonly #shown = new Map<string, { readonly stamp: string; readonly json: string }>();

	/** `overlapMs`: how far behind a gap changes are looked for. */
	note({ kind, ids, committedAt }: ChangeNews, overlapMs: number): void {
		for (const id of ids) this.#ids.add(id);
		if (kind === 'changed' || committedAt === 0) return;
		const from = stampOfMs(committedAt - (kind === 'gap' ? overlapMs : OVERFLOW_MS));
		if (this.#lookBackFrom === undefined || from < this.#lookBackFrom) this.#lookBackFrom = from;
	}

	/** Ids that a round shall read at once; none when there are too many for that. */
	takeIds(): readonly string[] {
		const ids = [...this.#ids];
		this.#ids.clear();
		return ids.length > MOST_NEWS ? [] : ids;
	}

	/** A run with them failed: they come again with the next round. */
	putBack(ids: readonly string[]): void {
		for (const id of ids) this.#ids.add(id);
	}

	/** Where the change stream shall begin, when that is further back than it would by itself. */
	takeLookBack(): string | undefined {
		const from = this.#lookBackFrom;
		this.#lookBackFrom = undefined;
		return from;
	}

	/** These went out and were handled. */
	show(records: readonly SalesforceRecord[]): void {
		for (const record of records)
			this.#shown.set(String(record['Id']), {
				stamp: stampOf(record),
				json: JSON.stringify(record),
			});
	}

	/** Whether this very state of the record went out already. */
	isShown(record: SalesforceRecord): boolean {
		return this.#shown.get(String(record['Id']))?.json === JSON.stringify(record);
	}

	/** The change stream stands at this stamp: what is behind its overlap is of no more use. */
	forget(stamp: string, overlapMs: number): void {
		const from = before(stamp, overlapMs);
		for (const [id, shown] of this.#shown) if (shown.stamp < from) this.#shown.delete(id);
	}
}
