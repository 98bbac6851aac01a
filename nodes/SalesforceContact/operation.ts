import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { Host } from '../../sync/host.ts';
import type { SalesforceConnection } from '../../sync/salesforce/connection.ts';

/** What an operation works with. */
export interface OperationInput {
	readonly context: IExecuteFunctions;
	readonly host: Host;
	readonly items: readonly INodeExecutionData[];
	readonly connection: SalesforceConnection;
}

export interface OperationOutput {
	/** One or more for each input item. */
	readonly records: readonly INodeExecutionData[];
	/** What people have to be told. */
	readonly alerts?: readonly INodeExecutionData[];
}

/** One operation: what the user sees and what it does. */
export interface Operation {
	readonly description: readonly INodeProperties[];
	readonly execute: (input: OperationInput) => Promise<OperationOutput>;
}

/** Shows fields for these operations only. */
export const shownFor = (
	operations: readonly string[],
	properties: readonly INodeProperties[],
): INodeProperties[] =>
	properties.map((property) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: { ...property.displayOptions?.show, operation: [...operations] },
		},
	}));
