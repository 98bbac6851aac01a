import type { ListedContact } from '../brevo/changed.ts';
import { BrevoConfigError } from '../brevo/errors.ts';
import { blankHash, storedHash } from '../field-hashes.ts';
import {
	backStreamOf,
	type FieldHashes,
	type Integration,
	type Ledger,
	type Link,
} from '../ledger/ledger.ts';
import { carriedBack } from '../mapping/convert-back.ts';
import { type BrevoAttribute, findAttribute } from '../mapping/field.ts';
import { forgetOptOut } from '../opt-out-memory.ts';
import { isKnown } from '../plan-back.ts';
import { type Profile, profileOf } from '../profile.ts';
import { taskKey } from '../quota/task-key.ts';
import type { SalesforceRecord } from './change.ts';
import { before, type FreshChange, type PageRun, runPage } from './page-run.ts';
import { emitAll, type EmittedChange, type PagePump, type Room, type RoundResult } from './pump.ts';
import { normaliseStamp, stampOfMs } from './soql.ts';

/*
 * One round of the way back:
 *
 *   webhook --> hint in the ledger --+
 *   due deferred records ------------+--> GET the contact --> other than the link says? --> page
 *   sweep (modifiedSince) -----------+                        no: our own write, dropped
 *   full comparison (once a day) --> missing? --> GET says 404 --> page with deletions
 *
 * A webhook is only a hint: it may be lost, doubled or out of order. What counts is what Brevo has.
 */

export interface BackSource {
	/** The contact with this Salesforce id; undefined when Brevo has none. */
	byExtId(extId: string): Promise<ListedContact | undefined>;
	byId(brevoId: number): Promise<ListedContact | undefined>;
	/** The account's contact attributes as they are now. */
	attributes(): Promise<readonly BrevoAttribute[]>;
	/** Blocklists the contact with this Salesforce id again. */
	block(extId: string): Promise<void>;
	/** Contacts that changed since (ISO 8601), or all of them, part by part. Rejects rather than end early. */
	list(modifiedSince?: string): AsyncIterable<{
		readonly contacts: readonly ListedContact[];
		/** Brevo's clock when the part was read, epoch milliseconds. */
		readonly serverTime: number | undefined;
	}>;
}

export interface BackPump extends PagePump {
	/** The integration whose changes come back; `integration` is the stream's own name. */
	readonly backOf: string;
	readonly source: BackSource;
	/** Whether changed contacts are emitted. */
	readonly updates: boolean;
	/** Whether deletions in Brevo are looked for. */
	readonly deletions: boolean;
	readonly sweepEveryMs: number;
	readonly compareEveryMs: number;
}

/** Up to here hints are followed one by one; above, one sweep sees most of them at once. */
const HINTS_ONE_BY_ONE = 200;
/** A hint that names nobody asks for a sweep, but not more often than this, milliseconds. */
const SWEEP_AT_MOST_EVERY_MS = 60_000;
/** Brevo's clock knows seconds, too: a contact may change again within one. */
const SETTLED_AFTER_MS = 5_000;

/**
 * Emits what was changed in Brevo and returns when nothing is left or a run failed. Rejects when
 * Brevo or the ledger cannot be used; then nothing has moved.
 */
export async function backRound(pump: BackPump): Promise<RoundResult> {
	const forward = await pump.ledger.integrations.get(pump.backOf);
	const own = await pump.ledger.integrations.get(pump.integration);
	const profile = (own && profileOf(own)) ?? (forward && profileOf(forward));
	// Nothing was ever written to Brevo, so nothing can come back.
	if (!forward || !profile) return { pages: 0, emitted: 0 };
	// Hints stay in the ledger, and the next sweep begins where the last one ended.
	if (forward.pausedAt !== undefined) return { pages: 0, emitted: 0 };
	let attributes: Promise<readonly BrevoAttribute[]> | undefined;
	const desk: Desk = {
		...{ pump, forward, profile },
		attributes: async () => await (attributes ??= pump.source.attributes()),
	};
	return await emitAll(pump, [
		(room) => deferredAgain(desk, room),
		(room) => hinted(desk, room),
		(room) => swept(desk, room),
		(room) => compared(desk, room),
	]);
}

interface Desk {
	readonly pump: BackPump;
	readonly forward: Integration;
	readonly profile: Profile;
	/** As they are now; read once a round. */
	readonly attributes: () => Promise<readonly BrevoAttribute[]>;
}

async function* deferredAgain(desk: Desk, room: Room): AsyncGenerator<PageRun> {
	const { ledger, integration, host, pageSize } = desk.pump;
	const tried = new Set<string>();
	for (;;) {
		const { ordinary, probe } = await room();
		const due = await ledger.pages.dueDeferred(
			integration,
			host.clock.now(),
			ordinary || probe === true,
			probe ? 1 : pageSize,
		);
		const ids = due.filter((id) => !tried.has(id));
		if (ids.length === 0) return;
		for (const id of ids) tried.add(id);
		const { changes, settled } = await lookUp(desk, ids);
		if (settled.length > 0) await noChangeAnyMore(desk, settled);
		if (changes.length === 0) continue;
		yield await runPage(desk.pump, 'deferred', changes, await room(), {
			isSettled: isSettled(desk),
		});
	}
}

/** Ends the deferral of records that nothing is to be written for any more. */
async function noChangeAnyMore({ pump }: Desk, ids: readonly string[]): Promise<void> {
	const { ledger, integration } = pump;
	const { id: page } = await ledger.pages.open(integration, 'deferred', ids);
	await ledger.pages.record(
		ids.map((recordId) => ({ integration, page, recordId, outcome: 'unchanged' })),
	);
	await ledger.pages.acknowledge({ integration, page, seen: [] });
}

async function* hinted(desk: Desk, room: Room): AsyncGenerator<PageRun> {
	const { ledger, integration, pageSize } = desk.pump;
	for (;;) {
		const hints = await ledger.hints.pending(integration, HINTS_ONE_BY_ONE + 1);
		// One sweep is cheaper; it clears the hints that it has seen to.
		if (hints.length > HINTS_ONE_BY_ONE && (await mayLookAgain(desk))) return;
		const named = hints.filter(({ recordId }) => recordId !== '').slice(0, pageSize);
		if (named.length === 0) return;
		const { changes } = await lookUp(
			desk,
			named.map(({ recordId }) => recordId),
		);
		if (changes.length > 0) {
			const page = await runPage(desk.pump, 'changes', changes, await room(), {
				isSettled: isSettled(desk),
			});
			if (page.result.kind === 'success') await ledger.hints.clear(integration, named);
			yield page;
		} else await ledger.hints.clear(integration, named);
	}
}

/** The contacts of these records: what changed, and what has not. */
async function lookUp(
	desk: Desk,
	ids: readonly string[],
): Promise<{ readonly changes: FreshChange[]; readonly settled: readonly string[] }> {
	const { source, host } = desk.pump;
	const links = await liveLinks(desk, ids);
	const doubts = await doubtsAbout(desk, [...links.keys()]);
	const changes: FreshChange[] = [];
	const settled: string[] = [];
	for (const id of ids) {
		host.signal?.throwIfAborted();
		const link = links.get(id);
		const contact = link && (await source.byExtId(id));
		const change =
			link &&
			(contact ? await changeOf(desk, contact, link, doubts.get(id)) : await goneOf(desk, link));
		if (change) changes.push(change);
		else settled.push(id);
	}
	return { changes, settled };
}

/** Contacts that Brevo lists as modified since the last sweep, our own writes among them. */
async function* swept(desk: Desk, room: Room): AsyncGenerator<PageRun> {
	const { ledger, integration, source, overlapMs, pageSize, host } = desk.pump;
	if (!(await isSweepDue(desk))) return;
	const cursor = await ledger.pages.cursor(integration);
	const from = cursor?.watermark?.systemModstamp ?? cursor?.startedAt;
	if (from === undefined) throw new Error(`The stream "${integration}" has no cursor`);
	const hints = await ledger.hints.pending(integration, Number.MAX_SAFE_INTEGER);
	const reached: string[] = [];
	let startedAt: number | undefined;
	for await (const { contacts, serverTime } of source.list(before(from, overlapMs))) {
		startedAt ??= serverTime ?? host.clock.now();
		const changes = await changesAmong(desk, contacts);
		for (let start = 0; start < changes.length; start += pageSize) {
			const some = changes.slice(start, start + pageSize);
			yield await runPage(desk.pump, 'changes', some, await room(), { isSettled: isSettled(desk) });
		}
		reached.push(...contacts.flatMap(({ extId }) => extId ?? []));
	}
	const seen = new Set(['', ...reached]);
	await ledger.hints.clear(
		integration,
		hints.filter(({ recordId }) => seen.has(recordId)),
	);
	const stamp = stampOfMs(startedAt ?? host.clock.now());
	await ledger.pages.advance(
		integration,
		{ systemModstamp: stamp, id: '' },
		before(from, overlapMs),
	);
	await ledger.cache.set(sweptKey(desk), 'true', desk.pump.sweepEveryMs);
	await ledger.cache.set(sweptLatelyKey(desk), 'true', SWEEP_AT_MOST_EVERY_MS);
}

async function changesAmong(
	desk: Desk,
	contacts: readonly ListedContact[],
): Promise<readonly FreshChange[]> {
	const { ledger, integration } = desk.pump;
	const ids = contacts.flatMap(({ extId }) => extId ?? []);
	const links = await liveLinks(desk, ids);
	const doubts = await doubtsAbout(desk, [...links.keys()]);
	const seen = await ledger.pages.seen(integration, ids);
	const changes: FreshChange[] = [];
	for (const contact of contacts) {
		const link = links.get(contact.extId ?? '');
		// Born in Brevo, or another integration's.
		if (!link) continue;
		const change = await changeOf(desk, contact, link, doubts.get(link.recordId));
		if (change && seen.get(link.recordId) !== change.record['SystemModstamp']) changes.push(change);
	}
	return changes;
}

/** Once in a while all contacts are listed: a deletion whose webhook was lost shows in no sweep. */
async function* compared(desk: Desk, room: Room): AsyncGenerator<PageRun> {
	const { ledger, source, deletions, backOf, pageSize, compareEveryMs } = desk.pump;
	const key = `compared|${desk.pump.integration}`;
	if (!deletions || (await ledger.cache.get(key)) !== undefined) return;
	const present = new Set<string>();
	for await (const { contacts } of source.list()) {
		for (const { extId } of contacts) if (extId !== undefined) present.add(extId);
	}
	let after = '';
	for (;;) {
		const ids = await ledger.links.ids(backOf, after, 1_000);
		const last = ids.at(-1);
		if (last === undefined) break;
		after = last;
		const missing = ids.filter((id) => !present.has(id));
		for (let start = 0; start < missing.length; start += pageSize) {
			const { changes } = await lookUp(desk, missing.slice(start, start + pageSize));
			if (changes.length === 0) continue;
			yield await runPage(desk.pump, 'changes', changes, await room(), {
				isSettled: isSettled(desk),
			});
		}
	}
	await ledger.cache.set(key, 'true', compareEveryMs);
}

/* ---------------------------------------------------------------- what is a change */

/** Links of this integration into this Brevo account whose contact is in Brevo as far as we know. */
async function liveLinks(
	{ pump: { ledger, backOf }, forward }: Desk,
	ids: readonly string[],
): Promise<ReadonlyMap<string, Link>> {
	const links = await ledger.links.get(backOf, ids);
	return new Map(
		[...links].filter(([, link]) => !link.removedAt && link.brevoAccount === forward.brevoAccount),
	);
}

async function changeOf(
	desk: Desk,
	contact: ListedContact,
	link: Link,
	doubt: 'there' | 'back' | undefined,
): Promise<FreshChange | undefined> {
	const { pump, profile } = desk;
	const { ledger, backOf, host } = pump;
	const { optOuts } = profile;
	const mapped = carriedBack(profile).map(({ attribute }) => attribute);
	const brevo = hashesOf(ledger, profile, mapped, contact);
	const isAllowedAgain = !contact.emailBlacklisted && link.brevoOptedOut === true;
	if (isAllowedAgain) await allowedAgain(pump, link, brevo['EMAIL']);
	const optsOut = optOuts && contact.emailBlacklisted && !link.brevoOptedOut;
	// The way there comes again; what Brevo has may be its own write.
	if (!pump.updates || doubt === 'there') return undefined;
	if (doubt !== 'back' && !optsOut && isKnown(ledger, link, brevo)) return undefined;
	await requireAttributes(
		desk,
		mapped.filter((name) => isEmptied(ledger, name, link.fields[name], brevo[name])),
	);
	return {
		record: recordOf(profile, mapped, contact, link, host.clock.now()),
		kind: 'updated',
		back: { backOf, brevo },
	};
}

const isEmptied = (
	ledger: Ledger,
	name: string,
	before: string | undefined,
	now: string | undefined,
): boolean => {
	const blank = blankHash(ledger, name);
	return before !== undefined && before !== blank && now === blank;
};

/**
 * With an attribute Brevo deletes its values, and a new one of its name has none: nobody has emptied
 * them. Throws where one of these is not as the mapping knows it.
 */
async function requireAttributes(
	{ profile, attributes }: Desk,
	emptied: readonly string[],
): Promise<void> {
	if (emptied.length === 0) return;
	const present = await attributes();
	for (const name of emptied) {
		const now = findAttribute(name, present);
		const known = findAttribute(name, profile.attributes);
		if (now && now.type === known?.type && now.category === known?.category) continue;
		throw new BrevoConfigError(
			now
				? `The attribute ${name} is of another type in Brevo than the mapping knows, and its values are gone`
				: `The Brevo account no longer has the attribute ${name}`,
			'Nothing is emptied in Salesforce for it. Create the attribute in Brevo as it was and bring its values back, or take it out of the mapping.',
		);
	}
}

type Doubts = ReadonlyMap<string, 'there' | 'back'>;

/** Records of which a write, in either direction, was begun and never settled. */
async function doubtsAbout(
	{ pump: { ledger, integration, backOf }, forward: { brevoAccount = '' } }: Desk,
	ids: readonly string[],
): Promise<Doubts> {
	const keys = ids.flatMap((id) => [
		{ id, word: 'back' as const, key: taskKey({ integration, backOf, id }) },
		{ id, word: 'there' as const, key: taskKey({ integration: backOf, id }) },
	]);
	const unsettled = await ledger.quota.unsettled(
		brevoAccount,
		keys.map(({ key }) => key),
	);
	return new Map(
		keys.filter(({ key }) => unsettled.has(key)).map(({ id, word }) => [id, word] as const),
	);
}

/**
 * Who was allowed again by a person is left so, and the next opt-out is a new one. A new address
 * alone lifts Brevo's blocklisting as well (Brevo reference); that was nobody's decision.
 */
async function allowedAgain(
	{ ledger, source }: BackPump,
	{ integration, recordId, brevoAccount, fields }: Link,
	email: string | undefined,
): Promise<void> {
	if (email !== undefined && email !== fields['EMAIL']) await source.block(recordId);
	else {
		await ledger.links.revise([{ integration, recordId, brevoOptedOut: false }]);
		await forgetOptOut(ledger, brevoAccount, recordId);
	}
}

const hashesOf = (
	ledger: Ledger,
	{ attributes }: Profile,
	mapped: readonly string[],
	contact: ListedContact,
): FieldHashes =>
	Object.fromEntries(mapped.map((name) => [name, storedHash(ledger, contact, name, attributes)]));

/** A contact of Brevo as a change: its Salesforce id, and of its values those that are mapped. */
function recordOf(
	{ optOuts }: Profile,
	mapped: readonly string[],
	contact: ListedContact,
	link: Link,
	now: number,
): SalesforceRecord {
	return {
		Id: link.recordId,
		SystemModstamp: normaliseStamp(contact.modifiedAt ?? new Date(now).toISOString()),
		brevoId: contact.id,
		email: contact.email ?? null,
		attributes: Object.fromEntries(
			mapped
				.filter((name) => name !== 'EMAIL')
				.map((name) => [name, contact.attributes[name] ?? '']),
		),
		...(optOuts && { emailBlacklisted: contact.emailBlacklisted }),
	};
}

/** A contact that Brevo does not have under either of its ids. */
async function goneOf({ pump }: Desk, link: Link): Promise<FreshChange | undefined> {
	const { source, deletions, backOf, host } = pump;
	if (!deletions) return undefined;
	if (link.brevoId !== undefined && (await source.byId(link.brevoId))) return undefined;
	const record: SalesforceRecord = {
		Id: link.recordId,
		IsDeleted: true,
		SystemModstamp: stampOfMs(host.clock.now()),
	};
	return { record, kind: 'deleted', back: { backOf } };
}

const isSettled =
	({ pump }: Desk) =>
	(stamp: string): boolean =>
		Date.parse(stamp) < pump.host.clock.now() - SETTLED_AFTER_MS;

/* ---------------------------------------------------------------- when to sweep */

const sweptKey = ({ pump }: Desk): string => `swept|${pump.integration}`;
const sweptLatelyKey = ({ pump }: Desk): string => `swept-lately|${pump.integration}`;

const mayLookAgain = async (desk: Desk): Promise<boolean> =>
	(await desk.pump.ledger.cache.get(sweptLatelyKey(desk))) === undefined;

async function isSweepDue(desk: Desk): Promise<boolean> {
	const { ledger, integration } = desk.pump;
	if ((await ledger.cache.get(sweptKey(desk))) === undefined) return true;
	const hints = await ledger.hints.pending(integration, HINTS_ONE_BY_ONE + 1);
	const asks = hints.length > HINTS_ONE_BY_ONE || hints.some(({ recordId }) => recordId === '');
	return asks && (await mayLookAgain(desk));
}

/** The present state of these records' contacts, for the editor's test; a page of nothing. */
export async function sampleBack(
	pump: Pick<BackPump, 'ledger' | 'source' | 'host' | 'backOf'>,
	ids: readonly string[],
): Promise<EmittedChange[]> {
	const { ledger, source, host, backOf } = pump;
	const forward = await ledger.integrations.get(backOf);
	const profile = forward && profileOf(forward);
	if (!forward || !profile) return [];
	const mapped = carriedBack(profile).map(({ attribute }) => attribute);
	const samples: EmittedChange[] = [];
	for (const [id, link] of await ledger.links.get(backOf, ids)) {
		const contact = await source.byExtId(id);
		if (!contact) continue;
		const record = recordOf(profile, mapped, contact, link, host.clock.now());
		samples.push({
			record,
			sync: {
				integration: backStreamOf(backOf),
				ledger: ledger.id,
				object: forward.object,
				id,
				change: 'updated',
				systemModstamp: String(record['SystemModstamp']),
				backOf,
				brevo: hashesOf(ledger, profile, mapped, contact),
			},
		});
	}
	return samples;
}
