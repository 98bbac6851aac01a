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
import { environmentFields, sessionFields } from './salesforce/addressFields.ts';
import { jwtAssertion, type JwtLogin } from './salesforce/jwtAssertion.ts';
import { requestToken, requireLoginUrl } from './salesforce/login.ts';
import { withSession } from './salesforce/session.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export class SalesforceSyncJwtApi implements ICredentialType {
	name = 'salesforceSyncJwtApi';

	displayName = 'Salesforce Sync JWT API';

	icon: Icon = {
		light: 'file:icons/salesforceSync.svg',
		dark: 'file:icons/salesforceSync.dark.svg',
	};

	documentationUrl =
		'https://github.com/contact-sync/n8n-nodes-salesforce-brevo/blob/main/docs/credentials.md#salesforce-sync-jwt-api';

	properties: INodeProperties[] = [
		{
			displayName:
				'In Salesforce: create an External Client App, enable the JWT bearer flow with your certificate and the scopes “api” and “refresh_token”, and pre-authorize the user by a permission set.',
			name: 'setup',
			type: 'notice',
			default: '',
		},
		...environmentFields,
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			required: true,
			default: '',
			description: 'Consumer key of the External Client App',
		},
		{
			displayName: 'Username',
			name: 'username',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. integration@mycompany.com',
			description: 'The Salesforce user that n8n works as. A user of its own is best.',
		},
		{
			displayName: 'Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			required: true,
			default: '',
			placeholder: '-----BEGIN PRIVATE KEY-----',
			description: 'The PEM file that belongs to the certificate in the app',
		},
		...sessionFields,
	];

	/** n8n calls this when there is no token yet, after a 401, and in the test: no login per call. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const loginUrl = requireLoginUrl(credentials);
		// The properties above say that all three are texts.
		const login = credentials as unknown as Omit<JwtLogin, 'audience'>;
		const assertion = jwtAssertion({ ...login, audience: loginUrl }, Date.now());
		return await requestToken(this, loginUrl, { grant_type: GRANT_TYPE, assertion });
	}

	authenticate: IAuthenticate = withSession;

	// No host: `authenticate` adds the organisation's, which only the login tells.
	test: ICredentialTestRequest = { request: { url: `/services/data/v${API_VERSION}/` } };
}
