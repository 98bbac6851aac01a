import type { INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { ledgerCredential } from '../context/ledgerFields.ts';
import {
	salesforceAuthentication,
	salesforceCredentials,
	salesforceObject,
} from '../context/salesforceFields.ts';
import { OPERATIONS } from './operations.ts';

export const description: INodeTypeDescription = {
	displayName: 'Salesforce Contact',
	name: 'salesforceContact',
	icon: { light: 'file:salesforceContact.svg', dark: 'file:salesforceContact.dark.svg' },
	group: ['output'],
	version: 1,
	subtitle: '={{ $parameter["operation"] + ": " + $parameter["object"] }}',
	description:
		'Writes changes back to Salesforce contacts and leads, 200 at a time, with an answer for each',
	defaults: { name: 'Salesforce Contact' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
	outputNames: ['Records', 'Alert'],
	usableAsTool: true,
	credentials: [...salesforceCredentials, ledgerCredential],
	properties: [
		salesforceAuthentication,
		salesforceObject,
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Delete',
					value: 'delete',
					action: 'Delete a record',
					description: 'Moves records to the recycle bin',
				},
				{
					name: 'Get',
					value: 'get',
					action: 'Get a record',
					description: 'Reads one record',
				},
				{
					name: 'Get Many',
					value: 'getAll',
					action: 'Get many records',
					description: 'Reads the records that changed last',
				},
				{
					name: 'Update',
					value: 'update',
					action: 'Update a record',
					description: 'Writes changes that were made in Brevo, or fields of your own',
				},
			],
			default: 'update',
		},
		...Object.values(OPERATIONS).flatMap((operation) => operation.description),
	],
};
