import type { INodeProperties } from 'n8n-workflow';

/** Recurring: the My Domain URL of an organisation. */
export const myDomainUrl: INodeProperties = {
	displayName: 'My Domain URL',
	name: 'myDomainUrl',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. https://mycompany.my.salesforce.com',
	description: 'In Salesforce: Setup > My Domain. Any page below it will do.',
};

/** Recurring: where people log in. */
export const environment: INodeProperties = {
	displayName: 'Environment',
	name: 'environment',
	type: 'options',
	options: [
		{
			name: 'My Domain',
			value: 'myDomain',
			description: 'The address of your own organization; always works, newer ones ask for it',
		},
		{ name: 'Production', value: 'production', description: 'Login.salesforce.com' },
		{ name: 'Sandbox', value: 'sandbox', description: 'Test.salesforce.com' },
	],
	default: 'production',
};

export const environmentFields: INodeProperties[] = [
	environment,
	{ ...myDomainUrl, displayOptions: { show: { environment: ['myDomain'] } } },
];

/** Filled by the login: the token, and the organisation's address that comes with it. */
export const sessionFields: INodeProperties[] = [
	{
		displayName: 'Access Token',
		name: 'accessToken',
		type: 'hidden',
		// n8n logs in when this is empty, and again after a 401.
		typeOptions: { expirable: true, password: true },
		default: '',
	},
	{ displayName: 'Instance URL', name: 'instanceUrl', type: 'hidden', default: '' },
];
