import type { ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';
import { API_VERSION } from '../sync/index.ts';
import { environmentFields } from './salesforce/addressFields.ts';

/** The host of the chosen environment, as an n8n expression; cuts a pasted page to its host. */
const LOGIN_HOST =
	'$self["environment"] === "myDomain" ? ($self["myDomainUrl"] || "").trim().replace(/^(https?:\\/\\/[^\\/]+).*$/, "$1") : $self["environment"] === "sandbox" ? "https://test.salesforce.com" : "https://login.salesforce.com"';

export class SalesforceSyncOAuth2Api implements ICredentialType {
	name = 'salesforceSyncOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Salesforce Sync OAuth2 API';

	icon: Icon = {
		light: 'file:icons/salesforceSync.svg',
		dark: 'file:icons/salesforceSync.dark.svg',
	};

	documentationUrl =
		'https://github.com/contact-sync/n8n-nodes-salesforce-brevo/blob/main/docs/credentials.md#salesforce-sync-oauth2-api';

	properties: INodeProperties[] = [
		{
			displayName:
				'In Salesforce: create an External Client App with the callback URL above and the scopes “api” and “refresh_token”.',
			name: 'setup',
			type: 'notice',
			default: '',
		},
		{ displayName: 'Grant Type', name: 'grantType', type: 'hidden', default: 'pkce' },
		...environmentFields,
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'hidden',
			required: true,
			default: `={{ (${LOGIN_HOST}) + "/services/oauth2/authorize" }}`,
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'hidden',
			required: true,
			default: `={{ (${LOGIN_HOST}) + "/services/oauth2/token" }}`,
		},
		{
			// No `openid`: the organisation's id is read through the API, not from the user info.
			displayName: 'Scope',
			name: 'scope',
			type: 'hidden',
			default: 'api refresh_token',
		},
		{
			displayName: 'Auth URI Query Parameters',
			name: 'authQueryParameters',
			type: 'hidden',
			default: '',
		},
		{ displayName: 'Authentication', name: 'authentication', type: 'hidden', default: 'header' },
	];

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.oauthTokenData.instance_url }}',
			url: `/services/data/v${API_VERSION}/`,
		},
	};
}
