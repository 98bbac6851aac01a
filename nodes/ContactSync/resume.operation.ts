import { integrationField } from '../context/integrationField.ts';
import { integrationOf, type Operation } from './operation.ts';
import { whenItRuns } from './whenItRuns.ts';

export const resume: Operation = {
	option: {
		name: 'Resume',
		value: 'resume',
		action: 'Resume an integration',
		description: 'Lets a paused integration go on, with what has changed meanwhile',
	},
	logsInTo: [],
	fields: [integrationField],
	execute: async (input) => {
		const { ledger } = input;
		const { name: integration } = await integrationOf(input);
		const records = await ledger.desk.resume(integration);
		return [
			{
				json: {
					integration,
					paused: false,
					records: records ?? 0,
					...(records === undefined
						? { message: 'It was not paused.' }
						: { when: await whenItRuns(input, integration) }),
				},
			},
		];
	},
};
