import type { BrevoClient } from './client.ts';
import type { BrevoContact } from './contact.ts';
import { BrevoRefusedError, type RefusedSubject, UnknownListError } from './errors.ts';
import { storedContact, type StoredContact } from './stored-contact.ts';

export type IdentifierType = 'email_id' | 'contact_id' | 'ext_id' | 'phone_id';

export interface UpsertOptions {
	/** We wrote this record before, so its contact is found by ext_id and the e-mail may change. */
	readonly linked: boolean;
	/** Lists that the contact is put into; it leaves none. */
	readonly listIds: readonly number[];
	/**
	 * The address is the one we wrote last. Then it is not sent and nothing needs protecting; else a
	 * linked write first reads whether the contact opted out (one more request).
	 */
	readonly emailUnchanged?: boolean;
	/**
	 * What of the contact is still to be sent, given what Brevo has now; undefined when nothing. The
	 * contact is read first (one more request) and nothing else in it is touched.
	 */
	readonly merge?: (stored: StoredContact) => BrevoContact | undefined;
	/**
	 * Whether the contact that has the address already is another record's. Then it is not taken over:
	 * people may have renamed it in Brevo (one more request before a contact is made).
	 */
	readonly isOthers?: (found: StoredContact) => Promise<boolean>;
	/**
	 * Whether the contact that has the record's new address may become the record's: its own record has
	 * left it, or is about to.
	 */
	readonly mayTakeOver?: (found: StoredContact) => Promise<boolean>;
	/** Told of a contact before another record's becomes this record's, and this record's is left. */
	readonly onLoss?: (lost: StoredContact) => Promise<void>;
	/** The person had opted out of a contact that may be gone: one that is made anew says so again. */
	readonly hadOptedOut?: () => Promise<boolean>;
}

export type UpsertResult =
	| { readonly kind: 'written'; readonly how: 'created' | 'updated'; readonly brevoId?: number }
	/** Only with `merge`. */
	| { readonly kind: 'unchanged' }
	/** These identifiers belong to another contact. Never merged: Brevo would delete one of the two. */
	| { readonly kind: 'duplicate'; readonly identifiers: readonly string[] }
	| { readonly kind: 'refused'; readonly code: string; readonly about: RefusedSubject };

/**
 * Writes one contact; the result says what Brevo made of it. Safe to repeat.
 * Throws what concerns more than this contact: BrevoConfigError (a list that is gone),
 * BrevoAuthError, BrevoUnavailableError.
 */
export async function upsertContact(
	client: BrevoClient,
	contact: BrevoContact,
	options: UpsertOptions,
): Promise<UpsertResult> {
	const updated = options.linked ? await update(client, contact, options) : undefined;
	if (updated !== undefined) return updated;
	const created = await create(client, contact, options);
	const isOurs =
		created.kind === 'duplicate' &&
		created.identifiers.length === 1 &&
		created.identifiers[0]?.toLowerCase() === 'ext_id';
	if (!isOurs || options.linked) return created;
	// The link is lost (a crash before it was stored) and the e-mail has changed since.
	return (await update(client, contact, options)) ?? created;
}

const optOutOf = (contact: BrevoContact | undefined) =>
	contact?.emailBlacklisted === true ? ({ emailBlacklisted: true } as const) : {};

const fields = (contact: BrevoContact, listIds: readonly number[]) => ({
	...optOutOf(contact),
	// An empty list of lists is refused by some Brevo endpoints; leaving it out means the same.
	...(listIds.length > 0 ? { listIds } : {}),
});

async function create(
	client: BrevoClient,
	contact: BrevoContact,
	{ listIds, hadOptedOut, isOthers, onLoss }: UpsertOptions,
): Promise<UpsertResult> {
	const { email, ext_id, attributes } = contact;
	try {
		let known: StoredContact | undefined;
		if (isOthers && email !== undefined) {
			known = await getContact(client, email, 'email_id');
			const owner = known?.extId;
			if (known && owner !== undefined && owner !== ext_id) {
				if (await isOthers(known)) return { kind: 'duplicate', identifiers: ['email'] };
				await onLoss?.(known);
			}
		}
		const answer = await client.request('POST /contacts', {
			body: {
				...(email === undefined ? {} : { email }),
				...(ext_id === undefined ? {} : { ext_id }),
				attributes,
				...fields(contact, listIds),
				...((await hadOptedOut?.()) && { emailBlacklisted: true }),
				updateEnabled: true,
			},
		});
		const id = answer.json?.id;
		const brevoId = typeof id === 'number' ? { brevoId: id } : known && { brevoId: known.id };
		// Brevo OpenAPI: 201 created, 204 updated; there is no other sign.
		return { kind: 'written', how: answer.status === 201 ? 'created' : 'updated', ...brevoId };
	} catch (error) {
		return refusalOf(error, listIds);
	}
}

/** Undefined when Brevo knows no contact with this ext_id (deleted there, or never created). */
async function update(
	client: BrevoClient,
	contact: BrevoContact,
	options: UpsertOptions,
): Promise<UpsertResult | undefined> {
	const { ext_id } = contact;
	if (ext_id === undefined) return undefined;
	const put = (body: Readonly<Record<string, unknown>>) =>
		client.request('PUT /contacts/{identifier}', {
			params: { identifier: ext_id },
			query: { identifierType: 'ext_id' },
			body,
		});
	const mayRename = contact.email !== undefined && options.emailUnchanged !== true;
	let stored: StoredContact | undefined;
	let merged: BrevoContact | undefined;
	try {
		stored = mayRename || options.merge ? await getContact(client, ext_id, 'ext_id') : undefined;
		if (!stored && (mayRename || options.merge)) return undefined;
		merged = stored && options.merge ? options.merge(stored) : contact;
		if (!merged) return { kind: 'unchanged' };
		const renames = mayRename && merged.email !== undefined;
		const optedOut = renames && stored ? optOutsOf(stored) : {};
		await put({
			attributes: renames ? { ...merged.attributes, EMAIL: merged.email } : merged.attributes,
			...fields(merged, options.listIds),
			...optedOut,
		});
		// Brevo reference: a new EMAIL can lift the blocklisting, so it is said once more afterwards.
		if (Object.keys(optedOut).length > 0) await put(optedOut);
		return { kind: 'written', how: 'updated' };
	} catch (error) {
		if (isUnknownContact(error)) return undefined;
		const refusal = refusalOf(error, options.listIds);
		const isAddress = refusal.kind === 'duplicate' && isOnly(refusal.identifiers, 'email');
		if (!isAddress || !stored) return refusal;
		try {
			return (
				(await takeOver(client, { ...contact, ...optOutOf(merged) }, stored, options)) ?? refusal
			);
		} catch (trouble) {
			return refusalOf(trouble, options.listIds);
		}
	}
}

/** Stands in the external id of a contact that its record has left for another one. */
export const LEFT_MARK = '~';

const isOnly = (identifiers: readonly string[], name: string): boolean =>
	identifiers.length === 1 && identifiers[0]?.toLowerCase() === name;

/**
 * The contact that has the address becomes the record's; the one that it had until now keeps its
 * history under its old address, outside the list. Undefined when it may not be. A repeat goes on where
 * a run that died has stopped: then the record has no contact, and is made anew onto the address.
 */
async function takeOver(
	client: BrevoClient,
	contact: BrevoContact,
	own: StoredContact,
	{ listIds, mayTakeOver, onLoss }: UpsertOptions,
): Promise<UpsertResult | undefined> {
	const { email = '', ext_id = '', attributes } = contact;
	const found = await getContact(client, email, 'email_id');
	if (!found || (await mayTakeOver?.(found)) !== true) return undefined;
	const put = async (contactId: number, body: Readonly<Record<string, unknown>>) =>
		await client.request('PUT /contacts/{identifier}', {
			params: { identifier: contactId },
			query: { identifierType: 'contact_id' },
			body,
		});
	for (const lost of [own, found]) await onLoss?.(lost);
	await put(own.id, {
		// A record may leave one contact after the other.
		ext_id: `${ext_id}${LEFT_MARK}${own.id}`,
		// The number is unique as well, and goes with the person.
		...('SMS' in attributes && { attributes: { SMS: '' } }),
		...(listIds.length > 0 && { unlinkListIds: listIds }),
	});
	await put(found.id, { ext_id });
	await put(found.id, { attributes, ...fields(contact, listIds), ...optOutsOf(own) });
	return { kind: 'written', how: 'updated', brevoId: found.id };
}

const isUnknownContact = (error: unknown): boolean =>
	error instanceof BrevoRefusedError && error.status === 404 && error.about !== 'list';

const optOutsOf = ({ emailBlacklisted, smsBlacklisted }: StoredContact) => ({
	...(emailBlacklisted ? { emailBlacklisted: true } : {}),
	...(smsBlacklisted ? { smsBlacklisted: true } : {}),
});

/** Turns a refusal of one contact into a result; throws everything else on. */
function refusalOf(error: unknown, listIds: readonly number[]): UpsertResult {
	if (!(error instanceof BrevoRefusedError)) throw error;
	if (error.code === 'duplicate_parameter')
		return { kind: 'duplicate', identifiers: error.duplicateIdentifiers };
	if (error.about === 'list') throw new UnknownListError(listIds, error);
	return { kind: 'refused', code: error.code, about: error.about };
}

/** Blocklists a contact for e-mail. Safe to repeat; one that is gone is no error. */
export async function blockContact(client: BrevoClient, extId: string): Promise<void> {
	try {
		await client.request('PUT /contacts/{identifier}', {
			params: { identifier: extId },
			query: { identifierType: 'ext_id' },
			body: { emailBlacklisted: true },
		});
	} catch (error) {
		if (!isUnknownContact(error)) throw error;
	}
}

export type DeleteResult =
	| { readonly kind: 'deleted' | 'already-gone' }
	/** 405: the contact is the account owner's own (Brevo OpenAPI). */
	| { readonly kind: 'refused'; readonly code: string };

/** Deletes one contact. Safe to repeat: one that is gone is no error. */
export async function deleteContact(
	client: BrevoClient,
	identifier: string,
	identifierType: IdentifierType = 'ext_id',
): Promise<DeleteResult> {
	try {
		await client.request('DELETE /contacts/{identifier}', {
			params: { identifier },
			query: { identifierType },
		});
		return { kind: 'deleted' };
	} catch (error) {
		if (!(error instanceof BrevoRefusedError)) throw error;
		if (error.status === 404) return { kind: 'already-gone' };
		return { kind: 'refused', code: error.code };
	}
}

/** Reads one contact; undefined when Brevo has none with this identifier. */
export async function getContact(
	client: BrevoClient,
	identifier: string,
	identifierType: IdentifierType,
): Promise<StoredContact | undefined> {
	try {
		const { json = {} } = await client.request('GET /contacts/{identifier}', {
			params: { identifier },
			query: { identifierType },
		});
		return storedContact(json);
	} catch (error) {
		if (error instanceof BrevoRefusedError && error.status === 404) return undefined;
		throw error;
	}
}
