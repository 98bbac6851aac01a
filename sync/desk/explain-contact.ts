import type { BrevoClient } from '../brevo/client.ts';
import { getContact } from '../brevo/contacts.ts';
import type { SalesforceObject, SalesforceRecord } from '../changes/change.ts';
import { compileFilter } from '../changes/filter.ts';
import { byIdsQuery, newestQuery } from '../changes/soql.ts';
import { identifierHashes, ofEitherKind } from '../identity.ts';
import { backStreamOf, type Integration, type Ledger } from '../ledger/ledger.ts';
import type { SalesforceField } from '../mapping/field.ts';
import type { SalesforceConnection } from '../salesforce/connection.ts';
import { queryPage } from '../salesforce/read.ts';
import { scopeOf } from '../scope.ts';
import { contactStory, type Story, type StoryFacts } from './contact-story.ts';
import { statusOf } from './status.ts';

export interface ExplainTools {
	readonly ledger: Ledger;
	readonly connection: SalesforceConnection;
	readonly client: BrevoClient;
	readonly now: number;
	/** IANA, of the moments in words. */
	readonly zone: string;
}

/** A story, and of whom; without `integration` where none concerns such records. */
export interface ExplainedContact extends Story {
	readonly recordId: string;
	readonly object: SalesforceObject;
	readonly integration?: string;
}

/** Salesforce: key prefixes. */
const PREFIXES: Readonly<Record<string, SalesforceObject>> = { '003': 'Contact', '00Q': 'Lead' };

/** The object of a record id; undefined when it is neither a contact's nor a lead's. */
export const objectOfId = (recordId: string): SalesforceObject | undefined =>
	PREFIXES[recordId.slice(0, 3)];

/** Why the contact of this record is, or is not, in Brevo: once for each integration of its object. */
export async function explainRecord(
	tools: ExplainTools,
	recordId: string,
	object: SalesforceObject,
	among: readonly Integration[],
): Promise<ExplainedContact[]> {
	const { ledger, connection, client } = tools;
	const concerned = among.filter((one) => one.object === object);
	if (concerned.length === 0) return [nobodysRecord(recordId, object)];
	const record = await recordNow(connection, object, recordId);
	const brevo = await getContact(client, recordId, 'ext_id');
	const stories: ExplainedContact[] = [];
	for (const integration of concerned) {
		const { name } = integration;
		const there = await ledger.desk.record(name, recordId);
		const back = await ledger.desk.record(backStreamOf(name), recordId);
		const floor = (await ledger.pages.cursor(name))?.floor;
		const owner = await ownerOf(ledger, integration, recordId);
		const fits = record && (await fitsFilter(connection, integration, recordId));
		const facts: StoryFacts = {
			...{ recordId, object, zone: tools.zone },
			salesforce: stateOfRecord(record),
			status: await statusOf(ledger, integration, tools),
			listIds: [...(await ledger.links.places(name)).values()].flat(),
			...(brevo && { brevo }),
			...(there && { there }),
			...(back && { back }),
			...(fits !== undefined && { fits }),
			...(floor && { floorAt: Date.parse(floor.systemModstamp) }),
			...(owner !== undefined && { owner }),
		};
		stories.push({ recordId, object, integration: name, ...contactStory(facts) });
	}
	return stories;
}

const nobodysRecord = (recordId: string, object: SalesforceObject): ExplainedContact => ({
	...{ recordId, object, inBrevo: false, history: [] },
	answer: `No integration of this ledger carries Salesforce ${object === 'Lead' ? 'leads' : 'contacts'}.`,
	whatToDo: `Publish a workflow whose Salesforce Contact Trigger reads ${object} records.`,
});

const DELETED_TOO = { all: true } as const;

async function recordNow(
	connection: SalesforceConnection,
	object: SalesforceObject,
	recordId: string,
): Promise<SalesforceRecord | undefined> {
	const soql = byIdsQuery({ object, fields: [], ids: [recordId] });
	return (await queryPage(connection, soql, DELETED_TOO)).records[0];
}

function stateOfRecord(record: SalesforceRecord | undefined): StoryFacts['salesforce'] {
	if (!record) return { is: 'hidden' };
	const savedAt = Date.parse(String(record['SystemModstamp']));
	if (record['IsDeleted'] === true) return { is: 'deleted', savedAt };
	return { is: record['IsConverted'] === true ? 'converted' : 'there', savedAt };
}

/** Undefined while nobody knows what the trigger reads. */
async function fitsFilter(
	connection: SalesforceConnection,
	integration: Integration,
	recordId: string,
): Promise<boolean | undefined> {
	const scope = scopeOf(integration);
	if (!scope) return undefined;
	const { filter } = scope;
	if (filter === undefined) return true;
	const soql = byIdsQuery({ object: integration.object, fields: [], ids: [recordId], filter });
	return (await queryPage(connection, soql, DELETED_TOO)).records.length > 0;
}

async function ownerOf(
	ledger: Ledger,
	{ name, brevoAccount }: Integration,
	recordId: string,
): Promise<string | undefined> {
	const hash = (await ledger.pages.waitingFor(name, [recordId])).get(recordId);
	if (hash === undefined || brevoAccount === undefined) return undefined;
	const owner = (await ledger.links.owners(brevoAccount, [ofEitherKind(hash)])).get(hash)?.recordId;
	return owner === recordId ? undefined : owner;
}

/* ---------------------------------------------------------------- by e-mail address */

export interface FoundByEmail {
	/** Records that have the address, had it when they were written, or whose contact has it. */
	readonly recordIds: readonly string[];
	/** Brevo has a contact with it that did not come from Salesforce. */
	readonly isBornInBrevo: boolean;
}

/** More than these share an address by mistake only. */
const MOST = 10;
const EMAIL: SalesforceField = { name: 'Email', label: 'Email', type: 'email' };

/** The records that an address leads to. It is asked for on both sides and, as a hash, in the ledger. */
export async function recordsOfEmail(
	{ ledger, connection, client }: ExplainTools,
	email: string,
	among: readonly Integration[],
): Promise<FoundByEmail> {
	const found = new Set<string>();
	const rows = [{ field: 'Email', operator: 'equals', value: email }] as const;
	const filter = compileFilter({ rows }, [EMAIL]);
	for (const object of new Set(among.map((one) => one.object))) {
		const soql = newestQuery({ object, fields: [], filter, limit: MOST });
		const { records } = await queryPage(connection, soql, DELETED_TOO);
		for (const record of records) found.add(String(record['Id']));
	}
	const { emailHash = '' } = identifierHashes(ledger, {
		email: email.toLowerCase(),
		attributes: {},
	});
	for (const account of new Set(among.flatMap(({ brevoAccount }) => brevoAccount ?? []))) {
		const owner = (await ledger.links.owners(account, [{ emailHash }])).get(emailHash);
		if (owner) found.add(owner.recordId);
	}
	const contact = await getContact(client, email, 'email_id');
	if (contact?.extId !== undefined && objectOfId(contact.extId)) found.add(contact.extId);
	return {
		recordIds: [...found].slice(0, MOST),
		isBornInBrevo: contact !== undefined && contact.extId === undefined,
	};
}
