import type { IHookFunctions, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { integrationName } from '../context/integrationField.ts';

export interface BackParameters {
	/** The integration whose changes come back. */
	readonly integration: string;
	readonly events: ReadonlySet<string>;
	readonly intervalMs: number;
	readonly sweepEveryMs: number;
	readonly compareEveryMs: number;
	readonly pageSize: number;
	readonly useWebhook: boolean;
	/** Name of the API key in Brevo; '' when unknown. */
	readonly ownWriter: string;
}

const MINUTE_MS = 60_000;

export function backParameters(
	context: ITriggerFunctions | IHookFunctions | IWebhookFunctions,
): BackParameters {
	const integration = integrationName(context.getNodeParameter('integration'));
	if (integration === '') {
		throw new NodeOperationError(context.getNode(), 'No integration is chosen', {
			description:
				'Choose the integration that brings the contacts to Brevo. It is in the list once its workflow was published.',
		});
	}
	const events = new Set(context.getNodeParameter('events', []) as string[]);
	if (events.size === 0) {
		throw new NodeOperationError(context.getNode(), 'No event is chosen', {
			description: 'Choose at least one of updated and deleted.',
		});
	}
	const options = context.getNodeParameter('options', {}) as {
		interval?: number;
		sweepMinutes?: number;
		compareHours?: number;
		pageSize?: number;
		useWebhook?: boolean;
		ownWriter?: string;
	};
	return {
		integration,
		events,
		intervalMs: Math.max(1, options.interval ?? 15) * 1000,
		sweepEveryMs: Math.max(1, options.sweepMinutes ?? 10) * MINUTE_MS,
		compareEveryMs: Math.max(1, options.compareHours ?? 24) * 60 * MINUTE_MS,
		pageSize: Math.min(2000, Math.max(1, Math.floor(options.pageSize ?? 500))),
		useWebhook: options.useWebhook !== false,
		ownWriter: options.ownWriter?.trim() ?? '',
	};
}
