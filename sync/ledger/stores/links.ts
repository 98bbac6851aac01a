import type { Selectable } from 'kysely';
import type { Clock } from '../../host.ts';
import { batches, lastByKey } from '../batches.ts';
import type { LedgerDatabase, LedgerTransaction } from '../database.ts';
import type {
	FieldHashes,
	IdentifierHashes,
	Link,
	LinkRevision,
	LinkStore,
	RecordOutcome,
} from '../ledger.ts';
import type { LedgerTables } from '../schema.ts';
import { recordOutcomes } from './outcomes.ts';
import { resumeWaiting } from './waiting.ts';
import { notePlace, readPlaces } from './places.ts';
import { settleTasks, taskName } from './settlement.ts';

type Row = Selectable<LedgerTables['link']>;
type Written = Parameters<LinkStore['written']>[0];

export function linkStore(database: LedgerDatabase, clock: Clock): LinkStore {
	return {
		get: async (integration, recordIds) =>
			await database.read(async (transaction) => {
				const links = new Map<string, Link>();
				for (const batch of batches(recordIds, 1)) {
					const rows = await transaction
						.selectFrom('link')
						.selectAll()
						.where('integration', '=', integration)
						.where('record_id', 'in', batch)
						.execute();
					for (const row of rows) links.set(row.record_id, link(row));
				}
				return links;
			}),

		owners: async (brevoAccount, identifiers) =>
			await database.read(
				async (transaction) => await owners(transaction, brevoAccount, identifiers),
			),

		written: async (entries) =>
			await database.write(async (transaction) => await written(transaction, entries, clock.now())),

		ofRecord: async (brevoAccount, recordId) =>
			await database.read(async (transaction) => {
				const rows = await transaction
					.selectFrom('link')
					.selectAll()
					.where('brevo_account', '=', brevoAccount)
					.where('record_id', '=', recordId)
					.execute();
				const row = rows.find(({ removed_at }) => removed_at === null) ?? rows[0];
				return row && link(row);
			}),

		revise: async (revisions) =>
			await database.write(
				async (transaction) => await revise(transaction, revisions, clock.now()),
			),

		ids: async (integration, after, most) =>
			await database.read(async (transaction) => {
				const rows = await transaction
					.selectFrom('link')
					.select('record_id')
					.where('integration', '=', integration)
					.where('removed_at', 'is', null)
					.where('record_id', '>', after)
					.orderBy('record_id')
					.limit(most)
					.execute();
				return rows.map((row) => row.record_id);
			}),

		misplaced: async (integration, recordIds) =>
			await database.write(async (transaction) => {
				for (const batch of batches([...new Set(recordIds)].sort(), 1)) {
					await transaction
						.updateTable('link')
						.set({ target: '' })
						.where('integration', '=', integration)
						.where('record_id', 'in', batch)
						.execute();
				}
			}),

		notePlace: async (integration, target, listIds) =>
			await database.write(
				async (transaction) => await notePlace(transaction, integration, target, listIds),
			),

		places: async (integration) =>
			await database.read(async (transaction) => await readPlaces(transaction, integration)),

		count: async (integration) =>
			await database.read(async (transaction) => {
				const { links } = await transaction
					.selectFrom('link')
					.select(({ fn }) => fn.countAll<number>().as('links'))
					.where('integration', '=', integration)
					.where('removed_at', 'is', null)
					.executeTakeFirstOrThrow();
				return links;
			}),
	};
}

/** Where several links carry one identifier, the latest written owns it. */
async function owners(
	transaction: LedgerTransaction,
	brevoAccount: string,
	identifiers: readonly IdentifierHashes[],
): Promise<ReadonlyMap<string, Link>> {
	const found = new Map<string, Link>();
	const wanted = {
		email_hash: new Set(identifiers.flatMap(({ emailHash }) => emailHash ?? [])),
		sms_hash: new Set(identifiers.flatMap(({ smsHash }) => smsHash ?? [])),
	};
	for (const identifier of ['email_hash', 'sms_hash'] as const) {
		for (const batch of batches([...wanted[identifier]], 1)) {
			const rows = await transaction
				.selectFrom('link')
				.selectAll()
				.where('brevo_account', '=', brevoAccount)
				.where(identifier, 'in', batch)
				.where('removed_at', 'is', null)
				.execute();
			for (const row of rows) {
				const hash = row[identifier] ?? '';
				if ((found.get(hash)?.writtenAt ?? -Infinity) <= row.written_at) found.set(hash, link(row));
			}
		}
	}
	return found;
}

async function written(
	transaction: LedgerTransaction,
	entries: Written,
	now: number,
): Promise<void> {
	const tasks = entries.flatMap(({ task }) => (task ? [task] : []));
	const settled = await settleTasks(transaction, tasks);
	await storeLinks(
		transaction,
		entries.map((entry) => entry.link),
		now,
	);
	await recordOutcomes(
		transaction,
		entries.map(({ link: { integration, recordId }, stream, page }) => ({
			integration: stream ?? integration,
			recordId,
			outcome: 'written',
			...(page !== undefined && { page }),
		})),
		now,
	);
	await chargePages(
		transaction,
		entries.filter(({ task }) => task && settled.has(taskName(task))),
	);
}

async function storeLinks(
	transaction: LedgerTransaction,
	links: ReadonlyArray<Omit<Link, 'writtenAt'>>,
	now: number,
): Promise<void> {
	const latest = lastByKey(links, keyOf);
	for (const batch of batches(latest, 14)) {
		const known = await knownRows(transaction, batch);
		const rows = batch.map((one) => rowOf(one, known.get(keyOf(one)), now));
		await transaction
			.insertInto('link')
			.values(rows)
			.onConflict((conflict) =>
				conflict.columns(['integration', 'record_id']).doUpdateSet((row) => ({
					brevo_account: row.ref('excluded.brevo_account'),
					brevo_id: row.ref('excluded.brevo_id'),
					target: row.ref('excluded.target'),
					fields: row.ref('excluded.fields'),
					salesforce_opted_out: row.ref('excluded.salesforce_opted_out'),
					brevo_opted_out: row.ref('excluded.brevo_opted_out'),
					email_hash: row.ref('excluded.email_hash'),
					sms_hash: row.ref('excluded.sms_hash'),
					written_at: row.ref('excluded.written_at'),
					salesforce_written_at: row.ref('excluded.salesforce_written_at'),
					removed_at: row.ref('excluded.removed_at'),
					first_written_at: row.ref('excluded.first_written_at'),
				})),
			)
			.execute();
		await leaveAddresses(transaction, rows, now);
		await resumeWaiting(
			transaction,
			rows.flatMap((row) => releasedBy(known.get(`${row.integration}|${row.record_id}`), row)),
			now,
		);
	}
}

/** An address belongs to one contact of an account: who had it before has it no more. */
async function leaveAddresses(
	transaction: LedgerTransaction,
	rows: readonly Row[],
	now: number,
): Promise<void> {
	const owners = new Map(
		rows.flatMap((row) =>
			row.removed_at === null && row.email_hash !== null ? [[row.email_hash, row] as const] : [],
		),
	);
	if (owners.size === 0) return;
	const before = await transaction
		.selectFrom('link')
		.select(['integration', 'record_id', 'brevo_account', 'email_hash'])
		// The index begins with the account.
		.where('brevo_account', 'in', [...new Set(rows.map((row) => row.brevo_account))])
		.where('email_hash', 'in', [...owners.keys()])
		.where('removed_at', 'is', null)
		.execute();
	for (const row of before) {
		const owner = owners.get(row.email_hash ?? '');
		const isItself = owner?.integration === row.integration && owner.record_id === row.record_id;
		if (!owner || isItself || owner.brevo_account !== row.brevo_account) continue;
		await transaction
			.updateTable('link')
			.set({ removed_at: now })
			.where('integration', '=', row.integration)
			.where('record_id', '=', row.record_id)
			.execute();
		await recordOutcomes(transaction, [displaced(row, owner.record_id)], now);
	}
}

/** Told like any other record whose address is somebody else's; forgotten when it gets a new one. */
const displaced = (
	row: Pick<Row, 'integration' | 'record_id' | 'email_hash'>,
	ownerId: string,
): RecordOutcome => ({
	integration: row.integration,
	recordId: row.record_id,
	outcome: 'rejected',
	limit: ownerId === row.record_id ? 'record-duplicate' : 'email-duplicate',
	field: 'EMAIL',
	...(row.email_hash !== null && { waitsFor: row.email_hash }),
});

/** Identifiers that a record owned and owns no more. */
function releasedBy(before: Row | undefined, after: Identifiers): string[] {
	if (before?.removed_at !== null) return [];
	const owned = [before.email_hash, before.sms_hash].filter((hash) => hash !== null);
	const kept = after.removed_at === null ? [after.email_hash, after.sms_hash] : [];
	return owned.filter((hash) => !kept.includes(hash));
}

type Identifiers = Pick<Row, 'email_hash' | 'sms_hash' | 'removed_at'>;

const keyOf = ({ integration, recordId }: Pick<Link, 'integration' | 'recordId'>): string =>
	`${integration}|${recordId}`;

/** The rows of these links as they are, locked against other processes. */
async function knownRows(
	transaction: LedgerTransaction,
	links: ReadonlyArray<Pick<Link, 'integration' | 'recordId'>>,
): Promise<ReadonlyMap<string, Row>> {
	const found = new Map<string, Row>();
	for (const [integration, ofOne] of Map.groupBy(links, (link) => link.integration)) {
		const rows = await transaction
			// A change that changes nothing: it locks the rows, in every dialect.
			.updateTable('link')
			.set((row) => ({ target: row.ref('target') }))
			.where('integration', '=', integration)
			.where(
				'record_id',
				'in',
				ofOne.map(({ recordId }) => recordId),
			)
			.returningAll()
			.execute();
		for (const row of rows) found.set(`${integration}|${row.record_id}`, row);
	}
	return found;
}

/** What is known stays where the write does not say otherwise, while it is the same contact. */
function rowOf(one: Omit<Link, 'writtenAt'>, known: Row | undefined, now: number): Row {
	const isSame = known?.removed_at === null && known.brevo_account === one.brevoAccount;
	const kept = isSame ? known : undefined;
	return {
		integration: one.integration,
		record_id: one.recordId,
		brevo_account: one.brevoAccount,
		// An import does not tell the contact's id.
		brevo_id: one.brevoId ?? kept?.brevo_id ?? null,
		target: one.target,
		fields: JSON.stringify({ ...fieldsOf(kept), ...one.fields }),
		// An opt-out outlives the contact: one that is made anew must not lose it.
		salesforce_opted_out: one.salesforceOptedOut ? 1 : (known?.salesforce_opted_out ?? null),
		brevo_opted_out: one.brevoOptedOut ? 1 : (known?.brevo_opted_out ?? null),
		email_hash: one.emailHash ?? null,
		sms_hash: one.smsHash ?? null,
		written_at: now,
		salesforce_written_at: one.salesforceWrittenAt ?? known?.salesforce_written_at ?? null,
		removed_at: one.removedAt ?? null,
		// Of one that is known already but not since when, nobody knows.
		first_written_at: known ? known.first_written_at : now,
	};
}

async function revise(
	transaction: LedgerTransaction,
	revisions: readonly LinkRevision[],
	now: number,
): Promise<void> {
	const latest = lastByKey(revisions, keyOf);
	for (const batch of batches(latest, 2)) {
		const known = await knownRows(transaction, batch);
		for (const revision of batch) {
			const row = known.get(keyOf(revision));
			if (!row || row.removed_at !== null) continue;
			const { fields, salesforceOptedOut, brevoOptedOut, emailHash, smsHash, removedAt } = revision;
			const { target } = revision;
			const after = {
				email_hash: emailHash ?? row.email_hash,
				sms_hash: smsHash ?? row.sms_hash,
				removed_at: removedAt ?? null,
			};
			await transaction
				.updateTable('link')
				.set({
					...(target !== undefined && { target }),
					...(fields && { fields: JSON.stringify({ ...fieldsOf(row), ...fields }) }),
					...(salesforceOptedOut !== undefined && {
						salesforce_opted_out: salesforceOptedOut ? 1 : null,
					}),
					...(brevoOptedOut !== undefined && { brevo_opted_out: brevoOptedOut ? 1 : null }),
					...after,
				})
				.where('integration', '=', revision.integration)
				.where('record_id', '=', revision.recordId)
				.execute();
			await resumeWaiting(transaction, releasedBy(row, after), now);
		}
	}
}

/** Counts the tasks that this call settled to the records of their open pages. */
async function chargePages(transaction: LedgerTransaction, charged: Written): Promise<void> {
	for (const [page, entries] of Map.groupBy(charged, (entry) => entry.page)) {
		if (page === undefined) continue;
		for (const batch of batches(entries, 1)) {
			await transaction
				.updateTable('page_outcome')
				.set((row) => ({ tasks: row('tasks', '+', 1) }))
				.where('page', '=', page)
				.where(
					'record_id',
					'in',
					batch.map((entry) => entry.link.recordId),
				)
				.execute();
		}
	}
}

const fieldsOf = (row: Row | undefined): FieldHashes =>
	row?.fields ? (JSON.parse(row.fields) as FieldHashes) : {};

function link(row: Row): Link {
	return {
		integration: row.integration,
		recordId: row.record_id,
		brevoAccount: row.brevo_account,
		...(row.brevo_id !== null && { brevoId: row.brevo_id }),
		target: row.target,
		fields: fieldsOf(row),
		...(row.salesforce_opted_out === 1 && { salesforceOptedOut: true as const }),
		...(row.brevo_opted_out === 1 && { brevoOptedOut: true as const }),
		...(row.email_hash !== null && { emailHash: row.email_hash }),
		...(row.sms_hash !== null && { smsHash: row.sms_hash }),
		writtenAt: row.written_at,
		...(row.salesforce_written_at !== null && { salesforceWrittenAt: row.salesforce_written_at }),
		...(row.removed_at !== null && { removedAt: row.removed_at }),
	};
}
