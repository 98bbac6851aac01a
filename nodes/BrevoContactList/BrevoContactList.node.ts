import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { DeliveryTools } from '../../sync/deliver/delivery.ts';
import { progressInWords } from '../../sync/index.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import { brevoCalls, brevoMeter, inWords, noteCalls } from '../context/calls.ts';
import { forPeople } from '../context/errors.ts';
import { n8nDownload } from '../context/http.ts';
import { n8nHost } from '../context/host.ts';
import { countsInWords, integrationOf, syncOf } from '../context/items.ts';
import { nodeLedger, requireSameLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { getAttributes, searchLists } from '../context/brevoDropdowns.ts';
import { description } from './description.ts';
import { rememberedLists } from './inList.ts';
import { OPERATIONS } from './operations.ts';

export class BrevoContactList implements INodeType {
	description = description;

	methods = {
		credentialTest: { contactSyncLedgerApiTest },
		loadOptions: { getAttributes },
		listSearch: { searchLists },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		let ledger: Ledger | undefined;
		try {
			const items = this.getInputData();
			const host = n8nHost(this, this.getExecutionCancelSignal());
			const access = await brevoAccess(this, host);
			const resource = this.getNodeParameter('resource', 0);
			const operation = OPERATIONS[resource]?.[this.getNodeParameter('operation', 0)];
			if (!operation) throw new NodeOperationError(this.getNode(), 'This operation does not exist');
			if (needsLedger(items)) ledger = await nodeLedger(this, host);
			if (ledger) requireSameLedger(this.getNode(), ledger, items.map(syncOf));
			const tools: DeliveryTools = {
				client: access.client,
				host,
				brevoAccount: ledger ? await brevoAccount(access, ledger) : '',
				download: n8nDownload(this),
				...(ledger && { ledger }),
			};
			const output = await operation.execute({
				context: this,
				items,
				client: access.client,
				tools,
				inList: rememberedLists(this, access.keyPrint, tools),
			});
			await noteCalls(ledger, integrationOf(items), brevoMeter(access.client));
			if (resource === 'contact')
				this.addExecutionHints({
					message: [
						summary(output),
						inWords([brevoCalls(access.client)]),
						await importProgress(ledger, items, host.clock.now()),
					]
						.filter((part) => part !== '')
						.join('; '),
					location: 'outputPane',
				});
			return [output];
		} catch (error) {
			throw forPeople(this.getNode(), error);
		} finally {
			await ledger?.close();
		}
	}
}

/** Items with a sync context have links to write, items with a task have one to settle. */
const needsLedger = (items: readonly INodeExecutionData[]): boolean =>
	items.some((item) => syncOf(item) ?? (item.json['sync'] as { task?: unknown } | undefined)?.task);

/** How the first import is doing that this run is part of; nothing when there is none. */
async function importProgress(
	ledger: Ledger | undefined,
	items: readonly INodeExecutionData[],
	now: number,
): Promise<string> {
	const integration = items.map(syncOf).find((sync) => sync !== undefined)?.integration;
	if (!ledger || integration === undefined) return '';
	const snapshot = await ledger.snapshots.get(integration);
	return snapshot && snapshot.endedAt === undefined ? progressInWords(snapshot, now) : '';
}

function summary(output: readonly INodeExecutionData[]): string {
	const counts: Record<string, number> = {};
	for (const { json } of output) {
		const { outcome } = { ...json, ...(json['details'] as object | undefined) };
		const word = typeof outcome === 'string' ? outcome : json['error'] ? 'failed' : 'done';
		counts[word] = (counts[word] ?? 0) + 1;
	}
	return countsInWords(counts);
}
