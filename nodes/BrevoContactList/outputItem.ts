import type { INode, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { explain } from '../../sync/index.ts';
import type { Delivered } from '../../sync/deliver/delivery.ts';
import { itemFrom } from '../context/items.ts';

/**
 * The output item of one delivery. With an error output a rejected record is an error, which n8n
 * takes there together with its input; without one it keeps its outcome and reasons, of which n8n
 * would leave the message alone.
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
			const { message, remedy } = explain(delivered.limit, details);
			const output = itemFrom(item, index, {
				outcome: delivered.kind,
				limit: delivered.limit,
				reason: message,
				remedy,
			});
			if (delivered.kind !== 'rejected' || node.onError !== 'continueErrorOutput') return output;
			return {
				...output,
				error: new NodeOperationError(node, message, { description: remedy, itemIndex: index }),
			};
		}
	}
}
