import type { SandboxReply } from '../service.ts';
import {
	count,
	created,
	duplicate,
	invalid,
	missing,
	noContact,
	noContent,
	ok,
	refusal,
} from './answers.ts';
import type { ChangeResult, Contact, ContactChange, Contacts } from './contacts.ts';
import { isEmail, phoneDigits } from './identifiers.ts';
import type { Lists } from './lists.ts';
import { type Call, type Route, wholeNumbers } from './routes.ts';

/** The contact that belongs to the account's owner cannot be deleted (Brevo OpenAPI, 405). */
export const OWNER_EMAIL = 'owner@sandbox.example';

/** A contact as GET shows it (Brevo OpenAPI, getContactInfo). */
export function shown(contact: Contact): Record<string, unknown> {
	const { email, ext_id: extId, SMS, WHATSAPP, LANDLINE_NUMBER } = contact.ids;
	return {
		id: contact.id,
		email: email ?? '',
		emailBlacklisted: contact.emailBlacklisted,
		smsBlacklisted: contact.smsBlacklisted,
		createdAt: new Date(contact.createdAt).toISOString(),
		modifiedAt: new Date(contact.modifiedAt).toISOString(),
		listIds: [...contact.lists],
		listUnsubscribed: [],
		attributes: {
			...contact.attributes,
			...(SMS !== undefined && { SMS }),
			...(WHATSAPP !== undefined && { WHATSAPP }),
			...(LANDLINE_NUMBER !== undefined && { LANDLINE_NUMBER }),
			...(extId !== undefined && { EXT_ID: extId }),
		},
	};
}

/** All of /contacts but lists, folders, attributes and imports. */
export function contactRoutes(contacts: Contacts, lists: Lists): Route[] {
	return [
		{ method: 'POST', path: 'contacts', answer: (call) => create(contacts, lists, call) },
		{ method: 'GET', path: 'contacts', answer: (call) => list(contacts, call) },
		{
			method: 'POST',
			path: 'contacts/batch',
			answer: () =>
				refusal(410, 'method_not_allowed', 'This endpoint is retired; use POST /contacts/import'),
		},
		{
			method: 'GET',
			path: 'contacts/*',
			answer: (call) =>
				withContact(contacts, call, (contact) => ok({ ...shown(contact), statistics: {} })),
		},
		{
			method: 'PUT',
			path: 'contacts/*',
			answer: (call) =>
				withContact(contacts, call, (contact) => update(contacts, lists, contact, call)),
		},
		{
			method: 'DELETE',
			path: 'contacts/*',
			answer: (call) => withContact(contacts, call, (contact) => remove(contacts, contact)),
		},
	];
}

function create(contacts: Contacts, lists: Lists, { body }: Call): SandboxReply {
	const change = changeOf(body, lists);
	if ('status' in change) return change;
	const { email, extId, attributes = {} } = change;
	const phone = ['SMS', 'WHATSAPP', 'LANDLINE_NUMBER'].some((name) => attributes[name]);
	if (!email && !extId && !phone) {
		return missing('An email or SMS phone number is mandatory to create a new contact.');
	}
	const result = contacts.upsert(change, body['updateEnabled'] === true);
	if (result.kind === 'created') return created({ id: result.contact.id });
	return replyTo(result);
}

function update(contacts: Contacts, lists: Lists, contact: Contact, { body }: Call): SandboxReply {
	const change = changeOf(body, lists);
	if ('status' in change) return change;
	return replyTo(contacts.update(contact, change));
}

function remove(contacts: Contacts, contact: Contact): SandboxReply {
	if (contact.ids.email === OWNER_EMAIL) {
		return refusal(
			405,
			'method_not_allowed',
			"You're not allowed to delete registered email contact with Brevo",
		);
	}
	contacts.remove(contact);
	return noContent;
}

function replyTo(result: ChangeResult): SandboxReply {
	if (result.kind === 'duplicate') return duplicate(result.while, result.identifiers);
	if (result.kind === 'invalid') return invalid(result.message);
	return noContent;
}

/** Reads a body, or gives the refusal. */
function changeOf(body: Call['body'], lists: Lists): ContactChange | SandboxReply {
	const { email, ext_id: extId, attributes, emailBlacklisted, smsBlacklisted } = body;
	if (email !== undefined && typeof email !== 'string') return invalid('email should be a string');
	if (extId !== undefined && typeof extId !== 'string') return invalid('ext_id should be a string');
	if (
		attributes !== undefined &&
		(typeof attributes !== 'object' || attributes === null || Array.isArray(attributes))
	) {
		return invalid('attributes should be an object');
	}
	for (const value of Object.values(attributes ?? {})) {
		if (value === null) return invalid('attributes should not be null');
	}
	const listIds = wholeNumbers(body['listIds']);
	const unlinkListIds = wholeNumbers(body['unlinkListIds']);
	if (!listIds || !unlinkListIds) return invalid('listIds should be an array of integers');
	const unknown = [...listIds, ...unlinkListIds].filter((id) => !lists.has(id));
	if (unknown.length > 0) return invalid(`List ID ${unknown.join(', ')} does not exist`);
	return {
		...(email !== undefined && { email }),
		...(extId !== undefined && { extId }),
		...(attributes !== undefined && { attributes: attributes as Record<string, unknown> }),
		...(typeof emailBlacklisted === 'boolean' && { emailBlacklisted }),
		...(typeof smsBlacklisted === 'boolean' && { smsBlacklisted }),
		listIds,
		unlinkListIds,
	};
}

const TYPES = ['email_id', 'contact_id', 'ext_id', 'phone_id', 'whatsapp_id', 'landline_number_id'];

/** Finds the contact of the path. Without identifierType only address, phone and id are known. */
export function withContact(
	contacts: Contacts,
	{ request, params }: Call,
	answer: (contact: Contact) => SandboxReply,
): SandboxReply {
	const identifier = params[0] ?? '';
	const type = request.query.get('identifierType');
	if (type !== null && !TYPES.includes(type)) return invalid('identifierType is invalid');
	const contact = lookUp(contacts, identifier, type);
	return contact ? answer(contact) : noContact;
}

function lookUp(contacts: Contacts, identifier: string, type: string | null): Contact | undefined {
	switch (type) {
		case 'ext_id':
			return contacts.find('ext_id', identifier);
		case 'contact_id':
			return contacts.byId(Number(identifier));
		case 'email_id':
			return contacts.find('email', identifier);
		case 'phone_id':
			return contacts.find('SMS', phoneDigits(identifier) ?? '');
		case 'whatsapp_id':
			return contacts.find('WHATSAPP', phoneDigits(identifier) ?? '');
		case 'landline_number_id':
			return contacts.find('LANDLINE_NUMBER', phoneDigits(identifier) ?? '');
		default:
			if (isEmail(identifier)) return contacts.find('email', identifier);
			return (
				contacts.byId(Number(identifier)) ?? contacts.find('SMS', phoneDigits(identifier) ?? '')
			);
	}
}

const MOST = 1000;

function list(contacts: Contacts, { request: { query } }: Call): SandboxReply {
	const limit = count(query.get('limit'), 50, MOST);
	const offset = count(query.get('offset'), 0, Number.MAX_SAFE_INTEGER);
	if (limit === undefined) return refusal(400, 'out_of_range', `Limit exceeds max value ${MOST}`);
	if (offset === undefined) return invalid('offset should be an integer');
	const sort = query.get('sort') ?? 'desc';
	if (sort !== 'asc' && sort !== 'desc') return invalid('sort should be asc or desc');
	const modifiedSince = Date.parse(query.get('modifiedSince') ?? '1970-01-01');
	const createdSince = Date.parse(query.get('createdSince') ?? '1970-01-01');
	if (Number.isNaN(modifiedSince + createdSince)) return invalid('The date is not in UTC format');
	const listIds = query
		.getAll('listIds')
		.flatMap((text) => text.split(','))
		.map(Number);
	const ids = new Set(
		query
			.getAll('ids')
			.flatMap((text) => text.split(','))
			.map(Number),
	);
	const fits = (contact: Contact): boolean =>
		contact.modifiedAt >= modifiedSince &&
		contact.createdAt >= createdSince &&
		(listIds.length === 0 || listIds.some((id) => contact.lists.includes(id))) &&
		(ids.size === 0 || ids.has(contact.id));
	const isFiltered = ['modifiedSince', 'createdSince', 'listIds', 'ids'].some((name) =>
		query.has(name),
	);
	const found = isFiltered ? contacts.all().filter(fits) : contacts.all();
	return ok({ contacts: page(found, sort, offset, limit).map(shown), count: found.length });
}

/** Sorted by creation, newest first unless asked otherwise. */
function page<T>(all: readonly T[], sort: 'asc' | 'desc', offset: number, limit: number): T[] {
	if (sort === 'asc') return all.slice(offset, offset + limit);
	const end = Math.max(0, all.length - offset);
	return all.slice(Math.max(0, end - limit), end).reverse();
}
