import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { textParameter } from '../context/textParameter.ts';

/** Recurring: which record is meant. */
export const recordIdField: INodeProperties = {
	displayName: 'Record ID',
	name: 'recordId',
	type: 'string',
	required: true,
	default: '={{ $json.Id }}',
	placeholder: 'e.g. 003dM00001vWOXJQA4',
	description: 'The Salesforce ID, 15 or 18 characters',
};

const SALESFORCE_ID = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/;

export function recordIdOf(context: IExecuteFunctions, itemIndex: number): string {
	const id = textParameter(context, 'recordId', itemIndex).trim();
	if (SALESFORCE_ID.test(id)) return id;
	throw new NodeOperationError(context.getNode(), 'The Record ID is no Salesforce ID', {
		description: 'Give the 15 or 18 characters that stand in the address of the record’s page.',
		itemIndex,
	});
}
