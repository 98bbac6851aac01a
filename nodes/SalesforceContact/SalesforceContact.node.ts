import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { inWords, salesforceCalls } from '../context/calls.ts';
import { forPeople } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import { countsInWords } from '../context/items.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { salesforceAccess } from '../context/salesforce.ts';
import { getFilterFields, getReadableFields } from '../context/salesforceDropdowns.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';
import { description } from './description.ts';
import { OPERATIONS } from './operations.ts';

export class SalesforceContact implements INodeType {
	description = description;

	methods = {
		credentialTest: { contactSyncLedgerApiTest },
		loadOptions: { getFilterFields, getReadableFields },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		try {
			const name = this.getNodeParameter('operation', 0);
			const operation = OPERATIONS[name];
			if (!operation) throw new NodeOperationError(this.getNode(), 'This operation does not exist');
			const host = n8nHost(this, this.getExecutionCancelSignal());
			const authentication = this.getNodeParameter('salesforceAuthentication', 0);
			const connection = await salesforceAccess(
				this,
				authentication as SalesforceAuthentication,
				host,
			);
			const { records, alerts = [] } = await operation.execute({
				context: this,
				host,
				items: this.getInputData(),
				connection,
			});
			if (name === 'update')
				this.addExecutionHints({
					message: [summary(records), inWords([salesforceCalls(connection)])]
						.filter((part) => part !== '')
						.join('; '),
					location: 'outputPane',
				});
			return [[...records], [...alerts]];
		} catch (error) {
			throw forPeople(this.getNode(), error);
		}
	}
}

function summary(output: readonly INodeExecutionData[]): string {
	const counts: Record<string, number> = {};
	for (const { json } of output) {
		const { outcome } = { ...json, ...(json['details'] as object | undefined) };
		const word = typeof outcome === 'string' ? outcome : json['error'] ? 'failed' : 'updated';
		counts[word] = (counts[word] ?? 0) + 1;
	}
	return countsInWords(counts);
}
