import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { forPeople } from '../context/errors.ts';
import type { OperationInput } from './operation.ts';

/** Runs one request an item; with "continue on fail" a failed item carries its error and stays. */
export async function eachItem(
	{ context, items }: OperationInput,
	work: (index: number) => Promise<object>,
): Promise<INodeExecutionData[]> {
	const output: INodeExecutionData[] = [];
	for (const [index, item] of items.entries()) {
		const pairedItem = { item: index };
		try {
			output.push({ json: (await work(index)) as IDataObject, pairedItem });
		} catch (cause) {
			const error = forPeople(context.getNode(), cause, index);
			if (!context.continueOnFail()) throw error;
			output.push({ json: item.json, error, pairedItem });
		}
	}
	return output;
}
