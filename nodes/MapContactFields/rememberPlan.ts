import type { IExecuteFunctions } from 'n8n-workflow';
import { saveProfile } from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { Profile } from '../../sync/profile.ts';
import type { MappingPlan } from './plan.ts';

/** The mapping as the ledger keeps it, for the way back and the conflict rules. */
export const profileIn = (context: IExecuteFunctions, plan: MappingPlan): Profile => ({
	object: context.getNodeParameter('object', 0) as SalesforceObject,
	rows: plan.mapping,
	fields: plan.fields,
	attributes: plan.attributes,
	options: plan.options,
	optOuts: plan.optOuts,
});

/** Keeps the mapping of the integrations, or streams back, that it was used for. */
export async function rememberPlan(
	context: IExecuteFunctions,
	ledger: Ledger,
	plan: MappingPlan,
	names: ReadonlySet<string>,
): Promise<void> {
	for (const name of names) await saveProfile(ledger, name, profileIn(context, plan));
}
