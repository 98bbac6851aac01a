import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isGone } from '../../sync/index.ts';
import type { SyncContext } from '../../sync/changes/change.ts';
import type { MappedContact } from '../../sync/mapping/map-record.ts';

/** The sync context of an item; undefined for items of somebody else's workflow. */
export function syncOf(item: INodeExecutionData): SyncContext | undefined {
	const sync = item.json['sync'] as Partial<SyncContext> | undefined;
	const complete = sync && typeof sync === 'object' && sync.integration && sync.ledger && sync.id;
	return complete ? (sync as SyncContext) : undefined;
}

/** The integration that the items come from; undefined for somebody else's workflow. */
export function integrationOf(items: readonly INodeExecutionData[]): string | undefined {
	return items.map(syncOf).find((sync) => sync !== undefined)?.integration;
}

/** What the item says is to be written; undefined when the record is to be removed. */
export function contactOf(item: INodeExecutionData): MappedContact | undefined {
	const sync = syncOf(item);
	if (isGone(sync?.change)) return undefined;
	const { email, ext_id, attributes } = item.json;
	return {
		...(typeof email === 'string' && email !== '' && { email }),
		ext_id: typeof ext_id === 'string' ? ext_id : '',
		attributes: (attributes ?? {}) as MappedContact['attributes'],
		...(item.json['emailBlacklisted'] === true && { emailBlacklisted: true as const }),
	};
}

/** What to do with an item that has to wait and is not of a sync: it has no record to come again. */
export const SEND_AGAIN =
	'This item does not come from a Salesforce Contact Trigger, so nothing keeps it: send it again later.';

/**
 * An output item that belongs to input item `index`; never changes the input. What is said of it comes
 * first: a table in the editor shows its first columns only.
 */
export function itemFrom(
	item: INodeExecutionData,
	index: number,
	changes: IDataObject,
): INodeExecutionData {
	return { json: { ...changes, ...item.json, ...changes }, pairedItem: { item: index } };
}

/** "180 allowed, 12 unchanged, 3 rejected": the parts that are not zero. */
export function countsInWords(counts: Readonly<Record<string, number>>): string {
	const parts = Object.entries(counts).filter(([, count]) => count > 0);
	if (parts.length === 0) return 'Nothing to do';
	return parts.map(([word, count]) => `${count.toLocaleString('en')} ${word}`).join(', ');
}
