import type { SalesforceRecord, Watermark } from '../../sync/changes/change.ts';
import type { Pump } from '../../sync/changes/pump.ts';
import { normaliseStamp } from '../../sync/changes/soql.ts';

/** The second 0 of these tests, milliseconds. */
export const T0 = Date.parse('2026-11-23T09:00:00Z');
const stamp = (second: number): string =>
	`${new Date(T0 + second * 1000).toISOString().slice(0, 19)}.000+0000`;
export const id = (n: number): string => `003dM${String(n).padStart(10, '0')}QA4`.slice(0, 18);

/** A Salesforce of one object: rows with a stamp, visible from a moment on. */
export class Org {
	readonly rows = new Map<string, SalesforceRecord & { visibleAt: number }>();
	now = 0;
	/** Ids that the delete log names. */
	readonly deleted = new Set<string>();

	write(n: number, values: Record<string, unknown> = {}, lateBy = 0): void {
		const before = this.rows.get(id(n));
		this.rows.set(id(n), {
			CreatedDate: stamp(this.now),
			...before,
			IsDeleted: false,
			MasterRecordId: null,
			...values,
			Id: id(n),
			SystemModstamp: stamp(this.now),
			visibleAt: this.now + lateBy,
		});
	}

	source(): Pump['source'] {
		const visible = (): SalesforceRecord[] =>
			[...this.rows.values()].filter((row) => row.visibleAt <= this.now);
		const after = (row: SalesforceRecord, mark?: Watermark): boolean => {
			const at = `${String(row['SystemModstamp']).slice(0, 19)}Z`;
			return (
				!mark ||
				at > mark.systemModstamp ||
				(at === mark.systemModstamp && String(row['Id']) > mark.id)
			);
		};
		return {
			read: async (mark, limit) => {
				const rows = visible()
					.filter((row) => after(row, mark))
					.sort((a, b) =>
						`${String(a['SystemModstamp'])}${String(a['Id'])}` <
						`${String(b['SystemModstamp'])}${String(b['Id'])}`
							? -1
							: 1,
					)
					.slice(0, limit);
				return {
					records: rows,
					complete: rows.length < limit,
					readAt: normaliseStamp(stamp(this.now)),
				};
			},
			deleted: async (ids) => new Set(ids.filter((one) => this.deleted.has(one))),
			fitting: async (ids) => visible().filter((row) => ids.includes(String(row['Id']))),
			byIds: async (ids) => visible().filter((row) => ids.includes(String(row['Id']))),
		};
	}
}
