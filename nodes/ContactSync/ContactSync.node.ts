import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { approveRemovals, backStreamOf, runsOutAt } from '../../sync/index.ts';
import type { CurrentQuota, Ledger } from '../../sync/ledger/ledger.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import { forPeople } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import { integrationName, searchIntegrations } from '../context/integrationField.ts';
import { withLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { getFilterFields } from '../context/salesforceDropdowns.ts';
import { description } from './description.ts';
import { estimateImport } from './estimate.ts';
import { reconcileIntegration } from './reconcile.operation.ts';

export class ContactSync implements INodeType {
	description = description;

	methods = {
		credentialTest: { contactSyncLedgerApiTest },
		listSearch: { searchIntegrations },
		loadOptions: { getFilterFields },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const host = n8nHost(this, this.getExecutionCancelSignal());
		const output: INodeExecutionData[] = [];
		for (const index of this.getInputData().keys()) {
			try {
				const json = await withLedger(this, host, async (ledger) => {
					const operation = this.getNodeParameter('operation', index);
					if (operation === 'approveRemovals') return await approve(this, ledger, index);
					if (operation === 'reconcile')
						return await reconcileIntegration(this, host, ledger, index);
					const account = await brevoAccount(await brevoAccess(this, host), ledger);
					const now = host.clock.now();
					const quota = await ledger.quota.current(account, now);
					return operation === 'estimate'
						? await estimateImport(this, host, index, quota)
						: quotaInWords(account, quota, now);
				});
				output.push({ json, pairedItem: { item: index } });
			} catch (error) {
				throw forPeople(this.getNode(), error, index);
			}
		}
		return [output];
	}
}

/** Lets removals through that wait for somebody's word, in either direction. */
async function approve(
	context: IExecuteFunctions,
	ledger: Ledger,
	index: number,
): Promise<IDataObject> {
	const integration = integrationName(context.getNodeParameter('integration', index));
	if (!(await ledger.integrations.get(integration))) {
		throw new NodeOperationError(context.getNode(), `There is no integration “${integration}”`, {
			description: 'Choose one from the list: an integration whose workflow was published.',
			itemIndex: index,
		});
	}
	let records = 0;
	for (const stream of [integration, backStreamOf(integration)])
		records += await approveRemovals(ledger, stream);
	return { integration, approved: true, records };
}

function quotaInWords(account: string, quota: CurrentQuota | undefined, now: number): IDataObject {
	if (!quota) return { brevoAccount: account, known: false };
	const runsOut = runsOutAt(quota, { startsAt: 0, endsAt: quota.endsAt }, now);
	return {
		brevoAccount: account,
		known: true,
		used: quota.used,
		limit: quota.limit,
		left: Math.max(0, quota.limit - quota.used),
		reserved: quota.lane,
		paused: quota.used >= quota.limit - quota.lane,
		periodEndsAt: new Date(quota.endsAt).toISOString(),
		...(runsOut !== undefined && { runsOutAt: new Date(runsOut).toISOString() }),
	};
}
