import type { INodeTypeDescription } from 'n8n-workflow';
import { CHANGES_PAGE, SNAPSHOT_ABOVE, SNAPSHOT_PAGE } from '../../sync/index.ts';
import { NodeConnectionTypes } from 'n8n-workflow';
import { ledgerCredential } from '../context/ledgerFields.ts';
import {
	salesforceAuthentication,
	salesforceCredentials,
	salesforceObject,
} from '../context/salesforceFields.ts';
import { combineFilters, filterFields } from '../context/filterFields.ts';

export const description: INodeTypeDescription = {
	displayName: 'Salesforce Contact Trigger',
	name: 'salesforceContactTrigger',
	icon: {
		light: 'file:salesforceContactTrigger.svg',
		dark: 'file:salesforceContactTrigger.dark.svg',
	},
	group: ['trigger'],
	version: 1,
	subtitle: '={{ $parameter["object"] + ": " + $parameter["integration"] }}',
	description:
		'Starts the workflow with contacts or leads that were created, updated or deleted in Salesforce, and loses none of them',
	eventTriggerDescription: 'Waiting for a contact to change in Salesforce',
	activationMessage:
		'Changes in Salesforce now start this workflow. Its executions show each page.',
	defaults: { name: 'Salesforce Contact Trigger' },
	inputs: [],
	outputs: [NodeConnectionTypes.Main],
	credentials: [...salesforceCredentials, ledgerCredential],
	triggerPanel: {
		header: '',
		executionsHelp: {
			inactive:
				'<b>While you build the workflow</b>, click "Execute step" for a few contacts from Salesforce; nothing is moved or remembered.<br><br><b>When it is published</b>, it runs by itself for every change.',
			active:
				'<b>While you build the workflow</b>, click "Execute step" for a few contacts from Salesforce; nothing is moved or remembered.<br><br><b>It is published</b>, so changes also start it by themselves; see the executions.',
		},
		activationHint: 'Publish the workflow to sync for real.',
	},
	properties: [
		salesforceAuthentication,
		{
			displayName: 'Integration Name',
			name: 'integration',
			type: 'string',
			required: true,
			default: '',
			noDataExpression: true,
			placeholder: 'e.g. Contacts to newsletter',
			description:
				'Names this sync. Its progress is kept under this name, so renaming nodes or workflow loses nothing; a new name starts anew.',
		},
		salesforceObject,
		{
			displayName: 'Contacts Have Agreed to Be Contacted',
			name: 'consent',
			type: 'boolean',
			required: true,
			noDataExpression: true,
			default: false,
			description:
				'Whether the people in Salesforce have agreed to receive your messages. Brevo asks for this too; without it the workflow cannot be published.',
		},
		{
			displayName: 'Watch For',
			name: 'events',
			type: 'multiOptions',
			required: true,
			noDataExpression: true,
			options: [
				{ name: 'Created', value: 'created' },
				{ name: 'Deleted', value: 'deleted', description: 'Also when merged into another record' },
				{ name: 'Updated', value: 'updated' },
			],
			default: ['created', 'updated', 'deleted'],
		},
		{
			displayName: 'Start With',
			name: 'start',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Existing Records',
					value: 'existing',
					description: 'First everything that is in Salesforce now, then the changes',
				},
				{
					name: 'Changes From Now On',
					value: 'now',
					description: 'Leaves out what is in Salesforce already, until it changes',
				},
			],
			default: 'existing',
			description: 'Counts once, when the workflow is published for the first time',
		},
		{
			displayName: 'Fields',
			name: 'fieldSource',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Those That Are Mapped',
					value: 'mapped',
					description: 'Reads what Map Contact Fields in this workflow needs',
				},
				{ name: 'Chosen Below', value: 'chosen' },
			],
			default: 'mapped',
		},
		{
			displayName: 'Field Names or IDs',
			name: 'fields',
			type: 'multiOptions',
			noDataExpression: true,
			typeOptions: {
				loadOptionsMethod: 'getReadableFields',
				loadOptionsDependsOn: ['object', 'salesforceAuthentication'],
			},
			displayOptions: { show: { fieldSource: ['chosen'] } },
			default: [],
			description:
				'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
		},
		...filterFields,
		{
			displayName: 'Look for Changes Every (Seconds)',
			name: 'interval',
			type: 'number',
			noDataExpression: true,
			typeOptions: { minValue: 10 },
			default: 60,
			description: 'A look costs one Salesforce API call when nothing has changed',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				combineFilters,
				{
					displayName: 'Leave for Others (% of Daily API Calls)',
					name: 'leaveForOthers',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 90 },
					default: 10,
					description:
						'How much of the organization’s daily Salesforce API calls is left to other programs. When only that is left, this trigger waits until calls become free.',
				},
				{
					displayName: 'Listen for Change Events',
					name: 'changeEvents',
					type: 'boolean',
					default: false,
					description:
						'Whether changes arrive within seconds instead of at the next look. Needs Change Data Capture for the object in Salesforce Setup, and costs event deliveries but few API calls. Without it everything works all the same, at the pace of the interval.',
				},
				{
					displayName: 'Overlap (Minutes)',
					name: 'overlapMinutes',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 120 },
					default: 10,
					description:
						'How far back to look again for records that Salesforce saved late: a long transaction can take ten minutes. What was handled already is not emitted again.',
				},
				{
					displayName: 'Page Size',
					name: 'pageSize',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 2000 },
					default: CHANGES_PAGE,
					description: 'Most changed records that one execution gets',
				},
				{
					displayName: 'Page Size of a First Import',
					name: 'importPageSize',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 50_000 },
					default: SNAPSHOT_PAGE,
					description:
						'Most records that one execution gets while everything is read by Bulk API. Larger pages need fewer Brevo calls, of which there are 100 an hour, and more memory: for half a million contacts and more choose 10,000.',
				},
				{
					displayName: 'Refresh Formula Fields Every (Hours)',
					name: 'refreshHours',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 720 },
					default: 24,
					description:
						'How often all records are read again for formula fields, whose results change without a trace. Costs a few Salesforce calls; only what has changed is written. 0 for never.',
				},
				{
					displayName: 'Use Bulk API Above (Records)',
					name: 'bulkAbove',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: SNAPSHOT_ABOVE,
					description:
						'First imports of more records than this go through Salesforce’s Bulk API 2.0',
				},
			],
		},
	],
};
