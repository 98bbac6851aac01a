import type { SalesforceObject } from '../changes/change.ts';
import type { SalesforceField } from '../mapping/field.ts';
import { type SalesforceConnection, speaking } from './connection.ts';
import { salesforceError } from './errors.ts';

/** The fields of an object that the connected user may see, as Salesforce describes them. */
export async function describeFields(
	connection: SalesforceConnection,
	object: SalesforceObject,
): Promise<SalesforceField[]> {
	const { fields } = await speaking(connection, () => connection.jsforce.describe(object));
	if (!Array.isArray(fields)) throw salesforceError('UNREADABLE_ANSWER');
	return fields.map((field) => ({
		name: field.name,
		label: field.label,
		type: field.type,
		length: field.length,
		nillable: field.nillable,
		updateable: field.updateable,
		filterable: field.filterable,
		calculated: field.calculated,
		compoundFieldName: field.compoundFieldName ?? null,
		picklistValues: ((field.picklistValues ?? []) as PicklistValue[]).map(
			({ value, label, active }) => ({ value, label, active }),
		),
	}));
}

type PicklistValue = NonNullable<SalesforceField['picklistValues']>[number] & {
	readonly label: string | null;
	readonly active: boolean;
};
