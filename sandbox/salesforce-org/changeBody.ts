import type { Field, Schema } from './fields.ts';
import type { Organization } from './organization.ts';
import type { Row, Values } from './store.ts';

/** The objects whose changes can be captured here. */
export const CAPTURED = ['Contact', 'Lead'] as const;

export type ChangeType = 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE';

export interface RowChange {
	readonly row: Row;
	readonly changeType: ChangeType;
	/** The values before an update. */
	readonly before: Values;
}

/** Never in a change event (reference: data/salesforce/cdc-events.json, body_rules_cometd). */
const NEVER = new Set([
	'Id',
	'IsDeleted',
	'MasterRecordId',
	'SystemModstamp',
	'LastActivityDate',
	'LastViewedDate',
	'LastReferencedDate',
	'PhotoUrl',
]);

const captured = (schema: Schema, { object }: Row): Field[] =>
	schema
		.visible(object)
		.filter(
			({ name, type, calculated, nameField }) =>
				!NEVER.has(name) && !calculated && !nameField && type !== 'address',
		);

/** API names of the fields that an update changed, parts of compound fields as "Name.FirstName". */
export function changedFields(schema: Schema, { row, before }: RowChange): string[] {
	const names = captured(schema, row)
		.filter(({ name }) => (row.values[name] ?? null) !== (before[name] ?? null))
		.map((field) => pathOf(field).join('.'));
	return names.length > 0 ? [...names, 'LastModifiedDate'] : [];
}

/** What an event carries of the record: all that is not empty, or what changed, or nothing. */
export function changeBody(
	organization: Organization,
	{ row, changeType }: RowChange,
	changed: readonly string[],
): Readonly<Record<string, unknown>> {
	if (changeType === 'DELETE') return {};
	const body: Record<string, unknown> = {};
	for (const field of captured(organization.schema, row)) {
		const path = pathOf(field);
		const value = shown(organization, row, field);
		const isIn = changeType === 'UPDATE' ? changed.includes(path.join('.')) : value !== null;
		if (!isIn) continue;
		const [outer = field.name, inner] = path;
		if (inner === undefined) body[outer] = value;
		else body[outer] = { ...(body[outer] as object | undefined), [inner]: value };
	}
	return body;
}

/** MailingCity is MailingAddress.City, FirstName is Name.FirstName. */
function pathOf({ name, compound }: Field): readonly string[] {
	if (compound === undefined) return [name];
	const prefix = compound.endsWith('Address') ? compound.slice(0, -'Address'.length) : '';
	return [compound, name.slice(prefix.length)];
}

function shown(organization: Organization, row: Row, field: Field): unknown {
	const value = organization.reader(field, field.type === 'datetime')(row);
	return field.type === 'datetime' && typeof value === 'number'
		? new Date(value).toISOString()
		: value;
}
