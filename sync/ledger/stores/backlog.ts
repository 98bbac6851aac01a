import type { LedgerTransaction } from '../database.ts';
import type { Backlog } from '../desk.ts';

export async function readBacklog(
	transaction: LedgerTransaction,
	integration: string,
): Promise<Backlog> {
	const deferred = await transaction
		.selectFrom('deferred')
		.select(({ fn }) => [
			'limit_id',
			fn.countAll<number>().as('records'),
			fn.min<number>('first_at').as('since'),
			fn.min<number>('due_at').as('next_at'),
		])
		.where('integration', '=', integration)
		.groupBy('limit_id')
		.orderBy('records', 'desc')
		.orderBy('limit_id')
		.execute();
	const rejected = await transaction
		.selectFrom('rejection')
		.select(({ fn }) => ['limit_id', fn.countAll<number>().as('records')])
		.where('integration', '=', integration)
		.groupBy('limit_id')
		.orderBy('records', 'desc')
		.orderBy('limit_id')
		.execute();
	const page = await transaction
		.selectFrom('page')
		.select(['id', 'kind', 'attempt', 'opened_at'])
		.where('integration', '=', integration)
		.executeTakeFirst();
	const { hints } = await transaction
		.selectFrom('hint')
		.select(({ fn }) => fn.countAll<number>().as('hints'))
		.where('integration', '=', integration)
		.executeTakeFirstOrThrow();
	return {
		deferred: deferred.map(({ limit_id: limit, records, since, next_at: nextAt }) => ({
			...{ limit, records, since, nextAt },
		})),
		rejected: rejected.map(({ limit_id: limit, records }) => ({ limit, records })),
		...(page && {
			page: {
				kind: page.kind,
				attempt: page.attempt,
				openedAt: page.opened_at,
				records: await recordsOf(transaction, page.id),
			},
		}),
		hints,
	};
}

async function recordsOf(transaction: LedgerTransaction, page: string): Promise<number> {
	const { records } = await transaction
		.selectFrom('page_outcome')
		.select(({ fn }) => fn.countAll<number>().as('records'))
		.where('page', '=', page)
		.executeTakeFirstOrThrow();
	return records;
}
