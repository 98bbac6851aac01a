import type { INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { brevoCredential } from '../context/brevoFields.ts';
import { ledgerCredential } from '../context/ledgerFields.ts';
import { DEFAULT_RESERVED_SHARE } from './settings.ts';

export const description: INodeTypeDescription = {
	displayName: 'Quota Guard',
	name: 'quotaGuard',
	icon: { light: 'file:quotaGuard.svg', dark: 'file:quotaGuard.dark.svg' },
	group: ['transform'],
	version: 1,
	subtitle: '={{ $parameter["monthlyLimit"].toLocaleString("en") + " tasks a month" }}',
	description:
		'Lets through only what has to be written and what the month’s tasks allow; the rest is kept and comes again',
	defaults: { name: 'Quota Guard' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
	outputNames: ['Allowed', 'Held Back', 'Alert'],
	usableAsTool: true,
	credentials: [brevoCredential, ledgerCredential],
	properties: [
		{
			displayName:
				'A task is one contact written once. Contacts that have not changed cost nothing. The limit counts for the whole Brevo account, over all workflows.',
			name: 'notice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Monthly Limit (Tasks)',
			name: 'monthlyLimit',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 100000,
			description:
				'Most contacts to write in a month. What is above waits and is written when the next month begins or you raise the limit. A limit below what is used already holds everything back.',
		},
		{
			displayName: 'Warn At (%)',
			name: 'warnAt',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 100 },
			default: 80,
			description: 'Sends one item to Alert when this share of the limit is used, once a month',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'First Day of the Quota Month',
					name: 'anchorDay',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 31, numberPrecision: 0 },
					default: 1,
					description:
						'Day on which the count starts anew; the same in all workflows of one Brevo account. In a shorter month 29 to 31 mean its last day.',
				},
				{
					displayName: 'Notify by E-Mail',
					name: 'notify',
					type: 'string',
					default: '',
					placeholder: 'e.g. marketing@example.com, crm@example.com',
					description:
						'Who gets the warning and the notice that the limit is reached, beside the items on Alert. Sent through Brevo; separate addresses by commas.',
				},
				{
					displayName: 'Reserved for Opt-Outs and Deletions (%)',
					name: 'reservedShare',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 50 },
					default: DEFAULT_RESERVED_SHARE,
					description:
						'Last share of the limit that only people who unsubscribed or were deleted may use, so that they need not wait for the next month',
				},
				{
					displayName: 'Sender E-Mail',
					name: 'sender',
					type: 'string',
					default: '',
					placeholder: 'e.g. crm@example.com',
					description: 'From whom the notices come; must be a sender that is verified in Brevo',
				},
				{
					displayName: 'Time Zone',
					name: 'timeZone',
					type: 'string',
					default: '',
					placeholder: 'e.g. Europe/Paris',
					description: 'Zone in which the month begins; the workflow’s own when empty',
				},
			],
		},
	],
};
