import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { INTEGRATION, type Stage } from '../../demo/stage.ts';
import { BACK_STREAM } from '../../demo/way-back.ts';
import { openLedger } from '../../sync/ledger/open.ts';

/**
 * When n8n is killed, seen from a request of it. Exact all but the last one.
 * - `is lost`: before the request does anything
 * - `arrives`: it is served, its answer finds nobody
 * - `is answered`: its answer has come, and the ledger does not know of it
 * - so many milliseconds after its answer
 */
export type Moment = 'is lost' | 'arrives' | 'is answered' | { readonly afterMs: number };

export interface Death {
	readonly service: 'salesforce' | 'brevo';
	/** Asked for each request, as in "POST /v3/contacts". */
	readonly isIt: (request: string) => boolean;
	readonly moment: Moment;
}

/** n8n has the answer by then; it waits 5 s for the ledger. */
const TAKES_THE_ANSWER_MS = 1_500;

/**
 * Waits for the request and kills n8n then; at the end of patience it is killed where it is, and the
 * answer is false. `service` undefined: of either.
 */
export async function die(
	stage: Stage,
	{ service, isIt, moment }: Omit<Death, 'service'> & Partial<Pick<Death, 'service'>>,
	patienceMs: number,
): Promise<boolean> {
	const { faults } = stage.sandbox;
	let dead: Promise<void> | undefined;
	let unlock: (() => void) | undefined;
	const came = await new Promise<boolean>((resolve) => {
		const timer = setTimeout(() => resolve(false), patienceMs);
		faults.onRequest = (asked, method, path) => {
			if ((service ?? asked) !== asked || !isIt(`${method} ${path}`)) return;
			faults.onRequest = undefined;
			clearTimeout(timer);
			if (moment === 'is lost') faults.add({ kind: 'drop-before' });
			if (moment === 'is answered') unlock = lockLedger(stage);
			if (moment === 'is lost' || moment === 'arrives') dead = stage.kill();
			resolve(true);
		};
	});
	faults.onRequest = undefined;
	if (came && moment === 'is answered') await sleep(TAKES_THE_ANSWER_MS);
	if (came && typeof moment !== 'string') await sleep(moment.afterMs);
	await (dead ?? stage.kill());
	unlock?.();
	faults.clear();
	return came;
}

/** Nobody else writes to the ledger file until the given function is called. */
export function lockLedger({ ledgerLocation: location }: Stage): () => void {
	if (location.kind !== 'file') throw new Error('Only a file can be locked');
	const database = new DatabaseSync(location.path);
	database.exec('begin immediate');
	return () => {
		database.exec('rollback');
		database.close();
	};
}

const LEASES_ARE_OVER_MS = 60_000;

/** Lets the leases of the dead run out at once: for half a minute nobody else would work. */
export async function forgetTheDead({ ledgerLocation: location }: Stage): Promise<void> {
	const later = { now: () => Date.now() + LEASES_ARE_OVER_MS };
	const ledger = await openLedger(location, { clock: later });
	for (const stream of [INTEGRATION, BACK_STREAM]) {
		await ledger.integrations.lease(stream, 'undertaker', 1);
		await ledger.integrations.releaseLease(stream, 'undertaker');
	}
	await ledger.close();
}
