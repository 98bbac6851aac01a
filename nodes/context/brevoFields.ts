import type { INodeCredentialDescription } from 'n8n-workflow';

/** Recurring: the Brevo account. */
export const brevoCredential: INodeCredentialDescription = {
	name: 'brevoSyncApi',
	displayName: 'Brevo Credential',
	required: true,
};
