import { type EachResult, upsertEach, Weather } from '../brevo/each.ts';
import { BrevoUnavailableError } from '../brevo/errors.ts';
import { importContacts } from '../brevo/import.ts';
import { getList } from '../brevo/lists.ts';
import type { ImportJournal } from '../brevo/submit.ts';
import { identifierHashes } from '../identity.ts';
import type { Delivered, Delivery, DeliveryTools } from './delivery.ts';
import { rememberPlace } from './places.ts';
import { hasOptedOut, prepare, type Prepared, type UpsertTarget } from './prepare.ts';
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
