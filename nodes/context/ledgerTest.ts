import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { locationInThisN8n, openLedger } from '../../sync/index.ts';
import type { LedgerCredential } from '../../sync/ledger/location.ts';
import { inOneLine } from './errors.ts';

/** Tests the ledger credential: opens it, which also makes its tables, and says where it is. */
export async function contactSyncLedgerApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	try {
		const location = locationInThisN8n(credential.data as unknown as LedgerCredential);
		const ledger = await openLedger(location, { clock: { now: () => Date.now() } });
		const { place } = ledger;
		await ledger.close();
		return { status: 'OK', message: `Ledger ready at ${place}` };
	} catch (error) {
		return { status: 'Error', message: inOneLine(error) };
	}
}
