import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** Recurring: which Salesforce credential a node uses. */
export const salesforceCredentials: INodeCredentialDescription[] = [
	{
		name: 'salesforceSyncClientCredentialsApi',
		displayName: 'Salesforce Credential',
		required: true,
		displayOptions: { show: { salesforceAuthentication: ['clientCredentials'] } },
	},
	{
		name: 'salesforceSyncJwtApi',
		displayName: 'Salesforce Credential',
		required: true,
		displayOptions: { show: { salesforceAuthentication: ['jwt'] } },
	},
	{
		name: 'salesforceSyncOAuth2Api',
		displayName: 'Salesforce Credential',
		required: true,
		displayOptions: { show: { salesforceAuthentication: ['oAuth2'] } },
	},
];

/** Parameter value to credential type. */
export const SALESFORCE_CREDENTIAL_TYPES = {
	clientCredentials: 'salesforceSyncClientCredentialsApi',
	jwt: 'salesforceSyncJwtApi',
	// eslint-disable-next-line @n8n/community-nodes/no-hardcoded-secrets -- the name of a type
	oAuth2: 'salesforceSyncOAuth2Api',
} as const;
export type SalesforceAuthentication = keyof typeof SALESFORCE_CREDENTIAL_TYPES;

export const salesforceAuthentication: INodeProperties = {
	displayName: 'Salesforce Login',
	name: 'salesforceAuthentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Client Credentials',
			value: 'clientCredentials',
			description: 'Best for a server: an External Client App that runs as one integration user',
		},
		{ name: 'JWT Bearer', value: 'jwt', description: 'A certificate instead of a secret' },
		{ name: 'OAuth2', value: 'oAuth2', description: 'Log in as yourself in the browser' },
	],
	default: 'oAuth2',
};

export const salesforceObject: INodeProperties = {
	displayName: 'Object',
	name: 'object',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Contact', value: 'Contact' },
		{ name: 'Lead', value: 'Lead' },
	],
	default: 'Contact',
	description: 'The kind of Salesforce record to sync',
};
