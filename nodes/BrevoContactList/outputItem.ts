import type { INode, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { explain } from '../../sync/index.ts';
import type { Delivered } from '../../sync/deliver/delivery.ts';
import { itemFrom } from '../context/items.ts';

/** The output item of one delivery. A rejected record also carries an error for the error output. */
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
			};
			const { message, remedy } = explain(delivered.limit, details);
			const output = itemFrom(item, index, {
				outcome: delivered.kind,
				limit: delivered.limit,
				reason: message,
				remedy,
			});
			if (delivered.kind !== 'rejected') return output;
			return {
				...output,
				error: new NodeOperationError(node, message, { description: remedy, itemIndex: index }),
			};
		}
	}
}
