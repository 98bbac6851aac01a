import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { BrevoClient } from '../../sync/brevo/client.ts';
import type { DeliveryTools } from '../../sync/deliver/delivery.ts';
import type { InList } from './inList.ts';

/** What an operation works with. */
export interface OperationInput {
	readonly context: IExecuteFunctions;
	readonly items: readonly INodeExecutionData[];
	readonly client: BrevoClient;
	/** Tools to write contacts; the ledger is among them when an item has ledger features. */
	readonly tools: DeliveryTools;
	readonly inList: InList;
}

/** One operation: what the user sees and what it does. One output item for each input item. */
export interface Operation {
	readonly description: readonly INodeProperties[];
	readonly execute: (input: OperationInput) => Promise<INodeExecutionData[]>;
}

/** Shows fields for one operation only. */
export function shownFor(
	resource: string,
	operation: string,
	properties: readonly INodeProperties[],
): INodeProperties[] {
	return properties.map((property) => ({
		...property,
		displayOptions: {
			...property.displayOptions,
			show: { ...property.displayOptions?.show, resource: [resource], operation: [operation] },
		},
	}));
}
