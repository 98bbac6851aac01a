import type { IDataObject } from 'n8n-workflow';
import { backStreamOf, rejectionsOf } from '../../sync/index.ts';
import type { RejectionInWords } from '../../sync/desk/rejections.ts';
import { anyIntegrationField } from '../context/integrationField.ts';
import { iso } from '../context/timeOf.ts';
import { integrationsOf, type Operation, type OperationInput } from './operation.ts';
import { rejectionFilters, rejectionFiltersOf } from './rejectionFilters.ts';

export const getManyRejections: Operation = {
	option: {
		name: 'Get Many Rejections',
		value: 'rejections',
		action: 'Get many rejected records',
		description: 'Records that were not written, each with the reason and what to do',
	},
	logsInTo: [],
	fields: [
		anyIntegrationField,
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
		rejectionFilters,
	],
	execute: async (input) => (await readRejections(input)).map((json) => ({ json })),
};

async function readRejections(input: OperationInput): Promise<IDataObject[]> {
	const { context, ledger, index } = input;
	const which = rejectionFiltersOf(input);
	const most = context.getNodeParameter('returnAll', index, false)
		? Infinity
		: context.getNodeParameter('limit', index, 50);
	const found: IDataObject[] = [];
	for (const { name, object } of await integrationsOf(input)) {
		for (const streamName of [name, backStreamOf(name)]) {
			const stream = await ledger.integrations.get(streamName);
			if (!stream) continue;
			const some = await rejectionsOf(ledger, stream, { ...which, most: most - found.length });
			const isBack = stream.backOf !== undefined;
			found.push(
				...some.map((one) => ({
					integration: name,
					direction: isBack ? 'Brevo to Salesforce' : 'Salesforce to Brevo',
					object,
					...itemOf(one),
				})),
			);
		}
	}
	return found;
}

const itemOf = (one: RejectionInWords): IDataObject => ({
	recordId: one.recordId,
	limit: one.limit,
	reason: one.reason,
	remedy: one.remedy,
	...(one.field !== undefined && { field: one.field }),
	...(one.shape !== undefined && { shape: one.shape }),
	...(one.owner !== undefined && { owner: one.owner }),
	firstAt: iso(one.firstAt),
	lastAt: iso(one.lastAt),
});
