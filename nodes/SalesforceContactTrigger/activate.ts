import type { ITriggerFunctions } from 'n8n-workflow';
import { organizationId, saveScope, serverNow } from '../../sync/index.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { rememberedFields } from '../context/describe.ts';
import type { TriggerParameters } from './parameters.ts';
import type { PreparedRead } from './prepareRead.ts';

/** Takes the integration up in the ledger and, the first time, sets where it starts. */
export async function activate(
	context: ITriggerFunctions,
	{ integration, object, start, authentication, kinds }: TriggerParameters,
	ledger: Ledger,
	{ connection, query, described }: PreparedRead,
): Promise<void> {
	const startedAt = await serverNow(connection);
	await ledger.integrations.activate({
		name: integration,
		object,
		salesforceOrg: await organizationId(connection),
		workflow: context.getWorkflow().id ?? '',
		consentAt: Date.now(),
	});
	const { filter } = query;
	await saveScope(ledger, integration, { kinds, ...(filter !== undefined && { filter }) });
	const from = { systemModstamp: startedAt, id: '' };
	await ledger.pages.startAt(
		integration,
		start === 'now' ? { startedAt, watermark: from, floor: from } : { startedAt },
	);
	// What was read live a moment ago spares Map Contact Fields the same call.
	const { clock } = connection.host;
	const fields = await rememberedFields(context, authentication, object, ledger.cache, clock);
	await fields.note(described);
}
