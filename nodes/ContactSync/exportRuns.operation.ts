import type { INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { backStreamOf, exportRuns as runsOf, runsCsv } from '../../sync/index.ts';
import type { ExportedRun } from '../../sync/desk/runs.ts';
import type { Integration } from '../../sync/ledger/ledger.ts';
import { anyIntegrationField } from '../context/integrationField.ts';
import { iso } from '../context/timeOf.ts';
import { momentFrom } from './momentFrom.ts';
import { integrationsOf, type Operation, type OperationInput } from './operation.ts';

/** More rows than this are too much for one execution. */
const MOST_RUNS = 50_000;
const DEFAULT_DAYS = 30;

export const exportRuns: Operation = {
	option: {
		name: 'Export',
		value: 'export',
		action: 'Export the runs for an audit',
		description: 'Every page that was carried: when, how its records ended, the tasks it cost',
	},
	logsInTo: [],
	fields: [
		anyIntegrationField,
		{
			displayName: 'Put Out As',
			name: 'exportAs',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'CSV File', value: 'csv', description: 'One item with a file' },
				{ name: 'Items', value: 'items', description: 'One item for each page' },
			],
			default: 'items',
		},
		{
			displayName: 'Since',
			name: 'since',
			type: 'dateTime',
			default: '',
			description: `Pages that ended at this time or later; those of the last ${DEFAULT_DAYS} days when it is empty. The ledger keeps 400 days.`,
		},
		{
			displayName: 'Until',
			name: 'until',
			type: 'dateTime',
			default: '',
			description: 'Pages that ended before this time; until now when it is empty',
		},
	],
	execute: async (input) => {
		const range = rangeOf(input);
		const runs = await runsOf(input.ledger, await streamsOf(input), {
			...range,
			most: MOST_RUNS + 1,
		});
		if (runs.length > MOST_RUNS) throw tooMany(input);
		if (input.context.getNodeParameter('exportAs', input.index) === 'csv')
			return [await fileOf(input, runs, range)];
		return runs.map((run) => ({ json: { ...run } }));
	},
};

interface Range {
	readonly since: number;
	readonly until: number;
}

function rangeOf({ context, host, index }: OperationInput): Range {
	const at = (name: string, label: string): number | undefined =>
		momentFrom(context, index, context.getNodeParameter(name, index, ''), label);
	// A page that ended in this millisecond counts, too.
	const until = at('until', 'Until') ?? host.clock.now() + 1;
	const since = at('since', 'Since') ?? until - DEFAULT_DAYS * 86_400_000;
	if (since < until) return { since, until };
	throw new NodeOperationError(context.getNode(), '“Until” must be later than “Since”', {
		itemIndex: index,
	});
}

async function streamsOf(input: OperationInput): Promise<Integration[]> {
	const streams: Integration[] = [];
	for (const integration of await integrationsOf(input)) {
		const back = await input.ledger.integrations.get(backStreamOf(integration.name));
		streams.push(integration, ...(back ? [back] : []));
	}
	return streams;
}

async function fileOf(
	{ context }: OperationInput,
	runs: readonly ExportedRun[],
	{ since, until }: Range,
): Promise<Pick<INodeExecutionData, 'json' | 'binary'>> {
	const day = (at: number): string => iso(at).slice(0, 10);
	const fileName = `contact-sync-runs-${day(since)}-to-${day(until)}.csv`;
	const content = Buffer.from(runsCsv(runs));
	const data = await context.helpers.prepareBinaryData(content, fileName, 'text/csv');
	return {
		json: { fileName, runs: runs.length, since: iso(since), until: iso(until) },
		binary: { data },
	};
}

const tooMany = ({ context, index }: OperationInput): NodeOperationError =>
	new NodeOperationError(
		context.getNode(),
		`There are more than ${MOST_RUNS.toLocaleString('en')} runs in this time`,
		{
			description: 'Choose a shorter time, or one integration, and export in several parts.',
			itemIndex: index,
		},
	);
