import type { INodeCredentialDescription } from 'n8n-workflow';

/**
 * The editor takes a credential without conditions for one of the choices of the node's login, and
 * offers Salesforce credentials for Brevo (seen in n8n 2.41.1). A condition that always holds keeps
 * its dropdown its own.
 */
export const OWN_DROPDOWN: Pick<INodeCredentialDescription, 'displayOptions'> = {
	displayOptions: { show: { '@version': [1] } },
};
