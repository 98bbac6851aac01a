import type { BrevoContact } from '../brevo/contact.ts';
import { LEFT_MARK } from '../brevo/contacts.ts';
import type { ContactWrite } from '../brevo/each.ts';
import { fieldHashes } from '../field-hashes.ts';
import { identifierHashes } from '../identity.ts';
import { backStreamOf, type Ledger, type Link } from '../ledger/ledger.ts';
import { hasLostOptOut, rememberOptOut } from '../opt-out-memory.ts';
import { planWrites, targetHash, type Verdict } from '../plan.ts';
import { type Profile, profileOf } from '../profile.ts';
import type { Delivered, Delivery, DeliveryTools } from './delivery.ts';
import { forwardMerge, isNewOptOut, type Merged } from './merge-forward.ts';
import { settle } from './settle.ts';

export interface UpsertTarget {
	readonly listIds: readonly number[];
	/** Text of the target for the content hash; see `planWrites`. */
	readonly target: string;
}

/** A contact that has to be written, with all that its write needs to know. */
export interface Prepared {
	readonly index: number;
	readonly delivery: Delivery;
	readonly link: Link | undefined;
	readonly write: ContactWrite;
	/** Another record owns the address until it has been written, or was written before. */
	readonly isContested: boolean;
	/** What a merge with the contact in Brevo found; set while it is written. */
	merged?: Merged;
}

/** Looks up what was written before and, where no guard did, drops what need not be written. */
export async function prepare(
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

export const hasOptedOut = (link: Link | undefined): boolean =>
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
