import type { IAllExecuteFunctions } from 'n8n-workflow';
import {
	describeFields,
	instanceUrlOf,
	PARENT_FIELDS,
	salesforceConnection,
} from '../../sync/index.ts';
import type { SalesforceObject } from '../../sync/changes/change.ts';
import type { Host } from '../../sync/host.ts';
import type { SalesforceField } from '../../sync/mapping/field.ts';
import type { SalesforceConnection } from '../../sync/salesforce/connection.ts';
import { type HttpContext, n8nHttp } from './http.ts';
import { SALESFORCE_CREDENTIAL_TYPES, type SalesforceAuthentication } from './salesforceFields.ts';

type SalesforceContext = HttpContext & Pick<IAllExecuteFunctions, 'getCredentials'>;

/** The Salesforce connection of the node's credential. */
export async function salesforceAccess(
	context: SalesforceContext,
	authentication: SalesforceAuthentication,
	host: Host,
): Promise<SalesforceConnection> {
	const type = SALESFORCE_CREDENTIAL_TYPES[authentication];
	const http = n8nHttp(context, type);
	const instanceUrl = await instanceUrlOf(type, async () => await context.getCredentials(type));
	return salesforceConnection({ http, host, instanceUrl });
}

/** The fields of the object and the few of its parent that are worth mapping. */
export async function fieldsOf(
	connection: SalesforceConnection,
	object: SalesforceObject,
): Promise<readonly SalesforceField[]> {
	return [...(await describeFields(connection, object)), ...PARENT_FIELDS[object]];
}
