import type {
	IHookFunctions,
	INodeType,
	ITriggerFunctions,
	ITriggerResponse,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { backRound, backStreamOf, FAILED_RUN_BACKOFF_MS } from '../../sync/index.ts';
import { brevoAccess, brevoAccount } from '../context/brevo.ts';
import { brevoMeter } from '../context/calls.ts';
import { emitPage } from '../context/emit.ts';
import { forPeople, forPublishing, inOneLine, kindOfTrouble } from '../context/errors.ts';
import { n8nHost } from '../context/host.ts';
import { searchIntegrations } from '../context/integrationField.ts';
import { nodeLedger } from '../context/ledger.ts';
import { contactSyncLedgerApiTest } from '../context/ledgerTest.ts';
import { runLoop } from '../context/loop.ts';
import { activate } from './activate.ts';
import { backSource } from './backSource.ts';
import { description } from './description.ts';
import { createWebhook, deleteWebhook, receive } from './door.ts';
import { backParameters } from './parameters.ts';

/** How far behind its position a sweep looks: Brevo's list may lag behind its contacts. */
const OVERLAP_MS = 10 * 60_000;

export class BrevoContactTrigger implements INodeType {
	description = description;

	methods = {
		credentialTest: { contactSyncLedgerApiTest },
		listSearch: { searchIntegrations },
	};

	webhookMethods = {
		default: {
			// Finding it again is part of creating it: only then are events and secret as they should be.
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await Promise.resolve(false);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await createWebhook(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await deleteWebhook(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		// The editor's test waits for the webhook.
		if (this.getMode() === 'manual') return {};
		const stop = new AbortController();
		const host = { ...n8nHost(this, stop.signal), signal: stop.signal };
		try {
			const parameters = backParameters(this);
			const { integration: backOf } = parameters;
			const integration = backStreamOf(backOf);
			const ledger = await nodeLedger(this, host);
			const access = await brevoAccess(this, host);
			const account = await brevoAccount(access, ledger);
			const { object } = await activate(this, backOf, account, ledger, host);
			let lastTrouble = '';
			const loop = runLoop({
				integration,
				ledger,
				host,
				intervalMs: parameters.intervalMs,
				backoffMs: FAILED_RUN_BACKOFF_MS,
				calls: brevoMeter(access.client),
				round: async (probe) => {
					const result = await backRound({
						probe,
						integration,
						backOf,
						object,
						ledger,
						source: backSource(access.client),
						host,
						pageSize: parameters.pageSize,
						overlapMs: OVERLAP_MS,
						updates: parameters.events.has('updated'),
						deletions: parameters.events.has('deleted'),
						sweepEveryMs: parameters.sweepEveryMs,
						compareEveryMs: parameters.compareEveryMs,
						emit: async (changes) => await emitPage(this, ledger, changes),
					});
					lastTrouble = '';
					return result;
				},
				onTrouble: (error) => {
					this.logger.warn(`${integration}: ${inOneLine(error)}`);
					// One failed execution for one kind of trouble, however long it lasts.
					if (kindOfTrouble(error) !== lastTrouble)
						this.saveFailedExecution(forPeople(this.getNode(), error));
					lastTrouble = kindOfTrouble(error);
				},
			});
			const ended = loop.finally(async () => await ledger.close());
			return {
				// n8n does not wait for the page under way; the loop still acknowledges it.
				closeFunction: async () => {
					stop.abort();
					void ended;
					await ledger.integrations.deactivate(integration).catch(() => undefined);
				},
			};
		} catch (error) {
			throw forPublishing(this.getNode(), error);
		}
	}
}
