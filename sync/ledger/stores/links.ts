import type { Selectable } from 'kysely';
import type { Clock } from '../../host.ts';
import { batches, lastByKey } from '../batches.ts';
import type { LedgerDatabase, LedgerTransaction } from '../database.ts';
import type { Link, LinkStore } from '../ledger.ts';
import type { LedgerTables } from '../schema.ts';
import { recordOutcomes } from './outcomes.ts';
import { settleTasks, taskName } from './settlement.ts';

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

		owners: async (brevoAccount, hashes) =>
			await database.read(async (transaction) => await owners(transaction, brevoAccount, hashes)),

		written: async (entries) =>
			await database.write(async (transaction) => await written(transaction, entries, clock.now())),

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
	hashes: readonly string[],
): Promise<ReadonlyMap<string, Link>> {
	const found = new Map<string, Link>();
	for (const identifier of ['email_hash', 'sms_hash'] as const) {
		for (const batch of batches([...new Set(hashes)], 1)) {
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
		entries.map(({ link: { integration, recordId }, page }) => ({
			integration,
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
	const latest = lastByKey(links, ({ integration, recordId }) => `${integration}|${recordId}`);
	for (const batch of batches(latest, 9)) {
		await transaction
			.insertInto('link')
			.values(
				batch.map((one) => ({
					integration: one.integration,
					record_id: one.recordId,
					brevo_account: one.brevoAccount,
					brevo_id: one.brevoId ?? null,
					hash: one.hash,
					email_hash: one.emailHash ?? null,
					sms_hash: one.smsHash ?? null,
					written_at: now,
					removed_at: one.removedAt ?? null,
				})),
			)
			.onConflict((conflict) =>
				conflict.columns(['integration', 'record_id']).doUpdateSet((row) => ({
					// An import does not tell the contact's id; the known one stays while it can be the same.
					brevo_id: row
						.case()
						.when(
							row.and([
								row('excluded.brevo_id', 'is', null),
								row('link.removed_at', 'is', null),
								row('link.brevo_account', '=', row.ref('excluded.brevo_account')),
							]),
						)
						.then(row.ref('link.brevo_id'))
						.else(row.ref('excluded.brevo_id'))
						.end(),
					brevo_account: row.ref('excluded.brevo_account'),
					hash: row.ref('excluded.hash'),
					email_hash: row.ref('excluded.email_hash'),
					sms_hash: row.ref('excluded.sms_hash'),
					written_at: row.ref('excluded.written_at'),
					removed_at: row.ref('excluded.removed_at'),
				})),
			)
			.execute();
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

function link(row: Selectable<LedgerTables['link']>): Link {
	return {
		integration: row.integration,
		recordId: row.record_id,
		brevoAccount: row.brevo_account,
		...(row.brevo_id !== null && { brevoId: row.brevo_id }),
		hash: row.hash,
		...(row.email_hash !== null && { emailHash: row.email_hash }),
		...(row.sms_hash !== null && { smsHash: row.sms_hash }),
		writtenAt: row.written_at,
		...(row.removed_at !== null && { removedAt: row.removed_at }),
	};
}
