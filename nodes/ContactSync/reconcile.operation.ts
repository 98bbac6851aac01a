import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import {
	DEFAULT_RESERVE,
	LARGEST_RESERVE,
	listAttributes,
	profileOf,
	reconcile as compareSides,
} from '../../sync/index.ts';
import type { Difference } from '../../sync/reconcile/differences.ts';
import type { ReconcileReport } from '../../sync/reconcile/reconcile.ts';
import type { RepairRule } from '../../sync/reconcile/repair.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import { integrationField } from '../context/integrationField.ts';
import { fieldsOf, salesforceAccess } from '../context/salesforce.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';
import { integrationOf, type Operation, type OperationInput } from './operation.ts';

const MOST_TASKS = 1_000;
const EXAMPLES = 10;
const BRAKE = { number: 20, percent: 10 };

export const reconcile: Operation = {
	option: {
		name: 'Reconcile',
		value: 'reconcile',
		action: 'Reconcile both sides of an integration',
		description:
			'Compares every record with its contact, tells what differs and, if you like, repairs it',
	},
	logsInTo: ['salesforce', 'brevo'],
	fields: [
		integrationField,
		{
			displayName: 'Mode',
			name: 'mode',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Report',
					value: 'report',
					description: 'Compares both sides and changes nothing',
				},
				{
					name: 'Repair',
					value: 'repair',
					description: 'Also lets what differs come again through the integration’s own workflow',
				},
			],
			default: 'report',
		},
		{
			displayName: 'Most Tasks',
			name: 'budget',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: MOST_TASKS,
			description: 'Most records that a repair lets come again; each costs at most one task',
			displayOptions: { show: { mode: ['repair'] } },
		},

		{
			displayName: 'Options',
			name: 'reconcileOptions',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Ask From (Records a Day)',
					name: 'brakeNumber',
					type: 'number',
					typeOptions: { minValue: 0, numberPrecision: 0 },
					default: 20,
					description:
						'When a repair would take more contacts than this out of Brevo in one day, none of them is. Approve Removals lets the next repair do it.',
				},
				{
					displayName: 'Ask From (Share in %)',
					name: 'brakeShare',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 100 },
					default: 10,
					description: 'The same as a share of the contacts of the integration',
				},
				{
					displayName: 'Examples',
					name: 'examples',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 1000, numberPrecision: 0 },
					default: EXAMPLES,
					description: 'Most records of each kind of difference that are named, by their IDs',
				},
				{
					displayName: 'Leave for Others (% of Daily API Calls)',
					name: 'leaveForOthers',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 90 },
					default: 10,
					description:
						'How much of the organization’s daily Salesforce API calls is left to other programs. When only that is left, nothing is read.',
				},
				{
					displayName: 'When Salesforce No Longer Shows a Record',
					name: 'vanished',
					type: 'options',
					options: [
						{
							name: 'Leave the Contact',
							value: 'leave',
							description: 'The record may only be hidden from the connected user',
						},
						{
							name: 'Treat the Record as Deleted',
							value: 'remove',
							description: 'As if Salesforce had said that it was deleted',
						},
					],
					default: 'leave',
					description: 'And does not say that it was deleted',
				},
			],
		},
	],
	execute: async (input) => [{ json: await reconcileIntegration(input) }],
};

interface Options {
	readonly brakeNumber?: number;
	readonly brakeShare?: number;
	readonly examples?: number;
	readonly leaveForOthers?: number;
	readonly vanished?: RepairRule['vanished'];
}

/** Compares an integration's records with its contacts and, in repair mode, hands over what differs. */
async function reconcileIntegration(input: OperationInput): Promise<IDataObject> {
	const { context, host, ledger, index } = input;
	const known = await integrationOf(input);
	const { name } = known;
	const kept = profileOf(known);
	if (!kept) {
		throw new NodeOperationError(context.getNode(), `“${name}” has not run yet`, {
			description: 'Choose an integration whose workflow is published and has run.',
			itemIndex: index,
		});
	}
	const options = context.getNodeParameter('reconcileOptions', index, {}) as Options;
	const authentication = context.getNodeParameter('salesforceAuthentication', index);
	const connection = await salesforceAccess(
		context,
		authentication as SalesforceAuthentication,
		host,
	);
	const access = await brevoAccess(context, host);
	const fields = await fieldsOf(connection, kept.object);
	const report = await compareSides({
		...{ ledger, connection, host, integration: name, client: access.client },
		brevoAccount: await brevoAccount(access, ledger),
		profile: { ...kept, fields, attributes: await listAttributes(access.client) },
		types: new Map(fields.map((field) => [field.name, field.type])),
		reserve: shareOf(options.leaveForOthers, DEFAULT_RESERVE, LARGEST_RESERVE),
		examples: options.examples ?? EXAMPLES,
		...(context.getNodeParameter('mode', index) === 'repair' && {
			repair: ruleOf(context, index, options),
		}),
	});
	const { total, repair, ...rest } = report;
	return {
		integration: name,
		inSync: total === 0,
		total,
		...rest,
		...(repair && { ...repair, needsApproval: repair.held > 0 }),
		summary: inWords(report),
	};
}

function ruleOf(
	context: IExecuteFunctions,
	index: number,
	{ brakeNumber = BRAKE.number, brakeShare = BRAKE.percent, vanished = 'leave' }: Options,
): RepairRule {
	const budget = Number(context.getNodeParameter('budget', index, MOST_TASKS));
	if (!Number.isFinite(budget) || budget < 0) {
		throw new NodeOperationError(context.getNode(), '“Most Tasks” is no number', {
			description: 'Enter how many records a repair may let come again.',
			itemIndex: index,
		});
	}
	return {
		budget: Math.floor(budget),
		vanished,
		brake: { number: brakeNumber, share: brakeShare / 100 },
	};
}

/** From per cent. */
function shareOf(percent: unknown, fallback: number, most: number): number {
	const share = percent === undefined ? fallback : Number(percent) / 100;
	return Number.isNaN(share) ? fallback : Math.min(most, Math.max(0, share));
}

const WORDS: Readonly<Record<Difference, string>> = {
	optOut: 'opted out',
	deleted: 'deleted in Salesforce',
	listed: 'in the list again',
	missing: 'missing in Brevo',
	stale: 'with other values',
	unlisted: 'not in the list',
	unlinked: 'unknown to the ledger',
	vanished: 'no longer shown by Salesforce',
};

const counted = (value: number, one: string): string =>
	`${value.toLocaleString('en')} ${one}${value === 1 ? '' : 's'}`;

function inWords({ salesforce, brevo, total, differences, repair }: ReconcileReport): string {
	const read = `${counted(salesforce.records, 'record')} and ${counted(brevo.contacts, 'contact')} compared`;
	if (total === 0) return `${read}: no difference.`;
	const kinds = Object.entries(differences)
		.filter(([, count]) => count > 0)
		.map(([kind, count]) => `${count.toLocaleString('en')} ${WORDS[kind as Difference]}`);
	const found = `${read}: ${counted(total, 'difference')} (${kinds.join(', ')})`;
	if (!repair) return `${found}.`;
	const { handedOver, held, overBudget } = repair;
	const parts = [
		`${counted(handedOver, 'record')} will come again`,
		...(held > 0 ? [`${counted(held, 'removal')} held back until somebody approves`] : []),
		...(overBudget > 0 ? [`${overBudget.toLocaleString('en')} left for the next repair`] : []),
	];
	return `${found}; ${parts.join('; ')}.`;
}
