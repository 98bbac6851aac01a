import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { forPeople } from './errors.ts';
import { errorItem } from './errorItem.ts';

/** The items that a node works on, one by one. */
export interface EachInput {
	readonly context: IExecuteFunctions;
	readonly items: readonly INodeExecutionData[];
}

/** Runs one request an item; with "continue on fail" a failed item carries its error and stays. */
export async function eachItem(
	{ context, items }: EachInput,
	work: (index: number) => Promise<object>,
): Promise<INodeExecutionData[]> {
	const output: INodeExecutionData[] = [];
	for (const [index, item] of items.entries()) {
		try {
			output.push({ json: (await work(index)) as IDataObject, pairedItem: { item: index } });
		} catch (cause) {
			output.push(failedItem(context, item, index, cause));
		}
	}
	return output;
}

/** The item of a failure that is its own; throws unless the node is to continue on errors. */
export function failedItem(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	index: number,
	cause: unknown,
): INodeExecutionData {
	const node = context.getNode();
	const error = forPeople(node, cause, index);
	const isCanceled = context.getExecutionCancelSignal()?.aborted === true;
	if (isCanceled || !context.continueOnFail()) throw error;
	const { message, description } = error;
	return errorItem(node, item, index, { message, ...(description && { remedy: description }) });
}
