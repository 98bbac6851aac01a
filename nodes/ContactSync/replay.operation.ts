import type { IDataObject } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { backStreamOf, recordIdFrom } from '../../sync/index.ts';
import type { Replay } from '../../sync/ledger/desk.ts';
import { integrationField } from '../context/integrationField.ts';
import { textParameter } from '../context/textParameter.ts';
import { integrationOf, type Operation, type OperationInput } from './operation.ts';
import { recordIdField } from './recordIdField.ts';
import { rejectionFilters, rejectionFiltersOf } from './rejectionFilters.ts';
import { whenItRuns } from './whenItRuns.ts';

export const replay: Operation = {
	option: {
		name: 'Replay',
		value: 'replay',
		action: 'Replay records',
		description: 'Lets records come again: one, those that were rejected, or all of them',
	},
	logsInTo: [],
	fields: [
		integrationField,
		{
			displayName: 'Records',
			name: 'which',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'All Records',
					value: 'all',
					description:
						'Written, waiting and rejected ones. Those that have not changed cost no task.',
				},
				{ name: 'One Record', value: 'record' },
				{
					name: 'Rejected Records',
					value: 'rejected',
					description: 'All on the rejected list, or those that fit the filters',
				},
			],
			default: 'rejected',
		},
		{ ...recordIdField, displayOptions: { show: { which: ['record'] } } },
		{ ...rejectionFilters, displayOptions: { show: { which: ['rejected'] } } },
	],
	execute: async (input) => [{ json: await letThemCome(input) }],
};

async function letThemCome(input: OperationInput): Promise<IDataObject> {
	const { ledger } = input;
	const { name } = await integrationOf(input);
	const which = whichOf(input);
	let records = await ledger.desk.replay(name, which);
	// On the way back all contacts are compared once a day anyway.
	if (which.kind !== 'all') records += await ledger.desk.replay(backStreamOf(name), which);
	if (which.kind === 'record' && records === 0) throw unknownRecord(input, name, which.recordId);
	return { integration: name, records, when: await whenItRuns(input, name) };
}

function whichOf(input: OperationInput): Replay {
	const { context, index } = input;
	const kind = context.getNodeParameter('which', index) as Replay['kind'];
	if (kind === 'rejected') return { kind, ...rejectionFiltersOf(input) };
	if (kind === 'all') return { kind };
	const recordId = recordIdFrom(textParameter(context, 'recordId', index));
	if (recordId !== undefined) return { kind, recordId };
	throw new NodeOperationError(context.getNode(), 'The Record ID is no Salesforce ID', {
		description: 'Give the 15 or 18 characters that stand in the address of the record’s page.',
		itemIndex: index,
	});
}

const unknownRecord = (
	{ context, index }: OperationInput,
	name: string,
	id: string,
): NodeOperationError =>
	new NodeOperationError(context.getNode(), `“${name}” does not know the record ${id}`, {
		description:
			'It was never written, rejected or kept waiting here. Save it once in Salesforce to let it come; if it still does not, “Explain Contact” tells why.',
		itemIndex: index,
	});
