import type { IExecuteFunctions } from 'n8n-workflow';
import type { Host } from '../../sync/host.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { Sides } from '../context/sides.ts';

/** What one execution of the node works with. */
export interface Desk {
	readonly context: IExecuteFunctions;
	readonly host: Host;
	/** Absent when no item has a sync context. */
	readonly ledger: Ledger | undefined;
	readonly sides: Sides;
}
