import type { ITriggerFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { backStreamOf } from '../../sync/index.ts';
import type { Host } from '../../sync/host.ts';
import type { Integration, Ledger } from '../../sync/ledger/ledger.ts';

/** Takes the stream back up in the ledger and, the first time, sets where it starts: now. */
export async function activate(
	context: ITriggerFunctions,
	integration: string,
	account: string,
	ledger: Ledger,
	host: Host,
): Promise<Integration> {
	const forward = await ledger.integrations.get(integration);
	const node = context.getNode();
	if (!forward) {
		throw new NodeOperationError(node, `There is no integration “${integration}”`, {
			description: `The ledger ${ledger.place} does not know it. Publish its workflow from Salesforce to Brevo first, and use the same Contact Sync Ledger credential in both.`,
		});
	}
	if (forward.brevoAccount !== undefined && forward.brevoAccount !== account) {
		throw new NodeOperationError(node, `“${integration}” writes to another Brevo account`, {
			description: 'Choose the Brevo credential that Brevo Contact List of that integration uses.',
		});
	}
	const name = backStreamOf(integration);
	const { object, salesforceOrg, consentAt } = forward;
	const workflow = context.getWorkflow().id ?? '';
	await ledger.integrations.activate({
		name,
		object,
		salesforceOrg,
		workflow,
		consentAt,
		backOf: integration,
	});
	await ledger.integrations.bindBrevoAccount(name, account);
	const startedAt = new Date(host.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
	await ledger.pages.startAt(name, { startedAt, watermark: { systemModstamp: startedAt, id: '' } });
	return forward;
}
