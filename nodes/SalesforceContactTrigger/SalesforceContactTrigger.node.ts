import type { INodeType, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import {
	everyRecord,
	FAILED_RUN_BACKOFF_MS,
	round,
	salesforceSource,
	sampleRecords,
	withinReserve,
} from '../../sync/index.ts';
import { salesforceMeter } from '../context/calls.ts';
import { forPeople, forPublishing, inOneLine, kindOfTrouble } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import { nodeLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { getFilterFields, getReadableFields } from '../context/salesforceDropdowns.ts';
import { activate } from './activate.ts';
import { listenForChanges } from './changeEvents.ts';
import { description } from './description.ts';
import { emitPage, itemsOf } from '../context/emit.ts';
import { runLoop } from '../context/loop.ts';
import { alone } from './oneTrigger.ts';
import { triggerParameters } from './parameters.ts';
import { type PreparedRead, prepareRead } from './prepareRead.ts';

/** Records that the editor's test shows: enough that some are accepted and some explained. */
const SAMPLE_SIZE = 20;

export class SalesforceContactTrigger implements INodeType {
	description = description;

	methods = {
		credentialTest: { contactSyncLedgerApiTest },
		loadOptions: { getFilterFields, getReadableFields },
	};

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		if (this.getMode() === 'manual') return sampler(this, triggerParameters(this));
		const node = this.getNode();
		try {
			const parameters = triggerParameters(this);
			const { id = '' } = this.getWorkflow();
			return await alone(
				id,
				parameters.integration,
				node,
				async () => await syncer(this, parameters),
			);
		} catch (error) {
			throw forPublishing(node, error);
		}
	}
}

type Parameters = ReturnType<typeof triggerParameters>;

/** The editor's test: a few records, nothing moved, nothing remembered. */
function sampler(context: ITriggerFunctions, parameters: Parameters): ITriggerResponse {
	const manualTriggerFunction = async (): Promise<void> => {
		try {
			const host = n8nHost(context);
			const { connection, query } = await prepareRead(context, parameters, host);
			const ledger = await nodeLedger(context, host);
			const changes = await sampleRecords(connection, query, {
				integration: parameters.integration,
				ledger: ledger.id,
				most: SAMPLE_SIZE,
			});
			await ledger.close();
			context.emit([itemsOf(changes)]);
		} catch (error) {
			throw forPeople(context.getNode(), error);
		}
	};
	return { manualTriggerFunction };
}

/** The real thing: takes the integration up, then runs rounds until n8n switches it off. */
async function syncer(
	context: ITriggerFunctions,
	parameters: Parameters,
): Promise<ITriggerResponse> {
	const stop = new AbortController();
	const host = { ...n8nHost(context, stop.signal), signal: stop.signal };
	const read = await prepareRead(context, parameters, host);
	const ledger = await nodeLedger(context, host);
	await activate(context, parameters, ledger, read);
	const { connection, query, described } = read;
	const { changes, everything } = withinReserve(connection, parameters.reserve);
	const source = changes(salesforceSource(connection, query));
	const snapshot = {
		source: everything(everyRecord(connection, query, typesOf(described))),
		above: parameters.bulkAbove,
		pageSize: parameters.importPageSize,
		...(refreshes(parameters, read) && { refreshEveryMs: parameters.refreshMs }),
	};
	const events = parameters.changeEvents
		? await listenForChanges(context, parameters, read, ledger)
		: undefined;
	let lastTrouble = '';
	const loop = runLoop({
		integration: parameters.integration,
		ledger,
		host,
		intervalMs: parameters.intervalMs,
		backoffMs: FAILED_RUN_BACKOFF_MS,
		calls: salesforceMeter(connection),
		...(events && { wake: events.wake }),
		round: async (probe) => {
			const position = events?.position();
			const result = await round({
				probe,
				integration: parameters.integration,
				object: parameters.object,
				ledger,
				source,
				snapshot,
				...(events && { news: events.news }),
				host,
				pageSize: parameters.pageSize,
				overlapMs: parameters.overlapMs,
				kinds: parameters.kinds,
				emit: async (changes) => await emitPage(context, ledger, changes),
			});
			lastTrouble = '';
			if (!result.failed) await events?.dealtWith(position);
			return result;
		},
		onTrouble: (error) => {
			context.logger.warn(`${parameters.integration}: ${inOneLine(error)}`);
			// One failed execution for one kind of trouble, however long it lasts.
			if (kindOfTrouble(error) !== lastTrouble)
				context.saveFailedExecution(forPeople(context.getNode(), error));
			lastTrouble = kindOfTrouble(error);
		},
	});
	const ended = loop.finally(async () => await ledger.close());
	return {
		// n8n does not wait for the page under way; the loop still acknowledges it.
		closeFunction: async () => {
			stop.abort();
			void ended;
			// Only tells others that it is off; without it they see its lease end.
			await ledger.integrations.deactivate(parameters.integration).catch(() => undefined);
		},
	};
}

const typesOf = (described: PreparedRead['described']): ReadonlyMap<string, string> =>
	new Map(described.map(({ name, type }) => [name, type]));

/** Only what a formula works out changes without a trace. */
const refreshes = (
	{ kinds, refreshMs, fields }: Parameters,
	{ described }: PreparedRead,
): boolean =>
	refreshMs > 0 &&
	kinds.has('updated') &&
	described.some(({ name, calculated }) => calculated && fields.includes(name));
