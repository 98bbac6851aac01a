import { stampOfMs } from '../changes/soql.ts';
import { type SalesforceConnection, speaking } from './connection.ts';
import { SalesforceError, salesforceError } from './errors.ts';
import { queryPage } from './read.ts';

/**
 * Salesforce's clock, `YYYY-MM-DDTHH:mm:ssZ`. Asks for the list of API versions, which needs no
 * permission and is not counted as an API request.
 */
export async function serverNow(connection: SalesforceConnection): Promise<string> {
	await speaking(connection, () => connection.jsforce.requestGet('/services/data'));
	const { serverTime } = connection;
	if (serverTime === undefined) throw salesforceError('NO_SERVER_CLOCK');
	return stampOfMs(serverTime);
}

/**
 * 18-character id of the organisation. The Organization object needs no scope but `api`; where
 * the user may not read it, the OpenID user info tells it too.
 */
export async function organizationId(connection: SalesforceConnection): Promise<string> {
	try {
		const { records } = await queryPage(connection, 'SELECT Id FROM Organization LIMIT 1');
		const id = records[0]?.['Id'];
		if (isOrganizationId(id)) return id;
	} catch (error) {
		const hidden = error instanceof SalesforceError && error.action === 'fail-config';
		if (!hidden) throw error;
	}
	const { organization_id: id } = await speaking(connection, () =>
		connection.jsforce.requestGet<{ organization_id?: unknown }>('/services/oauth2/userinfo'),
	);
	if (isOrganizationId(id)) return id;
	throw salesforceError('UNREADABLE_ANSWER');
}

const isOrganizationId = (id: unknown): id is string =>
	typeof id === 'string' && /^00D[A-Za-z0-9]{15}$/.test(id);
