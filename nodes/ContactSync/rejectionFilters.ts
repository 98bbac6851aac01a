import type { INodeProperties } from 'n8n-workflow';
import type { OperationInput } from './operation.ts';
import { momentFrom } from './momentFrom.ts';
import { LIMIT_IDS, LIMITS } from '../../sync/index.ts';

/** Recurring: for which reason, and since when, a record was rejected. */
export const rejectionFilters: INodeProperties = {
	displayName: 'Filters',
	name: 'rejectionFilters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	description: 'Only rejected records that fit. Without a filter all of them are meant.',
	options: [
		{
			displayName: 'Reason',
			name: 'limit',
			type: 'options',
			options: LIMIT_IDS.filter((id) => ['rejected', 'frozen'].includes(LIMITS[id].effect))
				.toSorted()
				.map((id) => ({ name: id, value: id, description: LIMITS[id].sentence })),
			default: 'email-or-sms-missing',
			description: 'The limit that turned the record away; docs/limits.md explains each',
		},
		{
			displayName: 'Rejected Since',
			name: 'since',
			type: 'dateTime',
			default: '',
			description: 'Rejected at this time or later',
		},
	],
};

/** As a user gave them. */
export function rejectionFiltersOf({ context, index }: OperationInput): {
	readonly limit?: string;
	readonly since?: number;
} {
	const { limit, since } = context.getNodeParameter('rejectionFilters', index, {}) as {
		readonly limit?: string;
		readonly since?: unknown;
	};
	const from = momentFrom(context, index, since, 'Rejected Since');
	return { ...(limit && { limit }), ...(from !== undefined && { since: from }) };
}
