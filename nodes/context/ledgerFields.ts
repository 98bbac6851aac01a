import type { INodeCredentialDescription } from 'n8n-workflow';
import { OWN_DROPDOWN } from './ownCredential.ts';

/** Optional: without it the ledger is a file in the n8n user folder. */
export const ledgerCredential: INodeCredentialDescription = {
	...OWN_DROPDOWN,
	name: 'contactSyncLedgerApi',
	displayName: 'Ledger Credential (Optional)',
	required: false,
	testedBy: 'contactSyncLedgerApiTest',
};
