import type { BrevoContact } from '../brevo/contact.ts';
import { LEFT_MARK } from '../brevo/contacts.ts';
import { type ContactWrite, type EachResult, upsertEach, Weather } from '../brevo/each.ts';
import { BrevoUnavailableError } from '../brevo/errors.ts';
import { importContacts } from '../brevo/import.ts';
import { getList } from '../brevo/lists.ts';
import type { ImportJournal } from '../brevo/submit.ts';
import { fieldHashes } from '../field-hashes.ts';
import { identifierHashes } from '../identity.ts';
import { backStreamOf, type Ledger, type Link } from '../ledger/ledger.ts';
import { hasLostOptOut, rememberOptOut } from '../opt-out-memory.ts';
import { planWrites, targetHash, type Verdict } from '../plan.ts';
import { type Profile, profileOf } from '../profile.ts';
import type { Delivered, Delivery, DeliveryTools } from './delivery.ts';
import { forwardMerge, isNewOptOut, type Merged } from './merge-forward.ts';
import { rememberPlace } from './places.ts';
import { settle } from './settle.ts';

/** Up to here single upserts: each row gets its exact answer. Above, imports: few calls. */
export const IMPORT_ABOVE_ROWS = 50;

/** Rows whose import nobody can vouch for come again after this, milliseconds. */
const UNSETTLED_RETRY_MS = 5 * 60_000;

/** So many contacts may all be bad; more are an outage. */
const HANDFUL = 10;

/** How many single writes are settled together; a crash repeats at most these. */
const SETTLE_EVERY = 20;

/** The first try and every repeat failed for all of them: the run fails and its page comes again. */
export class BrevoOutOfReachError extends Error {
	override readonly name = 'BrevoOutOfReachError';
	readonly remedy =
		'Nothing is lost: the contacts come again by themselves. Look at status.brevo.com if it lasts.';
}

export interface UpsertTarget {
	readonly listIds: readonly number[];
	/** Text of the target for the content hash; see `planWrites`. */
	readonly target: string;
}

interface Prepared {
	readonly index: number;
	readonly delivery: Delivery;
	readonly link: Link | undefined;
	readonly write: ContactWrite;
	/** Another record owns the address until it has been written, or was written before. */
	readonly isContested: boolean;
	/** What a merge with the contact in Brevo found; set while it is written. */
	merged?: Merged;
}

/**
 * Writes contacts into Brevo lists and settles each in the ledger. Gives one result for each
 * delivery, in order. Throws what concerns all of them (credential, list, cancel, Brevo out of
 * reach); what was done until then is settled.
 */
export async function upsertContacts(
	tools: DeliveryTools,
	deliveries: readonly Delivery[],
	target: UpsertTarget,
): Promise<Delivered[]> {
	const results: Delivered[] = [];
	const prepared = await prepare(tools, deliveries, target, results);
	if (prepared.length > 0) await rememberPlace(tools, deliveries, target);
	const { imported, singly } =
		prepared.length > IMPORT_ABOVE_ROWS ? byRoute(prepared) : { imported: [], singly: prepared };
	const leftOver = await importThem(tools, imported, target, results);
	const weather = new Weather();
	await writeSingly(tools, [...singly, ...leftOver], { target: target.target, weather }, results);
	const isNoneTaken = prepared.every(({ index }) => results[index]?.kind === 'deferred');
	const mayBeBad = weather.storm?.reason !== 'rate-limited' && prepared.length <= HANDFUL;
	if (prepared.length > 0 && isNoneTaken && !(mayBeBad && (await answers(tools, target)))) {
		throw new BrevoOutOfReachError('Brevo takes no contacts at the moment');
	}
	return results;
}

/**
 * Whether Brevo is there. Then a handful that fail are bad: it stumbles over these contacts. They wait
 * by themselves, and what comes after them goes on.
 */
async function answers(
	{ client }: DeliveryTools,
	{ listIds: [listId] }: UpsertTarget,
): Promise<boolean> {
	if (listId === undefined) return false;
	try {
		await getList(client, listId);
		return true;
	} catch (error) {
		if (error instanceof BrevoUnavailableError) return false;
		throw error;
	}
}

/** Looks up what was written before and, where no guard did, drops what need not be written. */
async function prepare(
	tools: DeliveryTools,
	deliveries: readonly Delivery[],
	{ listIds, target }: UpsertTarget,
	results: Delivered[],
): Promise<Prepared[]> {
	const { ledger } = tools;
	const verdicts = await unguardedVerdicts(tools, deliveries, target);
	const links = await linksOf(tools, deliveries);
	const profile = await profileOfBothWays(tools, deliveries);
	const contested = await contestedAddresses(tools, deliveries);
	/** Two that were to exchange addresses when the run died may have done so, or half. */
	const doubtful = new Set(deliveries.filter(isDoubtful).flatMap(({ sync }) => sync?.id ?? []));
	const prepared: Prepared[] = [];
	/** Whether the owner of an address was to leave it in this page, and did not. */
	const stays = (recordId: string): boolean => {
		const owner = prepared.find(({ delivery }) => delivery.sync?.id === recordId);
		const result = owner && results[owner.index];
		return result !== undefined && (result.kind !== 'written' || keepsAddress(owner));
	};
	for (const [index, delivery] of deliveries.entries()) {
		const verdict = verdicts.get(index);
		const link = delivery.sync && links.get(delivery.sync.id);
		if (verdict && verdict.kind !== 'write') {
			results[index] = verdict;
			await settle(tools, [{ delivery, delivered: verdict, target, link }]);
			continue;
		}
		const isLive = link !== undefined && link.removedAt === undefined;
		const { emailBlacklisted, ...said } = delivery.contact;
		const optsOut = isNewOptOut(delivery.contact, link) && emailBlacklisted;
		const full = { ...said, ...(optsOut && { emailBlacklisted }) };
		const contact = link ? full : withoutBlanks(full);
		const entry: Prepared = {
			index,
			delivery,
			link,
			isContested: contested.has(index) || isDoubtful(delivery),
			write: {
				contact,
				linked: link !== undefined,
				listIds,
				emailUnchanged: isEmailWritten(tools, link, contact) && !isDoubtful(delivery),
				...(ledger && {
					mayTakeOver: async ({ extId = '' }) =>
						(extId === contested.get(index) && !stays(extId)) ||
						(isDoubtful(delivery) && doubtful.has(extId)) ||
						(await hasLeft(ledger, tools.brevoAccount, extId)),
					onLoss: async ({ extId, emailBlacklisted: objects }) => {
						if (objects && extId) await rememberOptOut(ledger, tools.brevoAccount, extId);
					},
					hadOptedOut: async () =>
						hasOptedOut(link) ||
						(await hasLostOptOut(ledger, tools.brevoAccount, contact.ext_id ?? '')),
				}),
				...(ledger &&
					profile && {
						isOthers: async ({ extId = '' }) =>
							(extId !== contested.get(index) || stays(extId)) &&
							(await isLinked(ledger, tools.brevoAccount, extId)),
					}),
				...(ledger &&
					profile &&
					isLive && {
						merge: forwardMerge(ledger, profile, link, delivery, {
							isNewTarget: link.target !== targetHash(ledger, target),
							note: (merged) => (entry.merged = merged),
						}),
					}),
			},
		};
		prepared.push(entry);
	}
	return prepared;
}

/**
 * Addresses that another record owns and is to lose: it gets another one in this page, or is a lead
 * that a contact stands for. The owner's id by the delivery's index; the plan has allowed it.
 */
async function contestedAddresses(
	{ ledger, brevoAccount }: DeliveryTools,
	deliveries: readonly Delivery[],
): Promise<ReadonlyMap<number, string>> {
	const contested = new Map<number, string>();
	if (!ledger) return contested;
	const identifiers = deliveries.map(({ contact }) => {
		const { emailHash = '' } = identifierHashes(ledger, contact);
		return { emailHash };
	});
	const owners = await ledger.links.owners(brevoAccount, identifiers);
	deliveries.forEach(({ sync }, index) => {
		const owner = owners.get(identifiers[index]?.emailHash ?? '');
		const isOwn = owner?.recordId === sync?.id;
		if (owner && sync && !isOwn) contested.set(index, owner.recordId);
	});
	return contested;
}

const hasOptedOut = (link: Link | undefined): boolean =>
	link?.brevoOptedOut === true || link?.salesforceOptedOut === true;

/** Brevo has this address, unless a reconciliation has found another one there. */
function isEmailWritten(
	{ ledger }: DeliveryTools,
	link: Link | undefined,
	{ email }: BrevoContact,
): boolean {
	if (!ledger || !link?.emailHash || email === undefined) return false;
	const own = { email, attributes: {} };
	return (
		link.emailHash === identifierHashes(ledger, own).emailHash &&
		link.fields['EMAIL'] === fieldHashes(ledger, own)['EMAIL']
	);
}

/** By the conflict rule Brevo's address stands. */
const keepsAddress = (owner: Prepared | undefined): boolean =>
	owner?.merged?.owed.includes('EMAIL') === true;

const isDoubtful = ({ sync }: Delivery): boolean => sync?.inDoubt === true;

/** The contact of a record that was removed, or that another contact stands for by now. */
async function hasLeft(ledger: Ledger, brevoAccount: string, extId: string): Promise<boolean> {
	if (extId.includes(LEFT_MARK)) return true;
	return (await ledger.links.ofRecord(brevoAccount, extId))?.removedAt !== undefined;
}

async function isLinked(ledger: Ledger, brevoAccount: string, extId: string): Promise<boolean> {
	const link = await ledger.links.ofRecord(brevoAccount, extId);
	return link !== undefined && link.removedAt === undefined;
}

/** At the first write a field that is empty in Salesforce does not empty what Brevo has. */
function withoutBlanks(contact: BrevoContact): BrevoContact {
	const filled = Object.entries(contact.attributes).filter(([, value]) => value !== '');
	return { ...contact, attributes: Object.fromEntries(filled) };
}

async function unguardedVerdicts(
	{ ledger, brevoAccount }: DeliveryTools,
	deliveries: readonly Delivery[],
	target: string,
): Promise<Map<number, Verdict>> {
	const verdicts = new Map<number, Verdict>();
	if (!ledger) return verdicts;
	const unguarded = [...deliveries.entries()].flatMap(([index, { sync, hash, contact }]) =>
		sync && hash === undefined ? [{ index, sync, contact }] : [],
	);
	const planned = await planWrites(ledger, brevoAccount, target, unguarded);
	unguarded.forEach(({ index }, position) => {
		const verdict = planned[position];
		if (verdict) verdicts.set(index, verdict);
	});
	return verdicts;
}

async function linksOf(
	{ ledger }: DeliveryTools,
	deliveries: readonly Delivery[],
): Promise<ReadonlyMap<string, Link>> {
	const contexts = deliveries.flatMap(({ sync }) => (sync ? [sync] : []));
	const [first] = contexts;
	if (!ledger || !first) return new Map();
	return await ledger.links.get(
		first.integration,
		contexts.map(({ id }) => id),
	);
}

/**
 * The mapping and its conflict rules, when the integration has a stream back: then every contact is
 * merged with what Brevo has.
 */
async function profileOfBothWays(
	{ ledger }: DeliveryTools,
	deliveries: readonly Delivery[],
): Promise<Profile | undefined> {
	const name = deliveries.find(({ sync }) => sync)?.sync?.integration;
	if (!ledger || name === undefined) return undefined;
	if (!(await ledger.integrations.get(backStreamOf(name)))) return undefined;
	const integration = await ledger.integrations.get(name);
	return integration && profileOf(integration);
}

/**
 * An import would make a second contact of one whose address has changed, overwrite edits in Brevo,
 * and forget an opt-out when it makes a contact anew.
 */
function byRoute(prepared: readonly Prepared[]): { imported: Prepared[]; singly: Prepared[] } {
	const isSingle = ({ write, isContested, link }: Prepared): boolean =>
		isContested ||
		(write.linked && (!write.emailUnchanged || write.merge !== undefined || hasOptedOut(link)));
	return {
		imported: prepared.filter((entry) => !isSingle(entry)),
		singly: prepared.filter(isSingle),
	};
}

/** Imports and settles; gives back the rows that have to be sent singly. */
async function importThem(
	tools: DeliveryTools,
	rows: readonly Prepared[],
	{ listIds, target }: UpsertTarget,
	results: Delivered[],
): Promise<Prepared[]> {
	if (rows.length === 0) return [];
	const imported = await importContacts(
		tools.client,
		rows.map(({ write }) => write.contact),
		{ listIds, download: tools.download, ...journalOf(tools) },
	);
	const done: Prepared[] = [];
	const leftOver: Prepared[] = [];
	for (const [position, row] of rows.entries()) {
		const result = imported[position];
		if (result?.kind === 'written') results[row.index] = { kind: 'written', how: 'imported' };
		else if (result?.kind === 'unsettled') results[row.index] = comesAgain(tools);
		(results[row.index] ? done : leftOver).push(row);
	}
	await settleThem(tools, done, target, results);
	return leftOver;
}

const journalOf = ({
	ledger,
	brevoAccount: account,
}: DeliveryTools): { journal?: ImportJournal } =>
	ledger ? { journal: { ...ledger.imports, account, hash: ledger.hash } } : {};

const comesAgain = ({ host }: DeliveryTools): Delivered => ({
	kind: 'deferred',
	limit: 'brevo-unavailable',
	dueAt: host.clock.now() + UNSETTLED_RETRY_MS,
	mayHaveHappened: true,
});

async function writeSingly(
	tools: DeliveryTools,
	rows: readonly Prepared[],
	{ target, weather }: { readonly target: string; readonly weather: Weather },
	results: Delivered[],
): Promise<void> {
	let waiting: Prepared[] = [];
	const flush = async (): Promise<void> => {
		const batch = waiting;
		waiting = [];
		await settleThem(tools, batch, target, results);
	};
	const writeSome = async (some: readonly Prepared[]): Promise<void> => {
		await upsertEach(
			tools.client,
			some.map(({ write }) => write),
			async (position, result) => {
				const row = some[position];
				if (!row) return;
				const isLate = result.kind === 'unchanged' && row.merged?.wasWritten === true;
				const delivered = deliveredOf(result);
				results[row.index] = isLate
					? { kind: 'written', how: 'updated' }
					: waitingFor(tools, row, delivered);
				waiting.push(row);
				if (waiting.length >= SETTLE_EVERY) await flush();
			},
			weather,
		);
	};
	try {
		await writeSome(rows.filter(({ isContested }) => !isContested));
		// One after the other: each frees the address of the next.
		for (const row of rows.filter(({ isContested }) => isContested)) await writeSome([row]);
	} finally {
		await flush();
	}
}

const settleThem = async (
	tools: DeliveryTools,
	rows: readonly Prepared[],
	target: string,
	results: readonly Delivered[],
): Promise<void> =>
	await settle(
		tools,
		rows.flatMap(({ index, delivery, link, merged }) => {
			const delivered = results[index];
			return delivered ? [{ delivery, delivered, target, link, merged }] : [];
		}),
	);

/** A record that Brevo turned away as a duplicate comes again once the identifier is free. */
function waitingFor(
	{ ledger }: DeliveryTools,
	{ write: { contact } }: Prepared,
	delivered: Delivered,
): Delivered {
	if (!ledger || delivered.kind !== 'rejected') return delivered;
	const { emailHash, smsHash } = identifierHashes(ledger, contact);
	const waitsFor = { 'email-duplicate': emailHash, 'sms-duplicate': smsHash }[
		delivered.limit as string
	];
	return { ...delivered, ...(waitsFor !== undefined && { waitsFor }) };
}

const LIMIT_OF_IDENTIFIER = { EMAIL: 'email-duplicate', SMS: 'sms-duplicate' } as const;

function deliveredOf(result: EachResult): Delivered {
	switch (result.kind) {
		case 'written':
		case 'unchanged':
			return result;
		case 'put-off':
			return {
				kind: 'deferred',
				limit: 'brevo-unavailable',
				dueAt: result.retryAt,
				mayHaveHappened: result.mayHaveHappened,
			};
		case 'duplicate': {
			const names = result.identifiers.map((name) => name.toUpperCase());
			// An address can change hands in one page, a number cannot: it is what stands in the way.
			const field = names.find((name) => name === 'SMS') ?? names[0] ?? 'EMAIL';
			const limit =
				field in LIMIT_OF_IDENTIFIER
					? LIMIT_OF_IDENTIFIER[field as keyof typeof LIMIT_OF_IDENTIFIER]
					: 'identifier-duplicate';
			return { kind: 'rejected', limit, field };
		}
		case 'refused': {
			const field = { email: 'EMAIL', phone: 'SMS', list: undefined, unknown: undefined }[
				result.about
			];
			return {
				kind: 'rejected',
				limit: 'brevo-refused',
				reason: result.code,
				...(field && { field }),
			};
		}
	}
}
