import type { INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { brevoCredential } from '../context/brevoFields.ts';
import { integrationField } from '../context/integrationField.ts';
import { ledgerCredential } from '../context/ledgerFields.ts';

export const description: INodeTypeDescription = {
	displayName: 'Brevo Contact Trigger',
	name: 'brevoContactTrigger',
	icon: { light: 'file:brevoContactTrigger.svg', dark: 'file:brevoContactTrigger.dark.svg' },
	group: ['trigger'],
	version: 1,
	subtitle: '={{ $parameter["integration"] }}',
	description:
		'Starts the workflow with contacts that came from Salesforce and were changed or deleted in Brevo',
	eventTriggerDescription: 'Waiting for a contact of the integration to change in Brevo',
	activationMessage: 'Changes in Brevo now start this workflow. Its executions show each page.',
	defaults: { name: 'Brevo Contact Trigger' },
	inputs: [],
	outputs: [NodeConnectionTypes.Main],
	credentials: [brevoCredential, ledgerCredential],
	webhooks: [
		{
			name: 'default',
			httpMethod: 'POST',
			responseMode: 'onReceived',
			path: 'brevo-contacts',
		},
	],
	triggerPanel: {
		header: '',
		executionsHelp: {
			inactive:
				'<b>While you build the workflow</b>, click "Execute step" and edit a contact of the integration in Brevo; Brevo must be able to reach this n8n. Nothing is moved or remembered.<br><br><b>When it is published</b>, it runs by itself for every change, also where Brevo cannot reach this n8n.',
			active:
				'<b>While you build the workflow</b>, click "Execute step" and edit a contact of the integration in Brevo; Brevo must be able to reach this n8n.<br><br><b>It is published</b>, so changes also start it by themselves; see the executions.',
		},
		activationHint: 'Publish the workflow to carry changes back for real.',
	},
	properties: [
		integrationField,
		{
			displayName:
				'Only contacts that the integration brought to Brevo come back. Contacts created in Brevo are never copied to Salesforce.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Watch For',
			name: 'events',
			type: 'multiOptions',
			required: true,
			noDataExpression: true,
			options: [
				{
					name: 'Deleted',
					value: 'deleted',
					description: 'What follows in Salesforce is chosen in Salesforce Contact',
				},
				{ name: 'Updated', value: 'updated', description: 'Opt-outs are updates, too' },
			],
			default: ['updated', 'deleted'],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Compare All Every (Hours)',
					name: 'compareHours',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 24,
					description:
						'How often all contacts are listed to find deletions that no webhook told; one call for 1,000 contacts',
				},
				{
					displayName: 'Look for Hints Every (Seconds)',
					name: 'interval',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 15,
					description: 'How often the ledger is asked whether a webhook came; costs no call',
				},
				{
					displayName: 'Name of the API Key',
					name: 'ownWriter',
					type: 'string',
					default: '',
					description:
						'The name that the API key of the credential has in Brevo. Webhooks about its own writes are then not followed up, which saves calls.',
				},
				{
					displayName: 'Page Size',
					name: 'pageSize',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 2000 },
					default: 500,
					description: 'Most contacts that one execution gets',
				},
				{
					displayName: 'Sweep Every (Minutes)',
					name: 'sweepMinutes',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 10,
					description:
						'How often contacts that Brevo lists as changed are looked at, in case a webhook got lost; one call when nothing has changed',
				},
				{
					displayName: 'Use a Webhook',
					name: 'useWebhook',
					type: 'boolean',
					default: true,
					description:
						'Whether Brevo tells of changes at once. Switch it off where Brevo cannot reach this n8n; the sweeps then find the changes.',
				},
			],
		},
	],
};
