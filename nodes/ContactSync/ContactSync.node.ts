import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { failedItem } from '../context/eachItem.ts';
import { n8nHost } from '../context/host.ts';
import { searchIntegrations } from '../context/integrationField.ts';
import { withLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { getFilterFields } from '../context/salesforceDropdowns.ts';
import { description } from './description.ts';
import { OPERATIONS } from './operations.ts';

export class ContactSync implements INodeType {
	description = description;

	methods = {
		credentialTest: { contactSyncLedgerApiTest },
		listSearch: { searchIntegrations },
		loadOptions: { getFilterFields },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const name = this.getNodeParameter('operation', 0);
		const operation = OPERATIONS.find(({ option }) => option.value === name);
		if (!operation) throw new NodeOperationError(this.getNode(), 'This operation does not exist');
		const host = n8nHost(this, this.getExecutionCancelSignal());
		const output: INodeExecutionData[] = [];
		for (const [index, item] of this.getInputData().entries()) {
			try {
				const found = await withLedger(
					this,
					host,
					async (ledger) => await operation.execute({ context: this, host, ledger, index }),
				);
				output.push(...found.map((one) => ({ ...one, pairedItem: { item: index } })));
			} catch (cause) {
				output.push(failedItem(this, item, index, cause));
			}
		}
		return [output];
	}
}
