import type { IAllExecuteFunctions } from 'n8n-workflow';
import { createHash } from 'node:crypto';
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

export type SalesforceContext = HttpContext & Pick<IAllExecuteFunctions, 'getCredentials'>;

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

interface Login {
	readonly clientId?: string;
	readonly username?: string;
	readonly environment?: string;
	readonly myDomainUrl?: string;
	/** OAuth2: Salesforce's answer; `id` names organisation and user. */
	readonly oauthTokenData?: { readonly id?: string; readonly instance_url?: string };
}

/**
 * Fingerprint of whom a credential logs in as: another user may see other fields. Stays the same
 * from session to session and has no secret in it.
 */
export async function salesforcePrint(
	context: SalesforceContext,
	authentication: SalesforceAuthentication,
): Promise<string> {
	const type = SALESFORCE_CREDENTIAL_TYPES[authentication];
	const login = await context.getCredentials<Login>(type);
	const { clientId, username, environment, myDomainUrl, oauthTokenData } = login;
	const credential = context.getNode().credentials?.[type]?.id;
	const who = [type, credential, clientId, username, environment, myDomainUrl];
	const parts = [...who, oauthTokenData?.id, oauthTokenData?.instance_url];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** The fields of the object and the few of its parent that are worth mapping. */
export async function fieldsOf(
	connection: SalesforceConnection,
	object: SalesforceObject,
): Promise<readonly SalesforceField[]> {
	return [...(await describeFields(connection, object)), ...PARENT_FIELDS[object]];
}
