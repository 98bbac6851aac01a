import type { ITriggerFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { News, watchChanges } from '../../sync/index.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { StreamState } from '../../sync/salesforce/events/watch.ts';
import { Wake } from '../context/wake.ts';
import type { TriggerParameters } from './parameters.ts';
import type { PreparedRead } from './prepareRead.ts';

/** Salesforce keeps events for 72 hours. */
const REPLAY_TTL_MS = 72 * 3_600_000;

export interface ChangeEvents {
	readonly news: News;
	readonly wake: Wake;
	/** Remembers what a round that began after `before` was read has dealt with. */
	readonly position: () => number | undefined;
	readonly dealtWith: (position: number | undefined) => Promise<void>;
}

/** Listens until the connection's signal aborts. What it misses the poll finds. */
export async function listenForChanges(
	context: ITriggerFunctions,
	{ integration, object, overlapMs }: TriggerParameters,
	{ connection }: PreparedRead,
	ledger: Ledger,
): Promise<ChangeEvents> {
	const news = new News();
	const wake = new Wake();
	const key = `replay|${integration}`;
	const known = await ledger.cache.get(key);
	let remembered = known === undefined ? undefined : Number(known);
	let latest = remembered;
	const onState = (state: StreamState): void => {
		if (state.kind === 'listening') {
			context.logger.info(`${integration}: listening for change events`);
			return;
		}
		const { message, remedy } = state;
		context.logger.warn(`${integration}: ${message} ${remedy}`);
		context.saveFailedExecution(
			new NodeOperationError(context.getNode(), message, { description: remedy }),
		);
	};
	void watchChanges({
		connection,
		object,
		...(remembered !== undefined && { replayFrom: remembered }),
		onNews: (told) => {
			latest = told.replayId;
			news.note(told, overlapMs);
			// Of our own writes nobody needs to know.
			if (told.ids.length > 0 || told.kind !== 'changed') wake.ring();
		},
		onState,
	});
	return {
		news,
		wake,
		position: () => latest,
		dealtWith: async (position) => {
			if (position === undefined || position === remembered) return;
			await ledger.cache.set(key, String(position), REPLAY_TTL_MS);
			remembered = position;
		},
	};
}
