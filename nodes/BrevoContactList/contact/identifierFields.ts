import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { textParameter } from '../../context/textParameter.ts';
import type { IdentifierType } from '../../../sync/brevo/contacts.ts';

/** Recurring: which contact is meant. */
export const identifierFields: INodeProperties[] = [
	{
		displayName: 'Identified By',
		name: 'identifierType',
		type: 'options',
		options: [
			{ name: 'Brevo Contact ID', value: 'contact_id' },
			{ name: 'Email', value: 'email_id' },
			{ name: 'External ID (Salesforce ID)', value: 'ext_id' },
		],
		default: 'ext_id',
	},
	{
		displayName: 'Identifier',
		name: 'identifier',
		type: 'string',
		required: true,
		default: '={{ $json.ext_id }}',
		placeholder: 'e.g. 003dM00001vWOXJQA4',
	},
];

export function identifierOf(
	context: IExecuteFunctions,
	index: number,
): { readonly type: IdentifierType; readonly value: string } {
	const type = context.getNodeParameter('identifierType', index) as IdentifierType;
	const value = textParameter(context, 'identifier', index);
	if (value === '') throw noIdentifier(context, index);
	return { type, value };
}

export const noIdentifier = (context: IExecuteFunctions, itemIndex: number): NodeOperationError =>
	new NodeOperationError(context.getNode(), 'The identifier of a contact is empty', {
		description: 'Give an e-mail address, a Brevo contact id or an external id.',
		itemIndex,
	});
