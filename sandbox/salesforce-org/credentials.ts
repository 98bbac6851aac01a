/** What the sandbox accepts; nothing of it opens anything else. */
export const SALESFORCE_LOGIN = {
	clientId: 'sandbox-client',
	clientSecret: 'sandbox-secret',
	userName: 'integration@sandbox.example',
} as const;
