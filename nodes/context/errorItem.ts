import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

/**
 * An item that failed. With an error output n8n takes it there and adds what went in, as long as it
 * has no keys but these and no `error` beside `json` (n8n-core 2.41: handleNodeErrorOutput and
 * normalizeNodeErrors, which else leaves nothing but the message).
 */
export function errorItem(
	node: INode,
	item: INodeExecutionData,
	index: number,
	{ message, ...details }: { readonly message: string } & IDataObject,
): INodeExecutionData {
	const input = node.onError === 'continueErrorOutput' ? {} : item.json;
	return { json: { ...input, error: message, details }, pairedItem: { item: index } };
}
