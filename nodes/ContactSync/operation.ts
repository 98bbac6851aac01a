import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Host } from '../../sync/host.ts';
import type { Integration, Ledger } from '../../sync/ledger/ledger.ts';
import { integrationName } from '../context/integrationField.ts';

/** What an operation works with: one item. */
export interface OperationInput {
	readonly context: IExecuteFunctions;
	readonly host: Host;
	readonly ledger: Ledger;
	/** Of the item. */
	readonly index: number;
}

/** What becomes of one item: none, one or several. */
export type OperationOutput = ReadonlyArray<Pick<INodeExecutionData, 'json' | 'binary'>>;

/** One operation: what the user sees and what it does. */
export interface Operation {
	/** How it stands in the list of operations. */
	readonly option: Required<
		Pick<INodePropertyOptions, 'name' | 'value' | 'action' | 'description'>
	>;
	/** Whom it asks besides the ledger; only then a credential is wanted. */
	readonly logsInTo: ReadonlyArray<'salesforce' | 'brevo'>;
	readonly fields: readonly INodeProperties[];
	readonly execute: (input: OperationInput) => Promise<OperationOutput>;
}

/** Shows fields for one operation only. */
export const shownFor = ({ option, fields }: Operation): INodeProperties[] =>
	fields.map((property) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: { ...property.displayOptions?.show, operation: [option.value] },
		},
	}));

/** The integration that the item names; throws when the ledger does not know it. */
export async function integrationOf({
	context,
	ledger,
	index,
}: OperationInput): Promise<Integration> {
	const name = integrationName(context.getNodeParameter('integration', index));
	const known = await ledger.integrations.get(name);
	if (known && known.backOf === undefined) return known;
	throw new NodeOperationError(
		context.getNode(),
		name === '' ? 'No integration is chosen' : `There is no integration “${name}”`,
		{
			description: `The ledger ${ledger.place} does not know it. Choose one from the list: an integration whose workflow was published.`,
			itemIndex: index,
		},
	);
}

/** The integration that the item names, or all of them when it names none. */
export async function integrationsOf(input: OperationInput): Promise<readonly Integration[]> {
	const name = integrationName(input.context.getNodeParameter('integration', input.index));
	if (name !== '') return [await integrationOf(input)];
	const all = await input.ledger.integrations.list();
	return all.filter(({ backOf }) => backOf === undefined);
}
