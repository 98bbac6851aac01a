import { NodeOperationError } from 'n8n-workflow';
import { inWords, moment } from '../../sync/index.ts';
import type { ChangedLimit } from '../../sync/ledger/desk.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import { quotaInWords } from './getQuota.operation.ts';
import type { Operation, OperationInput } from './operation.ts';

export const setMonthlyLimit: Operation = {
	option: {
		name: 'Set Monthly Limit',
		value: 'setLimit',
		action: 'Set the limit of this month',
		description: 'Changes how many tasks this month allows, until it ends',
	},
	logsInTo: ['brevo'],
	fields: [
		{
			displayName: 'Limit of This Month',
			name: 'limitFrom',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'A Number of Tasks',
					value: 'number',
					description: 'Counts until the month ends, in place of the limit in Quota Guard',
				},
				{
					name: 'The Limit in Quota Guard',
					value: 'guard',
					description: 'Takes back a limit that was set here',
				},
			],
			default: 'number',
		},
		{
			displayName: 'Tasks',
			name: 'tasks',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			displayOptions: { show: { limitFrom: ['number'] } },
			default: 100000,
			description:
				'Most contacts to write this month, those that are written already included. The share for opt-outs and deletions stays the same share.',
		},
	],
	execute: async (input) => {
		const { context, host, ledger } = input;
		const limit = limitOf(input);
		const account = await brevoAccount(await brevoAccess(context, host), ledger);
		const changed = await ledger.desk.setLimit(account, limit);
		if (!changed) throw noMonth(input);
		const now = host.clock.now();
		const quota = await ledger.quota.current(account, now);
		return [
			{
				json: {
					brevoAccount: account,
					limitFrom: limit === undefined ? 'guard' : 'number',
					limitBefore: changed.before,
					...quotaInWords(quota, now),
					message: message(limit, changed, quota?.used ?? 0, context.getTimezone()),
				},
			},
		];
	},
};

function limitOf({ context, index }: OperationInput): number | undefined {
	if (context.getNodeParameter('limitFrom', index) === 'guard') return undefined;
	const value = context.getNodeParameter('tasks', index) as unknown;
	const limit = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
	if (Number.isSafeInteger(limit) && (limit as number) >= 1) return limit as number;
	throw new NodeOperationError(context.getNode(), '“Tasks” must be a whole number of at least 1', {
		description: 'Write it without commas or spaces, such as 150000. To stop a sync, use “Pause”.',
		itemIndex: index,
	});
}

const noMonth = ({ context, index }: OperationInput): NodeOperationError =>
	new NodeOperationError(context.getNode(), 'No month runs yet for this Brevo account', {
		description:
			'The month begins in the ledger when Quota Guard runs for the first time in it. Change the limit in Quota Guard, or come back after its first run.',
		itemIndex: index,
	});

function message(
	limit: number | undefined,
	{ before, endsAt }: ChangedLimit,
	used: number,
	zone: string,
): string {
	const until = moment(zone, endsAt);
	if (limit === undefined)
		return `The limit in Quota Guard counts again from its next run on; until then ${inWords(before)}.`;
	const change = `Until ${until} this Brevo account may spend ${inWords(limit)} tasks, over all workflows that share this ledger, instead of ${inWords(before)}. From then on the limit in Quota Guard counts again.`;
	return used >= limit
		? `${change} ${inWords(used)} are used already: changes wait until then.`
		: `${change} What waits for tasks goes out at the next look.`;
}
