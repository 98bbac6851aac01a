import type { INodeExecutionData } from 'n8n-workflow';
import { removeFromList as removeMembers } from '../../../sync/index.ts';
import { itemFrom } from '../../context/items.ts';
import { textParameter } from '../../context/textParameter.ts';
import { failedItem } from '../../context/eachItem.ts';
import { listField } from '../listField.ts';
import { type Operation, type OperationInput, shownFor } from '../operation.ts';
import { byList } from '../resolveList.ts';
import { noIdentifier } from './identifierFields.ts';

const description = shownFor('contact', 'removeFromList', [
	listField,
	{
		displayName: 'External ID',
		name: 'extId',
		type: 'string',
		required: true,
		default: '={{ $json.ext_id }}',
		description: 'EXT_ID of the contact in Brevo, which for synced contacts is the Salesforce ID',
	},
]);

async function execute({
	context,
	items,
	client,
	inList,
}: OperationInput): Promise<INodeExecutionData[]> {
	const output: INodeExecutionData[] = [];
	const extIds = items.map((_, index) => textParameter(context, 'extId', index));
	for (const [index, item] of items.entries()) {
		if (extIds[index] === '')
			output[index] = failedItem(context, item, index, noIdentifier(context, index));
	}
	const named = [...items.keys()].filter((index) => extIds[index] !== '');
	for (const { choice, indexes } of byList(context, named).values()) {
		const ofList = indexes.map((index) => extIds[index] ?? '');
		const { removed } = await inList(
			choice,
			async (listId) => await removeMembers(client, listId, ofList),
		);
		const out = new Set(removed);
		for (const index of indexes) {
			const wasInList = out.has(extIds[index] ?? '');
			const item = items[index];
			if (item) output[index] = itemFrom(item, index, { removed: true, wasInList });
		}
	}
	return output;
}

export const removeFromList: Operation = { description, execute };
