import { homedir } from 'node:os';
import { ledgerLocation, type LedgerCredential, type LedgerLocation } from './location.ts';

/**
 * Where this n8n keeps the ledger. The only place that reads the environment.
 * n8n: N8N_USER_FOLDER is the folder that holds `.n8n`; the home directory when it is not set.
 */
export function locationInThisN8n(credential?: LedgerCredential): LedgerLocation {
	const { CONTACT_SYNC_LEDGER, N8N_USER_FOLDER } = process.env;
	return ledgerLocation(credential, CONTACT_SYNC_LEDGER, N8N_USER_FOLDER || homedir());
}
