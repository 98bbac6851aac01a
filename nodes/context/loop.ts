import { randomUUID } from 'node:crypto';
import type { Host } from '../../sync/host.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { ApiCalls } from '../../sync/ledger/desk.ts';
import type { RoundResult } from '../../sync/changes/pump.ts';
import { inOneLine } from './errors.ts';
import type { Wake } from './wake.ts';

/** Between two rounds that take longer than the interval, milliseconds. */
const SHORTEST_REST_MS = 1_000;
/** How long a trigger that died keeps others waiting, milliseconds. */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const LEASE_WAIT_MS = 3_000;

/**
 * While the quota is used up, one record goes out in this time: only a run of Quota Guard sees that
 * its limit was raised. Publishing does not tell the trigger: n8n leaves one running whose own
 * parameters are the same.
 */
const PROBE_EVERY_MS = 5 * 60_000;

export interface Loop {
	readonly integration: string;
	readonly ledger: Ledger;
	readonly host: Host & { readonly signal: AbortSignal };
	readonly intervalMs: number;
	/** `probe`: emit one record although the quota is used up; see QuotaRoom. */
	readonly round: (probe: boolean) => Promise<RoundResult>;
	/** Requests that were made since it was last asked. */
	readonly calls?: () => readonly ApiCalls[];
	/** Ends the wait between two rounds early; not the wait after a failure. */
	readonly wake?: Wake;
	/** Told when a round could not run, or run again after trouble. */
	readonly onTrouble: (error: unknown) => void;
	/** Waits after the n-th failure in a row, milliseconds. */
	readonly backoffMs: readonly number[];
}

/**
 * Runs rounds until the signal aborts; never rejects. One owner at a time holds the lease, so a
 * trigger that n8n starts again waits until the old one has finished its page or has died.
 */
export async function runLoop(loop: Loop): Promise<void> {
	const { integration, ledger, host } = loop;
	const owner = randomUUID();
	let isOwner = false;
	const memory: Memory = { emittedAt: 0, isTroubled: false, isHeldBack: false };
	const take = async (): Promise<boolean> =>
		(isOwner = await ledger.integrations.lease(integration, owner, LEASE_MS));
	// A page may take longer than a lease lasts, and so may the wait for the next round; a lease that
	// lasts is also the sign that this integration runs.
	const renewal = setInterval(() => {
		if (isOwner) void quietly(take());
	}, RENEW_MS);
	while (!host.signal.aborted) {
		const wait = await turn(loop, take, memory);
		try {
			if (loop.wake && !memory.isHeldBack) await loop.wake.wait(host, wait);
			else await host.sleep(wait, host.signal);
		} catch {
			// The workflow was switched off while we slept.
		}
	}
	clearInterval(renewal);
	await quietly(ledger.integrations.releaseLease(integration, owner));
}

/** What one turn leaves to the next. */
interface Memory {
	/** When something went out last, milliseconds since 1970. */
	emittedAt: number;
	/** The last round could not run. */
	isTroubled: boolean;
	/** The last round failed, or another trigger holds the lease. */
	isHeldBack: boolean;
}

/** One turn; gives the milliseconds to wait until the next. */
async function turn(loop: Loop, take: () => Promise<boolean>, memory: Memory): Promise<number> {
	const { integration, ledger, host } = loop;
	memory.isHeldBack = true;
	try {
		if (!(await take())) return LEASE_WAIT_MS;
		const now = host.clock.now();
		// Also after the clock was set back.
		const result = await loop.round(Math.abs(now - memory.emittedAt) >= PROBE_EVERY_MS);
		if (result.emitted > 0) memory.emittedAt = now;
		// A page that went through has said so itself; there may have been none.
		if (memory.isTroubled && !result.failed)
			await quietly(ledger.integrations.noteSuccess(integration));
		if (!result.failed) await quietly(ledger.desk.noteLook(integration, loop.calls?.() ?? []));
		memory.isTroubled = false;
		memory.isHeldBack = result.failed !== undefined;
		// From look to look, not from the end of one to the next.
		const took = Math.max(0, host.clock.now() - now);
		const rest = Math.max(SHORTEST_REST_MS, loop.intervalMs - took);
		return result.failed?.retryInMs ?? Math.min(result.againInMs ?? rest, rest);
	} catch (error) {
		if (host.signal.aborted) return 0;
		loop.onTrouble(error);
		memory.isTroubled = true;
		const failures =
			(await quietly(ledger.integrations.noteFailure(integration, inOneLine(error)))) ?? 1;
		return loop.backoffMs[failures - 1] ?? loop.backoffMs.at(-1) ?? loop.intervalMs;
	}
}

/** For what is worth trying but whose failure changes nothing. */
async function quietly<T>(work: Promise<T>): Promise<T | undefined> {
	try {
		return await work;
	} catch {
		return undefined;
	}
}
