import type { ObjectName } from './objects.ts';
import { OBJECT_NAMES, OBJECTS } from './objects.ts';
import type { Org } from './org.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Row, Value } from './row.ts';
import type { Incoming } from './validate.ts';
import { existing, insert, liveChildren, recycle, touch, update } from './writes.ts';

/** Salesforce empties the recycle bin of what is older. */
export const BIN_DAYS = 15;
const BIN_SECONDS = BIN_DAYS * 86_400;
const DAY = /^\d{4}-\d{2}-\d{2}/;

/** Takes a record out of the recycle bin. */
export function undelete(org: Org, object: ObjectName, id: string): Row {
	const table = org.table(object);
	const row = table.get(id);
	if (!row) throw notFound();
	if (!row.IsDeleted) throw new Refusal('UNDELETE_FAILED', 'Entity is not in the recycle bin');
	table.forgetDeletion(id);
	return touch(
		org,
		object,
		row,
		new Map<string, Value>([
			['IsDeleted', null],
			['MasterRecordId', null],
		]),
	);
}

/** Removes a record past the recycle bin; getDeleted still tells of it. */
export function hardDelete(org: Org, object: ObjectName, id: string): void {
	const table = org.table(object);
	const row = table.get(id);
	if (!row) throw notFound();
	if (!row.IsDeleted) table.noteDeletion({ id, at: org.now() });
	table.purge(id);
}

/** Forgets what has been in the recycle bins for too long. */
export function emptyBins(org: Org): void {
	const before = org.now() - BIN_SECONDS;
	for (const object of OBJECT_NAMES) {
		const table = org.table(object);
		for (
			let oldest = table.deletions[0];
			oldest && oldest.at < before;
			oldest = table.deletions[0]
		) {
			table.deletions.shift();
			if (table.get(oldest.id)?.IsDeleted) table.purge(oldest.id);
		}
	}
}

/**
 * Merges up to two losers into a master: what hangs on them moves, and they go to the recycle bin
 * with MasterRecordId.
 */
export function merge(
	org: Org,
	object: ObjectName,
	masterId: string,
	loserIds: readonly string[],
	values: Incoming = {},
): Row {
	if (!OBJECTS[object].mergeable) throw new Refusal('INVALID_TYPE', `${object} cannot be merged`);
	if (loserIds.length < 1 || loserIds.length > 2 || loserIds.includes(masterId)) {
		throw new Refusal('MERGE_FAILED', 'A merge takes a master and one or two other records');
	}
	existing(org, object, masterId);
	for (const id of loserIds) {
		const loser = existing(org, object, id);
		for (const { childSObject, field } of OBJECTS[object].children) {
			for (const child of liveChildren(org, childSObject, field, id)) {
				touch(org, childSObject, child, new Map([[field, masterId]]));
			}
		}
		recycle(org, object, loser, new Map([['MasterRecordId', masterId]]));
	}
	return update(org, object, masterId, values);
}

export interface Conversion {
	readonly leadId: string;
	readonly contactId: string;
	readonly accountId: string;
}

/** Converts a lead into a contact, and into an account unless one is named. */
export function convert(org: Org, leadId: string, accountId?: string): Conversion {
	const lead = existing(org, 'Lead', leadId);
	if (lead['IsConverted'] === true) {
		throw new Refusal('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', {
			fields: [],
		});
	}
	const account = accountId ?? insert(org, 'Account', { Name: lead['Company'] }).Id;
	const contact = insert(org, 'Contact', { ...contactOf(lead), AccountId: account });
	const today = DAY.exec(new Date(org.clock.now()).toISOString())?.[0] ?? null;
	const converted = new Map<string, Value>([
		['IsConverted', true],
		['Status', 'Closed - Converted'],
		['ConvertedDate', today],
		['ConvertedContactId', contact.Id],
		['ConvertedAccountId', account],
	]);
	touch(org, 'Lead', lead, converted);
	return { leadId, contactId: contact.Id, accountId: account };
}

/** Fields that a lead and a contact share under one name. */
const SHARED = [
	'Salutation',
	'FirstName',
	'LastName',
	'Title',
	'Email',
	'Phone',
	'MobilePhone',
	'Fax',
	'LeadSource',
	'Description',
	'HasOptedOutOfEmail',
	'HasOptedOutOfFax',
	'DoNotCall',
] as const;

function contactOf(lead: Row): Incoming {
	const shared = SHARED.map((name) => [name, lead[name]] as const);
	const mailing = ['Street', 'City', 'State', 'PostalCode', 'Country'].map(
		(part) => [`Mailing${part}`, lead[part]] as const,
	);
	return Object.fromEntries([...shared, ...mailing].filter(([, value]) => value !== undefined));
}

export interface LateCommit {
	readonly object: ObjectName;
	/** Absent: a new record. */
	readonly id?: string;
	readonly values: Incoming;
	/** How much later than its stamp the write becomes visible. */
	readonly seconds: number;
}

/** A long transaction: the row is stamped now but seen later, behind what others wrote meanwhile. */
export function lateCommit(
	org: Org,
	{ object, id, values, seconds }: LateCommit,
): { since: number } {
	const pending = { since: org.now() };
	org.pending.add(pending);
	org.clock.after(seconds * 1000, () => {
		org.pending.delete(pending);
		const options = { at: pending.since };
		if (id === undefined) insert(org, object, values, options);
		else update(org, object, id, values, options);
	});
	return pending;
}
