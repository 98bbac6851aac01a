import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { getAttributes } from '../context/brevoDropdowns.ts';
import { noteCalls } from '../context/calls.ts';
import { forPeople } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import { integrationOf, syncOf } from '../context/items.ts';
import { nodeLedger, requireSameLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { getFields } from '../context/salesforceDropdowns.ts';
import type { SalesforceAuthentication } from '../context/salesforceFields.ts';
import { sides } from '../context/sides.ts';
import { description } from './description.ts';
import { mapToSalesforce } from './mapToSalesforce.ts';
import { mapToBrevo } from './mapToBrevo.ts';

export class MapContactFields implements INodeType {
	description = description;

	methods = {
		credentialTest: { contactSyncLedgerApiTest },
		loadOptions: { getAttributes, getFields },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		let ledger: Ledger | undefined;
		try {
			const input = this.getInputData();
			const contexts = input.map(syncOf);
			const host = n8nHost(this, this.getExecutionCancelSignal());
			if (contexts.some((sync) => sync !== undefined)) {
				ledger = await nodeLedger(this, host);
				requireSameLedger(this.getNode(), ledger, contexts);
			}
			const authentication = this.getNodeParameter(
				'salesforceAuthentication',
				0,
			) as SalesforceAuthentication;
			const desk = { context: this, host, ledger, sides: sides(this, authentication, host) };
			const isBack = this.getNodeParameter('direction', 0, 'toBrevo') === 'toSalesforce';
			const output = await (isBack ? mapToSalesforce(desk, input) : mapToBrevo(desk, input));
			await noteCalls(ledger, integrationOf(input), ...desk.sides.meters());
			// As a rule none; a hint about it would be noise.
			this.logger.debug(`Map Contact Fields: ${desk.sides.calls() || 'no call'}`);
			return output;
		} catch (error) {
			throw forPeople(this.getNode(), error);
		} finally {
			await ledger?.close();
		}
	}
}
