import { integrationField } from '../context/integrationField.ts';
import { iso } from '../context/timeOf.ts';
import { integrationOf, type Operation } from './operation.ts';

export const pause: Operation = {
	option: {
		name: 'Pause',
		value: 'pause',
		action: 'Pause an integration',
		description:
			'Nothing is written in either direction until it is resumed; what changes is remembered',
	},
	logsInTo: [],
	fields: [integrationField],
	execute: async (input) => {
		const { ledger } = input;
		const { name: integration } = await integrationOf(input);
		const isNew = await ledger.desk.pause(integration);
		const pausedAt = (await ledger.integrations.get(integration))?.pausedAt ?? 0;
		return [
			{
				json: {
					integration,
					paused: true,
					pausedAt: iso(pausedAt),
					message: isNew
						? 'The run that is under way ends as usual; from then on nothing is written.'
						: 'It was paused before.',
				},
			},
		];
	},
};
