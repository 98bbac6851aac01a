import type { LedgerTransaction } from '../database.ts';
import type { KnownRecord } from '../desk.ts';

type Part<Name extends keyof KnownRecord> = (
	transaction: LedgerTransaction,
	integration: string,
	recordId: string,
) => Promise<KnownRecord[Name]>;

/** All that the tables hold of one record; undefined when that is nothing. */
export async function readRecord(
	transaction: LedgerTransaction,
	integration: string,
	recordId: string,
): Promise<KnownRecord | undefined> {
	const read = async <Name extends keyof KnownRecord>(part: Part<Name>) =>
		await part(transaction, integration, recordId);
	const [link, deferred, rejected, seen] = [
		await read<'link'>(readLink),
		await read<'deferred'>(readDeferral),
		await read<'rejected'>(readRejection),
		await read<'seen'>(readStamp),
	];
	const onPage = await read<'onPage'>(isOnPage);
	const verdicts = await read<'verdicts'>(readVerdicts);
	const conflicts = await read<'conflicts'>(readConflicts);
	const isKnown = link ?? deferred ?? rejected ?? seen ?? verdicts[0] ?? conflicts[0] ?? onPage;
	if (!isKnown) return undefined;
	return {
		...{ integration, recordId, onPage, verdicts, conflicts },
		...(link && { link }),
		...(deferred && { deferred }),
		...(rejected && { rejected }),
		...(seen !== undefined && { seen }),
	};
}

const readLink: Part<'link'> = async (transaction, integration, recordId) => {
	const row = await transaction
		.selectFrom('link')
		.selectAll()
		.where('integration', '=', integration)
		.where('record_id', '=', recordId)
		.executeTakeFirst();
	return (
		row && {
			brevoAccount: row.brevo_account,
			writtenAt: row.written_at,
			optedOut: row.brevo_opted_out === 1,
			...(row.brevo_id !== null && { brevoId: row.brevo_id }),
			...(row.first_written_at !== null && { firstWrittenAt: row.first_written_at }),
			...(row.removed_at !== null && { removedAt: row.removed_at }),
		}
	);
};

const readDeferral: Part<'deferred'> = async (transaction, integration, recordId) => {
	const row = await transaction
		.selectFrom('deferred')
		.select(['limit_id', 'first_at', 'due_at', 'attempts'])
		.where('integration', '=', integration)
		.where('record_id', '=', recordId)
		.executeTakeFirst();
	return (
		row && {
			limit: row.limit_id,
			since: row.first_at,
			dueAt: row.due_at,
			attempts: row.attempts,
		}
	);
};

const readRejection: Part<'rejected'> = async (transaction, integration, recordId) => {
	const row = await transaction
		.selectFrom('rejection')
		.select(['limit_id', 'first_at'])
		.where('integration', '=', integration)
		.where('record_id', '=', recordId)
		.executeTakeFirst();
	return row && { limit: row.limit_id, since: row.first_at };
};

const readStamp: Part<'seen'> = async (transaction, integration, recordId) => {
	const row = await transaction
		.selectFrom('seen')
		.select('stamp')
		.where('integration', '=', integration)
		.where('record_id', '=', recordId)
		.executeTakeFirst();
	return row?.stamp;
};

const isOnPage: Part<'onPage'> = async (transaction, integration, recordId) => {
	const row = await transaction
		.selectFrom('page')
		.innerJoin('page_outcome', 'page_outcome.page', 'page.id')
		.select('page.id')
		.where('page.integration', '=', integration)
		.where('page_outcome.record_id', '=', recordId)
		.executeTakeFirst();
	return row !== undefined;
};

const readVerdicts: Part<'verdicts'> = async (transaction, integration, recordId) => {
	const rows = await transaction
		.selectFrom('verdict')
		.selectAll()
		.where('integration', '=', integration)
		.where('record_id', '=', recordId)
		.orderBy('first_at')
		.orderBy('limit_id')
		.execute();
	return rows.map((row) => ({
		limit: row.limit_id,
		outcome: row.outcome,
		...(row.field !== null && { field: row.field }),
		...(row.shape !== null && { shape: row.shape }),
		firstAt: row.first_at,
		lastAt: row.last_at,
		times: row.times,
	}));
};

const readConflicts: Part<'conflicts'> = async (transaction, integration, recordId) =>
	await transaction
		.selectFrom('conflict')
		.select(['field', 'winner', 'at'])
		.where('integration', '=', integration)
		.where('record_id', '=', recordId)
		.orderBy('at')
		.orderBy('field')
		.execute();
