import type { INodeCredentialDescription } from 'n8n-workflow';

/** Optional: without it the ledger is a file in the n8n user folder. */
export const ledgerCredential: INodeCredentialDescription = {
	name: 'contactSyncLedgerApi',
	displayName: 'Ledger Credential (Optional)',
	required: false,
	testedBy: 'contactSyncLedgerApiTest',
};
