import { OBJECT_NAMES, type ObjectName, OBJECTS } from './objects.ts';
import { type Org, USER_ID } from './org.ts';
import { entityIsDeleted, notFound, Refusal } from './refusal.ts';
import type { Row, Value } from './row.ts';
import { accept, type Incoming, withValues, type WriteRights } from './validate.ts';

export interface WriteOptions extends WriteRights {
	/** SystemModstamp, seconds; default now. */
	readonly at?: number;
}

const CONVERTED_LEAD = (): Refusal =>
	new Refusal('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', { fields: [] });

/** Adds a record. Throws Refusal as Salesforce would. */
export function insert(
	org: Org,
	object: ObjectName,
	incoming: Incoming,
	options: WriteOptions = {},
): Row {
	const values = accept(org.schema, object, incoming, 'create', options);
	checkReferences(org, object, values);
	setDefaults(org, object, values);
	const id = values.get('Id');
	const stamp = options.at ?? org.now();
	const base: Row = {
		Id: typeof id === 'string' ? id : org.table(object).ids.next(),
		SystemModstamp: stamp,
	};
	const row = withValues(base, values);
	org.table(object).put(row);
	return row;
}

/** Changes a record. Throws Refusal as Salesforce would. */
export function update(
	org: Org,
	object: ObjectName,
	id: string,
	incoming: Incoming,
	options: WriteOptions = {},
): Row {
	const row = existing(org, object, id);
	if (row['IsConverted'] === true && !options.asSystem) throw CONVERTED_LEAD();
	const values = accept(org.schema, object, incoming, 'update', options);
	checkReferences(org, object, values);
	return touch(org, object, row, values, options.at);
}

/** Replaces values without any check, and stamps the row. */
export function touch(
	org: Org,
	object: ObjectName,
	row: Row,
	values: ReadonlyMap<string, Value>,
	at: number = org.now(),
): Row {
	const stamped = new Map<string, Value>([
		['CreatedDate', row.CreatedDate ?? row.SystemModstamp],
		...values,
		['SystemModstamp', at],
		['LastModifiedDate', at],
	]);
	const changed = withValues(row, stamped);
	org.table(object).put(changed);
	return changed;
}

/** The row, when it is there and not deleted. */
export function existing(org: Org, object: ObjectName, id: string): Row {
	const row = org.table(object).get(id);
	if (!row) throw notFound();
	if (row.IsDeleted) throw entityIsDeleted();
	return row;
}

/** Moves a record to the recycle bin, and what hangs on it. Throws Refusal as Salesforce would. */
export function remove(org: Org, object: ObjectName, id: string): void {
	const row = existing(org, object, id);
	refuseWhenHeld(org, object, row);
	for (const { childSObject, field, cascadeDelete } of OBJECTS[object].children) {
		if (!cascadeDelete) continue;
		for (const child of liveChildren(org, childSObject, field, id))
			remove(org, childSObject, child.Id);
	}
	recycle(org, object, row);
}

/** Marks as deleted, without looking at what hangs on it. */
export function recycle(
	org: Org,
	object: ObjectName,
	row: Row,
	values: ReadonlyMap<string, Value> = new Map(),
): void {
	touch(org, object, row, new Map<string, Value>([...values, ['IsDeleted', true]]));
	org.table(object).noteDeletion({ id: row.Id, at: org.now() });
}

function refuseWhenHeld(org: Org, object: ObjectName, row: Row): void {
	for (const { childSObject, field, restrictedDelete } of OBJECTS[object].children) {
		if (!restrictedDelete) continue;
		const numbers = liveChildren(org, childSObject, field, row.Id).map((child) =>
			String(child['CaseNumber']),
		);
		if (numbers.length === 0) continue;
		// The text ends with a newline (sf-responses: error.DELETE_FAILED.contact-with-case).
		throw new Refusal(
			'DELETE_FAILED',
			`Your attempt to delete ${titleOf(row)} could not be completed because it is associated with the following cases.: ${numbers.join(', ')}\n`,
			{ fields: [] },
		);
	}
}

const titleOf = (row: Row): string =>
	[row['Salutation'], row['FirstName'], row['LastName'], row['Name']]
		.filter((part) => typeof part === 'string')
		.join(' ');

/** Children that are not deleted, in the order of their ids. */
export function liveChildren(org: Org, object: ObjectName, field: string, parentId: string): Row[] {
	const table = org.table(object);
	return (
		table
			.idsBy(field, parentId)
			.toSorted()
			.map((id) => table.get(id))
			.filter((row) => row !== undefined)
			// The lookup by value ignores case; ids do not.
			.filter((row) => row[field] === parentId && !row.IsDeleted)
	);
}

function checkReferences(org: Org, object: ObjectName, values: ReadonlyMap<string, Value>): void {
	for (const [name, value] of values) {
		const field = org.schema.field(object, name);
		if (field?.type !== 'reference' || typeof value !== 'string') continue;
		const known = field.referenceTo?.filter((target) => OBJECT_NAMES.some((own) => own === target));
		if (!known || known.length === 0) continue;
		const row = org.rowOf(value);
		const target = org.objectOf(value);
		if (row && !row.IsDeleted && target && known.includes(target)) continue;
		throw new Refusal('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', { fields: [] });
	}
}

function setDefaults(org: Org, object: ObjectName, values: Map<string, Value>): void {
	for (const { name, standard } of org.schema.fields(object)) {
		if (standard !== undefined && (values.get(name) ?? null) === null) values.set(name, standard);
	}
	if (values.get('OwnerId') === USER_ID) values.delete('OwnerId');
	if (object !== 'Case') return;
	if (!values.has('CaseNumber')) {
		const { live, deleted } = org.table('Case');
		values.set('CaseNumber', String(1001 + live + deleted).padStart(8, '0'));
	}
	const contact = values.get('ContactId');
	if (typeof contact === 'string' && !values.has('AccountId')) {
		values.set('AccountId', org.table('Contact').get(contact)?.['AccountId'] ?? null);
	}
}
