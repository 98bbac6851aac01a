import { CONTENT_SECURITY_POLICY, dashboardPage, gatherDashboard } from '../../sync/index.ts';
import { anyIntegrationField } from '../context/integrationField.ts';
import { iso } from '../context/timeOf.ts';
import { integrationsOf, type Operation, type OperationInput } from './operation.ts';

export const dashboard: Operation = {
	option: {
		name: 'Dashboard',
		value: 'dashboard',
		action: 'Make a dashboard page',
		description: 'One HTML page with states, quota, outcomes, reasons, delays and API calls',
	},
	logsInTo: [],
	fields: [
		anyIntegrationField,
		{
			displayName: 'Put Out As',
			name: 'pageAs',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'File', value: 'file', description: 'To attach to an e-mail or to store' },
				{
					name: 'Text',
					value: 'text',
					description: 'In “html”, for Respond to Webhook',
				},
			],
			default: 'text',
		},
		{
			displayName:
				'The page shows names of integrations and counts, nothing of a contact. Serve it behind authentication all the same: Webhook, Authentication',
			name: 'pageNotice',
			type: 'notice',
			default: '',
		},
	],
	execute: async (input) => {
		const { context, host, ledger, index } = input;
		const now = host.clock.now();
		const data = await gatherDashboard(ledger, await integrationsOf(input), {
			...{ now, zone: context.getTimezone() },
		});
		const html = dashboardPage(data, linksOf(input));
		const json = {
			madeAt: iso(now),
			integrations: data.integrations.length,
			contentSecurityPolicy: `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
		};
		if (context.getNodeParameter('pageAs', index) === 'text') return [{ json: { html, ...json } }];
		const fileName = 'contact-sync.html';
		const file = await context.helpers.prepareBinaryData(Buffer.from(html), fileName, 'text/html');
		return [{ json: { fileName, ...json }, binary: { data: file } }];
	},
};

/** Where a workflow is in this n8n. */
function linksOf({ context }: OperationInput): (workflow: string) => string | undefined {
	const base = context.getInstanceBaseUrl();
	return (workflow) =>
		/^https?:\/\//.test(base)
			? new URL(`workflow/${encodeURIComponent(workflow)}`, base).href
			: undefined;
}
