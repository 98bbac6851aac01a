import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { RecordResult } from '../../sync/salesforce/write.ts';
import { failedItem } from '../context/eachItem.ts';
import type { OperationInput } from './operation.ts';

type Success = Extract<RecordResult, { kind: 'written' | 'gone' }>['kind'];

/** The item of one record that was written or refused; throws unless the node continues on errors. */
export function unwrap(
	{ context, items }: OperationInput,
	index: number,
	result: RecordResult,
	success: (kind: Success) => IDataObject,
): INodeExecutionData {
	if (result.kind === 'written' || result.kind === 'gone') {
		return { json: success(result.kind), pairedItem: { item: index } };
	}
	const { message, remedy } = result.error;
	const said = result.kind === 'refused' && result.said ? ` Salesforce says: ${result.said}` : '';
	const error = new NodeOperationError(context.getNode(), message, {
		description: `${remedy}${said}`,
		itemIndex: index,
	});
	return failedItem(context, items[index] ?? { json: {} }, index, error);
}
