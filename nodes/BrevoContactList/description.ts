import type { INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { brevoCredential } from '../context/brevoFields.ts';
import { ledgerCredential } from '../context/ledgerFields.ts';
import { OPERATIONS } from './operations.ts';

export const description: INodeTypeDescription = {
	displayName: 'Brevo Contact List',
	name: 'brevoContactList',
	icon: { light: 'file:brevoContactList.svg', dark: 'file:brevoContactList.dark.svg' },
	group: ['output'],
	version: 1,
	subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
	description: 'Writes contacts into Brevo lists: few calls, an answer for every contact',
	defaults: { name: 'Brevo Contact List' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	usableAsTool: true,
	credentials: [brevoCredential, ledgerCredential],
	properties: [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Contact', value: 'contact' },
				{ name: 'List', value: 'list' },
			],
			default: 'contact',
		},
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['contact'] } },
			options: [
				{
					name: 'Create or Update in List',
					value: 'upsert',
					action: 'Create or update a contact in a list',
					description: 'Writes contacts and puts them into a list; few singly, many as an import',
				},
				{
					name: 'Delete',
					value: 'delete',
					action: 'Delete a contact',
					description: 'Deletes a contact from Brevo for good',
				},
				{ name: 'Get', value: 'get', action: 'Get a contact', description: 'Reads one contact' },
				{
					name: 'Remove From List',
					value: 'removeFromList',
					action: 'Remove a contact from a list',
					description: 'Takes contacts out of a list; they stay in Brevo',
				},
			],
			default: 'upsert',
		},
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: ['list'] } },
			options: [
				{
					name: 'Create',
					value: 'create',
					action: 'Create a list',
					description: 'Makes a list unless there is one of that name',
				},
				{
					name: 'Get Many',
					value: 'getAll',
					action: 'Get many lists',
					description: 'Lists all lists',
				},
			],
			default: 'getAll',
		},
		...Object.values(OPERATIONS).flatMap((operations) =>
			Object.values(operations).flatMap((operation) => operation.description),
		),
	],
};
