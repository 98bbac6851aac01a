import { getContact } from '../brevo/contacts.ts';
import { allContacts } from '../brevo/changed.ts';
import type { BrevoClient } from '../brevo/client.ts';
import type { ChangeSource } from '../changes/pump.ts';
import type { Host } from '../host.ts';
import type { Cursor, Ledger, Link } from '../ledger/ledger.ts';
import { carriedBack } from '../mapping/convert-back.ts';
import type { Profile } from '../profile.ts';
import type { Scope } from '../scope.ts';
import { ContactSide } from './contact-side.ts';
import { DIFFERENCES, type Reason } from './differences.ts';
import { compareSides, type Finding } from './findings.ts';
import { lookForLost } from './gone.ts';
import { readRecords, type RecordSource } from './read-records.ts';
import { RecordSide } from './record-side.ts';

/*
 * Salesforce: all records -> counted -> what does not fit is read again
 *                                              |  against the ledger's hashes
 *     Brevo: all contacts ---------------------+  against the ledger's hashes
 *                                              v
 *            linked records that were not read -> asked for by id: deleted, hidden, or there after all
 *            records without a contact         -> a few are asked for by id
 *                                              v
 *            findings, without what has moved meanwhile
 */

/** Everything that a comparison reads from. */
export interface CompareDesk {
	readonly ledger: Ledger;
	readonly integration: string;
	readonly profile: Profile;
	readonly scope: Scope;
	readonly cursor: Cursor;
	readonly isBothWays: boolean;
	readonly records: RecordSource;
	readonly changes: ChangeSource;
	readonly client: BrevoClient;
	readonly host: Host;
}

export interface Comparison {
	readonly findings: readonly Finding[];
	/** Records that are explained, by id. */
	readonly alone: ReadonlyMap<string, Reason>;
	readonly salesforce: {
		/** Records that were read. */
		readonly records: number;
		/** Records by which Salesforce's own count does not fit what it gave. */
		readonly misfit: number;
	};
	readonly brevo: {
		readonly contacts: number;
		/** Brevo's own count fits what it gave. */
		readonly isWhole: boolean;
		readonly bornInBrevo: number;
		readonly ofOthers: number;
	};
	/** Live links of the integration. */
	readonly links: number;
}

/** How many records without a contact are asked for by id, before the others are believed to be so. */
const WITNESSES = 20;
const LINKS_AT_ONCE = 1_000;

/** Compares both sides with each other; writes nothing. Rejects when either cannot be read to its end. */
export async function compare(desk: CompareDesk): Promise<Comparison> {
	const startedAt = desk.host.clock.now();
	const records = new RecordSide(desk);
	const { misfit } = await readRecords(desk.records, records);
	const contacts = new ContactSide({
		...desk,
		places: await desk.ledger.links.places(desk.integration),
		isRecord: (id) => records.present.has(id),
	});
	let counted = 0;
	for await (const page of allContacts(desk.client)) {
		await contacts.add(page.contacts);
		counted = page.count;
	}
	const links = await liveLinks(desk);
	const lost = links.filter((id) => !records.present.has(id));
	const hasFilter = desk.scope.filter !== undefined;
	const gone = await lookForLost(
		{ ...desk, source: desk.changes, hasFilter },
		lost,
		records,
		contacts,
	);
	records.explainBulkEdits();
	const carried = new Set(carriedBack(desk.profile).map(({ attribute }) => attribute));
	const { findings, wayBack } = compareSides(records, contacts, links, {
		isBothWays: desk.isBothWays,
		carriedBack: carried,
	});
	const alone = new Map<string, Reason>([...records.alone, ...gone.alone]);
	for (const id of wayBack) alone.set(id, 'wayBack');
	const isWhole = contacts.seen.size >= counted;
	const all = [...gone.findings, ...findings];
	for (const check of [notWanted, unconfirmed(isWhole), moved(startedAt)])
		for (const [id, reason] of await check(
			desk,
			all.filter(({ recordId }) => !alone.has(recordId)),
		))
			alone.set(id, reason);
	return {
		findings: all.filter(({ recordId }) => !alone.has(recordId)),
		alone,
		salesforce: { records: records.present.size, misfit },
		brevo: {
			contacts: contacts.seen.size,
			isWhole,
			bornInBrevo: contacts.bornInBrevo,
			ofOthers: contacts.ofOthers,
		},
		links: links.length,
	};
}

async function liveLinks({ ledger, integration }: CompareDesk): Promise<string[]> {
	const all: string[] = [];
	for (;;) {
		const ids = await ledger.links.ids(integration, all.at(-1) ?? '', LINKS_AT_ONCE);
		all.push(...ids);
		if (ids.length < LINKS_AT_ONCE) return all;
	}
}

/** Why some findings are none. */
type Check = (
	desk: CompareDesk,
	findings: readonly Finding[],
) => Promise<ReadonlyArray<readonly [string, Reason]>>;

/** What the trigger would not carry either. */
const notWanted: Check = async ({ scope }, findings) =>
	findings
		.filter(({ kind }) => !scope.kinds.has(DIFFERENCES[kind].carriedAs))
		.map(({ recordId }) => [recordId, 'notWanted']);

/**
 * Contacts that were in none of Brevo's pages: when one of them is there after all, or Brevo counts more
 * contacts than it gave, nothing is made of the others.
 */
const unconfirmed =
	(isWhole: boolean): Check =>
	async ({ client }, findings) => {
		const missing = findings.filter(({ kind, isMisplaced }) => kind === 'missing' && isMisplaced);
		const step = Math.max(1, Math.ceil(missing.length / WITNESSES));
		const isThere = async ({ recordId }: Finding): Promise<boolean> =>
			(await getContact(client, recordId, 'ext_id')) !== undefined;
		let isTrusted = isWhole;
		for (let at = 0; isTrusted && at < missing.length; at += step) {
			const witness = missing[at];
			if (witness && (await isThere(witness))) isTrusted = false;
		}
		return isTrusted ? [] : missing.map(({ recordId }) => [recordId, 'unconfirmed']);
	};

/** What was written, or put off, while the two sides were read. */
const moved =
	(startedAt: number): Check =>
	async ({ ledger, integration }, findings) => {
		const ids = findings.map(({ recordId }) => recordId);
		const links = await ledger.links.get(integration, ids);
		const standing = await ledger.pages.standing(integration, ids);
		const hasMoved = (link: Link | undefined): boolean => (link?.writtenAt ?? 0) >= startedAt;
		return ids.flatMap((id): Array<readonly [string, Reason]> => {
			if (hasMoved(links.get(id))) return [[id, 'moving']];
			const { kind, limit } = standing.get(id) ?? {};
			if (kind === undefined || limit === 'out-of-sight') return [];
			return [[id, kind === 'deferred' ? 'waiting' : 'rejected']];
		});
	};
