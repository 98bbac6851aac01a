import { randomUUID } from 'node:crypto';
import type { Host } from './host.ts';
import type { Ledger } from './ledger/ledger.ts';

/** Who dies keeps the others waiting so long. */
const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 200;

/**
 * Runs `work` while nobody else who shares the ledger runs work of the same name; waits until the
 * others are done. For what a service cannot do "if it is not there yet". Work that takes longer
 * than a minute is no longer alone; without a ledger nobody waits.
 */
export async function oneAtATime<T>(
	{ ledger, host }: { readonly ledger?: Ledger; readonly host: Host },
	name: string,
	work: () => Promise<T>,
): Promise<T> {
	if (!ledger) return await work();
	const owner = randomUUID();
	while (!(await ledger.integrations.lease(name, owner, LEASE_MS)))
		await host.sleep(LOOK_EVERY_MS, host.signal);
	try {
		return await work();
	} finally {
		// A lease that cannot be given back runs out.
		await ledger.integrations.releaseLease(name, owner).catch(() => undefined);
	}
}
