import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { CHANGES_PAGE } from '../../sync/index.ts';
import { NodeConnectionTypes } from 'n8n-workflow';
import { brevoCredential } from '../context/brevoFields.ts';
import { integrationField } from '../context/integrationField.ts';
import { ledgerCredential } from '../context/ledgerFields.ts';
import {
	salesforceAuthentication,
	salesforceCredentials,
	salesforceObject,
} from '../context/salesforceFields.ts';
import { combineFilters, filterFields } from '../context/filterFields.ts';
import { reconcileFields } from './reconcile.operation.ts';

const forEstimate = (property: INodeProperties): INodeProperties => ({
	...property,
	displayOptions: { ...property.displayOptions, show: { operation: ['estimate'] } },
});

export const description: INodeTypeDescription = {
	displayName: 'Contact Sync',
	name: 'contactSync',
	icon: { light: 'file:contactSync.svg', dark: 'file:contactSync.dark.svg' },
	group: ['transform'],
	version: 1,
	subtitle: '={{ $parameter["operation"] }}',
	description:
		'Estimates a sync before it is published, tells how the month’s quota stands and reconciles both sides',
	defaults: { name: 'Contact Sync' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	usableAsTool: true,
	credentials: [...salesforceCredentials, brevoCredential, ledgerCredential],
	properties: [
		salesforceAuthentication,
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Approve Removals',
					value: 'approveRemovals',
					action: 'Approve removals that wait',
					description:
						'Lets removals through that were held back in either direction, and further ones for a day',
				},
				{
					name: 'Estimate',
					value: 'estimate',
					action: 'Estimate a first import',
					description: 'How many records, tasks, calls, minutes and months it will take',
				},
				{
					name: 'Get Quota',
					value: 'quota',
					action: 'Get the quota of the month',
					description: 'What is used, what is left and until when it lasts',
				},
				{
					name: 'Reconcile',
					value: 'reconcile',
					action: 'Reconcile both sides of an integration',
					description:
						'Compares every record with its contact, tells what differs and, if you like, repairs it',
				},
			],
			default: 'estimate',
		},
		{
			...integrationField,
			displayOptions: { show: { operation: ['approveRemovals', 'reconcile'] } },
		},
		...reconcileFields,
		...[salesforceObject, ...filterFields].map(forEstimate),
		{
			displayName: 'Monthly Limit (Tasks)',
			name: 'monthlyLimit',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			displayOptions: { show: { operation: ['estimate'] } },
			default: 100000,
			description: 'The limit that Quota Guard will have',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			displayOptions: { show: { operation: ['estimate'] } },
			default: {},
			options: [
				combineFilters,
				{
					displayName: 'Page Size',
					name: 'pageSize',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 2000 },
					default: CHANGES_PAGE,
					description: 'The page size that the trigger will have',
				},
			],
		},
	],
};
