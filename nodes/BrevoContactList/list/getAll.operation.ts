import type { INodeExecutionData } from 'n8n-workflow';
import { searchLists } from '../../../sync/index.ts';
import { type Operation, type OperationInput, shownFor } from '../operation.ts';

const description = shownFor('list', 'getAll', [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		displayOptions: { show: { returnAll: [false] } },
		default: 50,
		description: 'Max number of results to return',
	},
	{
		displayName: 'Name Contains',
		name: 'search',
		type: 'string',
		default: '',
		placeholder: 'e.g. newsletter',
	},
]);

async function execute({ context, client }: OperationInput): Promise<INodeExecutionData[]> {
	const returnAll = context.getNodeParameter('returnAll', 0);
	const most = returnAll ? Number.POSITIVE_INFINITY : context.getNodeParameter('limit', 0);
	const search = context.getNodeParameter('search', 0) as string;
	const lists = await searchLists(client, { search, most });
	return lists.map((list) => ({ json: { ...list }, pairedItem: { item: 0 } }));
}

export const getAll: Operation = { description, execute };
