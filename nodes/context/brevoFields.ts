import type { INodeCredentialDescription } from 'n8n-workflow';
import { OWN_DROPDOWN } from './ownCredential.ts';

/** Recurring: the Brevo account. */
export const brevoCredential: INodeCredentialDescription = {
	...OWN_DROPDOWN,
	name: 'brevoSyncApi',
	displayName: 'Brevo Credential',
	required: true,
};
