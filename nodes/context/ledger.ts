import type { IAllExecuteFunctions, INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { locationInThisN8n, openLedger } from '../../sync/index.ts';
import type { SyncContext } from '../../sync/changes/change.ts';
import type { Host } from '../../sync/host.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { LedgerCredential } from '../../sync/ledger/location.ts';

export const LEDGER_CREDENTIAL = 'contactSyncLedgerApi';

type LedgerContext = Pick<IAllExecuteFunctions, 'getNode' | 'getCredentials'>;

/** Opens the ledger that this node uses; the handle is shared by the whole process. */
export async function nodeLedger(context: LedgerContext, host: Host): Promise<Ledger> {
	const credential = context.getNode().credentials?.[LEDGER_CREDENTIAL]
		? await context.getCredentials<LedgerCredential>(LEDGER_CREDENTIAL)
		: undefined;
	return await openLedger(locationInThisN8n(credential), { clock: host.clock });
}

/** Runs `work` with the node's ledger and lets go of it afterwards. */
export async function withLedger<T>(
	context: LedgerContext,
	host: Host,
	work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
	const ledger = await nodeLedger(context, host);
	try {
		return await work(ledger);
	} finally {
		await ledger.close();
	}
}

/** Two nodes of one integration that use different ledgers would split its state: told, not done. */
export function requireSameLedger(
	node: INode,
	ledger: Ledger,
	contexts: ReadonlyArray<SyncContext | undefined>,
): void {
	const stray = contexts.find((sync) => sync && sync.ledger !== ledger.id);
	if (!stray) return;
	throw new NodeOperationError(
		node,
		`“${stray.integration}” keeps its progress in another ledger than this node`,
		{
			description: `This node uses ${ledger.place}. Choose the same Contact Sync Ledger credential here as in the trigger, or none in both.`,
		},
	);
}
