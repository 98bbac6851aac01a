import type { INodeExecutionData } from 'n8n-workflow';
import { removeFromList as removeMembers } from '../../../sync/index.ts';
import { itemFrom } from '../../context/items.ts';
import { textParameter } from '../../context/textParameter.ts';
import { listField } from '../listField.ts';
import { type Operation, type OperationInput, shownFor } from '../operation.ts';
import { byList, resolveList } from '../resolveList.ts';

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

async function execute({ context, items, client }: OperationInput): Promise<INodeExecutionData[]> {
	const output: INodeExecutionData[] = [];
	for (const { choice, indexes } of byList(context, [...items.keys()]).values()) {
		const listId = await resolveList(context, client, choice);
		const extIds = indexes.map((index) => textParameter(context, 'extId', index));
		const { removed } = await removeMembers(client, listId, extIds);
		const out = new Set(removed);
		indexes.forEach((index, position) => {
			const item = items[index];
			const wasIn = out.has(extIds[position] ?? '');
			if (item) output[index] = itemFrom(item, index, { removed: true, wasInList: wasIn });
		});
	}
	return output;
}

export const removeFromList: Operation = { description, execute };
