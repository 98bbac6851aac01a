import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SyncContext } from '../../sync/changes/change.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { openLedger } from '../../sync/ledger/open.ts';

/** The 18-character id of the `n`th made-up contact. */
export const id = (n: number): string => `003dM00000000${String(n).padStart(2, '0')}QA4`;

export interface GuardLedger {
	readonly ledger: Ledger;
	/** What a trigger says of contact `n`, of the active integration `test`. */
	sync(n: number, changes?: Partial<SyncContext>): SyncContext;
	close(): Promise<void>;
}

/** A new ledger file with one integration, told the time by `now` (milliseconds). */
export async function guardLedger(now: () => number): Promise<GuardLedger> {
	const folder = await mkdtemp(join(tmpdir(), 'guard-'));
	const ledger = await openLedger(
		{ kind: 'file', path: join(folder, 'l.sqlite') },
		{ clock: { now } },
	);
	await ledger.integrations.activate({
		name: 'test',
		object: 'Contact',
		salesforceOrg: '00D',
		workflow: 'w',
		consentAt: now(),
	});
	return {
		ledger,
		sync: (n, changes = {}) => ({
			integration: 'test',
			ledger: ledger.id,
			object: 'Contact',
			id: id(n),
			change: 'updated',
			systemModstamp: '2026-11-23T09:00:00Z',
			...changes,
		}),
		close: async () => {
			await ledger.close();
			await rm(folder, { recursive: true });
		},
	};
}
