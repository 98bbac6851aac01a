import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { API_VERSION } from '../sync/index.ts';
import { myDomainUrl, sessionFields } from './salesforce/addressFields.ts';
import { requestToken, requireLoginUrl } from './salesforce/login.ts';
import { withSession } from './salesforce/session.ts';

export class SalesforceSyncClientCredentialsApi implements ICredentialType {
	name = 'salesforceSyncClientCredentialsApi';

	displayName = 'Salesforce Sync Client Credentials API';

	icon: Icon = {
		light: 'file:icons/salesforceSync.svg',
		dark: 'file:icons/salesforceSync.dark.svg',
	};

	documentationUrl =
		'https://github.com/contact-sync/n8n-nodes-salesforce-brevo/blob/main/docs/credentials.md#salesforce-sync-client-credentials-api';

	properties: INodeProperties[] = [
		{
			displayName:
				'In Salesforce: create an External Client App with the scope “api”, enable the client credentials flow and choose the user under “Run As”.',
			name: 'setup',
			type: 'notice',
			default: '',
		},
		{
			...myDomainUrl,
			description:
				'In Salesforce: Setup > My Domain. This flow does not work at login.salesforce.com.',
		},
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			required: true,
			default: '',
			description: 'Consumer key of the External Client App',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'Consumer secret of the External Client App',
		},
		...sessionFields,
	];

	/** n8n calls this when there is no token yet, after a 401, and in the test: no login per call. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		// The properties above say that both are texts.
		const { clientId, clientSecret } = credentials as Record<string, string>;
		return await requestToken(this, requireLoginUrl(credentials), {
			grant_type: 'client_credentials',
			client_id: clientId?.trim() ?? '',
			client_secret: clientSecret?.trim() ?? '',
		});
	}

	authenticate: IAuthenticate = withSession;

	// No host: `authenticate` adds the organisation's, which only the login tells.
	test: ICredentialTestRequest = { request: { url: `/services/data/v${API_VERSION}/` } };
}
