import type { INode, INodeExecutionData } from 'n8n-workflow';
import { explain } from '../../sync/index.ts';
import type { Delivered } from '../../sync/deliver/delivery.ts';
import { itemFrom, SEND_AGAIN, syncOf } from '../context/items.ts';
import { errorItem } from '../context/errorItem.ts';

/**
 * The output item of one delivery. With an error output an item that nobody brings again by itself
 * is an error, which n8n takes there together with its input; without one it keeps its outcome and
 * reasons.
 */
export function outputItem(
	node: INode,
	item: INodeExecutionData,
	index: number,
	delivered: Delivered,
): INodeExecutionData {
	switch (delivered.kind) {
		case 'written': {
			const { how, brevoId } = delivered;
			return itemFrom(item, index, {
				outcome: 'written',
				how,
				...(brevoId !== undefined && { brevoId }),
			});
		}
		case 'unchanged':
			return itemFrom(item, index, { outcome: 'unchanged' });
		default: {
			const details = {
				...('field' in delivered && { field: delivered.field, attribute: delivered.field }),
				...('owner' in delivered && delivered.owner && { names: [delivered.owner] }),
				...('reason' in delivered && { reason: delivered.reason }),
				...('number' in delivered && { number: delivered.number }),
			};
			const words = explain(delivered.limit, details);
			const { message } = words;
			const isKept = delivered.kind === 'deferred' && syncOf(item) !== undefined;
			const remedy = delivered.kind === 'deferred' && !isKept ? SEND_AGAIN : words.remedy;
			const reasons = { outcome: delivered.kind, limit: delivered.limit, remedy };
			const isError = delivered.kind !== 'excluded' && !isKept;
			return isError && node.onError === 'continueErrorOutput'
				? errorItem(node, item, index, { message, ...reasons })
				: itemFrom(item, index, { ...reasons, reason: message });
		}
	}
}
