import type { IExecuteFunctions } from 'n8n-workflow';
import { profileOf, saveProfile } from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { Integration, Ledger } from '../../sync/ledger/ledger.ts';
import type { BrevoAttribute } from '../../sync/mapping/field.ts';
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

/**
 * Keeps the mapping of the integrations, or streams back, that it was used for. Gives the attributes
 * that are of another type than when it was kept before.
 */
export async function rememberPlan(
	context: IExecuteFunctions,
	ledger: Ledger,
	plan: MappingPlan,
	names: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
	const retyped = new Set<string>();
	const profile = profileIn(context, plan);
	for (const name of names) {
		const before = await ledger.integrations.get(name);
		for (const { name: attribute } of before ? retypedSince(before, profile) : [])
			retyped.add(attribute);
		await saveProfile(ledger, name, profile);
	}
	return retyped;
}

/** Brevo changes no type: such an attribute was deleted, with its values, and made anew. */
function retypedSince(integration: Integration, { rows, attributes }: Profile): BrevoAttribute[] {
	const before = profileOf(integration)?.attributes ?? [];
	return attributes.filter(({ name, category, type }) => {
		if (!rows.some(({ attribute }) => attribute === name)) return false;
		const was = before.find((attribute) => attribute.name === name);
		return was !== undefined && (was.category !== category || was.type !== type);
	});
}
