import type { INode, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { hasLeft } from '../../sync/index.ts';
import { syncOf } from '../context/items.ts';

/**
 * Refuses records that come straight from a trigger, or by Rejected: without the contact, each would
 * look the same as last time, and its changes would be dropped as unchanged.
 */
export function requireMapped(node: INode, items: readonly INodeExecutionData[]): void {
	const itemIndex = items.findIndex((item) => !isMapped(item));
	if (itemIndex === -1) return;
	throw new NodeOperationError(node, 'These records are not mapped', {
		description:
			'Nothing was written. Put Map Contact Fields between the trigger and Quota Guard, and connect its output Mapped to Quota Guard.',
		itemIndex,
	});
}

/** Items of somebody else's workflow may look as they like. */
function isMapped(item: INodeExecutionData): boolean {
	const sync = syncOf(item);
	if (!sync || hasLeft(sync.change)) return true;
	if (item.json['outcome'] === 'rejected') return false;
	const { email, ext_id, attributes, fields } = item.json;
	const mapped = sync.backOf === undefined ? (attributes ?? ext_id ?? email) : fields;
	return mapped !== undefined;
}
