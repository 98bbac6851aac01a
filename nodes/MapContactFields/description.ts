import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { brevoCredential } from '../context/brevoFields.ts';
import { ledgerCredential } from '../context/ledgerFields.ts';
import {
	salesforceAuthentication,
	salesforceCredentials,
	salesforceObject,
} from '../context/salesforceFields.ts';
import { LIFTS } from '../../sync/index.ts';
import { countryOptions } from './countries.ts';

/** What nearly everyone maps; the names fit accounts of every language. */
const SUGGESTED = [
	{ attribute: 'EMAIL', field: 'Email' },
	{ attribute: '@FIRSTNAME', field: 'FirstName' },
	{ attribute: '@LASTNAME', field: 'LastName' },
	{ attribute: 'SMS', field: 'MobilePhone' },
];

const liftOptions = Object.entries(LIFTS).map(([value, { name, description: meaning }]) => ({
	name,
	value,
	description: meaning,
}));

const mappingRows: INodeProperties = {
	displayName: 'Mapping',
	name: 'mapping',
	type: 'fixedCollection',
	noDataExpression: true,
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Field',
	default: { rows: SUGGESTED },
	options: [
		{
			displayName: 'Field',
			name: 'rows',
			values: [
				{
					displayName: 'Brevo Attribute Name or ID',
					name: 'attribute',
					type: 'options',
					typeOptions: {
						loadOptionsMethod: 'getAttributes',
						loadOptionsDependsOn: ['options.lift'],
					},
					default: '',
					description:
						'Where it goes in Brevo. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
				},
				{
					displayName: 'Salesforce Field Name or ID',
					name: 'field',
					type: 'options',
					typeOptions: {
						loadOptionsMethod: 'getFields',
						loadOptionsDependsOn: ['object', 'salesforceAuthentication', 'options.lift'],
					},
					default: '',
					description:
						'Where it comes from. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
				},
				{
					displayName: 'When Both Sides Changed',
					name: 'rule',
					type: 'options',
					options: [
						{ name: 'Brevo Wins', value: 'brevo' },
						{
							name: 'Never Blank',
							value: 'neverBlank',
							description: 'An empty value never replaces a filled one; otherwise Salesforce wins',
						},
						{
							name: 'Newest Wins',
							value: 'newest',
							description: 'The side whose record was saved last',
						},
						{ name: 'Salesforce Wins', value: 'salesforce' },
					],
					default: 'salesforce',
					description:
						'Whose value stands when somebody edits this field on both sides between two syncs. Matters only when changes come back from Brevo.',
				},
			],
		},
	],
};

const defaultCountry: INodeProperties = {
	displayName: 'Default Country of Phone Numbers',
	name: 'defaultCountry',
	type: 'options',
	noDataExpression: true,
	options: countryOptions,
	default: '',
	description:
		'Brevo needs the country code. Numbers without one are taken to be of this country; with “None” such records are rejected.',
};
/** A field that a mapping needs: on the way there, and on the way back when it has one of its own. */
const forMapping = (property: INodeProperties): INodeProperties[] => [
	{ ...property, displayOptions: { show: { direction: ['toBrevo'] } } },
	{
		...property,
		displayOptions: { show: { direction: ['toSalesforce'], mappingSource: ['own'] } },
	},
];

export const description: INodeTypeDescription = {
	displayName: 'Map Contact Fields',
	name: 'mapContactFields',
	icon: { light: 'file:mapContactFields.svg', dark: 'file:mapContactFields.dark.svg' },
	group: ['transform'],
	version: 1,
	subtitle:
		'={{ $parameter["direction"] === "toSalesforce" ? "to Salesforce" : ($parameter["mapping"]["rows"] || []).length + " fields to Brevo" }}',
	description:
		'Turns Salesforce records into Brevo contacts, or back, and explains every one that cannot be',
	defaults: { name: 'Map Contact Fields' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
	outputNames: ['Mapped', 'Rejected'],
	usableAsTool: true,
	credentials: [...salesforceCredentials, brevoCredential, ledgerCredential],
	properties: [
		{
			displayName: 'Direction',
			name: 'direction',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Brevo to Salesforce',
					value: 'toSalesforce',
					description: 'For contacts that come from Brevo Contact Trigger',
				},
				{
					name: 'Salesforce to Brevo',
					value: 'toBrevo',
					description: 'For records that come from Salesforce Contact Trigger',
				},
			],
			default: 'toBrevo',
		},
		salesforceAuthentication,
		{
			displayName: 'Mapping to Use',
			name: 'mappingSource',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Defined Below', value: 'own' },
				{
					name: 'That of the Integration',
					value: 'integration',
					description:
						'The mapping that brings the records to Brevo, the other way round, as it ran last',
				},
			],
			displayOptions: { show: { direction: ['toSalesforce'] } },
			default: 'integration',
		},
		...[salesforceObject].flatMap(forMapping),
		{
			displayName:
				'Map EMAIL or SMS at least: Brevo tells contacts apart by them. Fields that are not mapped are not synced, and changing them costs no task.',
			name: 'notice',
			type: 'notice',
			displayOptions: { show: { direction: ['toBrevo'] } },
			default: '',
		},
		...[mappingRows, defaultCountry].flatMap(forMapping),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			displayOptions: { show: { direction: ['toBrevo'] } },
			options: [
				{
					displayName: 'Carry Opt-Outs',
					name: 'optOuts',
					type: 'boolean',
					default: true,
					description:
						'Whether who opted out of e-mails in Salesforce (HasOptedOutOfEmail) is blocklisted in Brevo and, where changes come back, the other way round. An opt-in is never carried.',
				},
				{
					displayName: 'Create Missing Choices',
					name: 'createChoices',
					type: 'boolean',
					default: false,
					description:
						'Whether to add picklist values that a category or multiple-choice attribute lacks to it in Brevo. Otherwise such records are rejected. Needs “Picklist Fields” under Lift Limits.',
				},
				{
					displayName: 'Lift Limits',
					name: 'lift',
					type: 'multiOptions',
					options: liftOptions,
					default: [],
					description:
						'Limits of Brevo’s own integration that shall not hold here. Without any, everything is as Brevo documents it.',
				},
				{
					displayName: 'Time Zone for Dates',
					name: 'timeZone',
					type: 'string',
					default: '',
					placeholder: 'e.g. Europe/Paris',
					description:
						'Brevo keeps dates without a time. A Salesforce date and time becomes the day it is in this zone; the workflow’s own when empty.',
				},
			],
		},
	],
};
