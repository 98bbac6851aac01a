import { approveRemovals as approve, backStreamOf } from '../../sync/index.ts';
import { integrationField } from '../context/integrationField.ts';
import { integrationOf, type Operation } from './operation.ts';

/** Lets removals through that wait for somebody's word, in either direction. */
export const approveRemovals: Operation = {
	option: {
		name: 'Approve Removals',
		value: 'approveRemovals',
		action: 'Approve removals that wait',
		description:
			'Lets removals through that were held back in either direction, and further ones for a day',
	},
	logsInTo: [],
	fields: [integrationField],
	execute: async (input) => {
		const { name: integration } = await integrationOf(input);
		let records = 0;
		for (const stream of [integration, backStreamOf(integration)])
			records += await approve(input.ledger, stream);
		return [{ json: { integration, approved: true, records } }];
	},
};
