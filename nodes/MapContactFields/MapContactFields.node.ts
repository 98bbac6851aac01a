import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { OPT_OUT_FIELD } from '../../sync/index.ts';
import type { SyncContext } from '../../sync/changes/change.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { getAttributes } from '../context/brevoDropdowns.ts';
import { forPeople } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import { countsInWords, syncOf } from '../context/items.ts';
import { nodeLedger, requireSameLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { getFields } from '../context/salesforceDropdowns.ts';
import { description } from './description.ts';
import { mapToSalesforce } from './mapToSalesforce.ts';
import { emailOwners, mapItems } from './mapItems.ts';
import { withMissingFields } from './missingFields.ts';
import { mappingPlan } from './plan.ts';
import { rememberPlan } from './rememberPlan.ts';

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
			if (this.getNodeParameter('direction', 0, 'toBrevo') === 'toSalesforce') {
				return await mapToSalesforce(this, host, ledger, input);
			}
			requireSameObject(this, contexts);
			const plan = await mappingPlan(this, host, ledger);
			const names = plan.mapping.map(({ field }) => field);
			if (plan.optOuts) names.push(OPT_OUT_FIELD);
			const { items, fields } = await withMissingFields(this, host, input, names);
			const owners = ledger ? await emailOwners(ledger, items) : new Set<string>();
			const { mapped, rejected, outcomes, leftOut } = await mapItems(items, plan, owners);
			if (ledger && outcomes.length > 0) await ledger.pages.record(outcomes);
			if (ledger) await rememberPlan(this, ledger, plan, integrationsOf(contexts));
			const counts = countsInWords({
				mapped: mapped.length,
				'rejected or frozen': rejected.length,
				'emptied phone kept in Brevo': leftOut,
			});
			this.addExecutionHints({
				message: [counts, ...plan.warnings, ...readHere(fields)].join('. '),
				location: 'outputPane',
			});
			return [mapped, rejected];
		} catch (error) {
			throw forPeople(this.getNode(), error);
		} finally {
			await ledger?.close();
		}
	}
}

/** The fields of leads are looked up in vain among those of contacts, and the other way round. */
function requireSameObject(
	context: IExecuteFunctions,
	contexts: ReadonlyArray<SyncContext | undefined>,
): void {
	const object = context.getNodeParameter('object', 0) as SyncContext['object'];
	const itemIndex = contexts.findIndex((sync) => sync !== undefined && sync.object !== object);
	const other = contexts[itemIndex]?.object;
	if (!other) return;
	throw new NodeOperationError(
		context.getNode(),
		`The items are ${other.toLowerCase()}s, but the mapping is one of ${object.toLowerCase()}s`,
		{ description: `Choose ${other} under “Object” in this node.`, itemIndex },
	);
}

const integrationsOf = (contexts: ReadonlyArray<SyncContext | undefined>): Set<string> =>
	new Set(contexts.flatMap((sync) => (sync ? [sync.integration] : [])));

const readHere = (fields: readonly string[]): string[] =>
	fields.length === 0
		? []
		: [
				`Read here, because the trigger does not bring them yet: ${fields.join(', ')}. Unpublish and publish the workflow to save these calls`,
			];
