import type { ITriggerFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { compileFilter, explain, OPT_OUT_FIELD } from '../../sync/index.ts';
import type { Host } from '../../sync/host.ts';
import type { ChangeQuery } from '../../sync/changes/source.ts';
import type { SalesforceConnection } from '../../sync/salesforce/connection.ts';
import type { Fields } from '../context/describe.ts';
import { fieldsOf, salesforceAccess } from '../context/salesforce.ts';
import type { TriggerParameters } from './parameters.ts';

export interface PreparedRead {
	readonly connection: SalesforceConnection;
	readonly query: ChangeQuery;
	readonly described: Fields;
}

/** Connects, and checks fields and filters against the live describe. */
export async function prepareRead(
	context: ITriggerFunctions,
	parameters: TriggerParameters,
	host: Host,
): Promise<PreparedRead> {
	const { object, fields, filters, combineFilters, authentication } = parameters;
	const connection = await salesforceAccess(context, authentication, host);
	const described = await fieldsOf(connection, object);
	const names = new Set(described.map(({ name }) => name));
	const missing = fields.filter((name) => !names.has(name));
	if (missing.length > 0) {
		const { message, remedy } = missing.includes(OPT_OUT_FIELD)
			? explain('opt-out-hidden')
			: explain('field-missing', { field: missing.join(', ') });
		throw new NodeOperationError(context.getNode(), message, { description: remedy });
	}
	const filter = compileFilter({ rows: filters, combine: combineFilters }, described);
	const query = { object, fields, ...(filter !== undefined && { filter }) };
	return { connection, query, described };
}
