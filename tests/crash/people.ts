import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox/server.ts';

/** Gives numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

const EDIT_EVERY_MS = 150;
/** Two new addresses in one second would be a bulk edit (limit bulk-email-edit). */
const APART_MS = 2_500;
/** Of the edits: new addresses, deletions and births; the rest are new names. */
const SHARES = { address: 0.1, deletion: 0.03, birth: 0.03 };

/** People rename, readdress, delete and add contacts until the signal aborts. */
export async function workOn(
	{ salesforce: { admin } }: Pick<Sandbox, 'salesforce'>,
	random: Random,
	signal: AbortSignal,
): Promise<void> {
	let readdressedAt = 0;
	const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
	for (let edit = 0; !signal.aborted; edit += 1) {
		await sleep(EDIT_EVERY_MS);
		const reachable = admin
			.records({ object: 'Contact' })
			.filter(({ Email }) => typeof Email === 'string' && !Email.includes('&'));
		const id = String(pick(reachable)?.['Id']);
		const lot = random();
		const { address, deletion, birth } = SHARES;
		if (lot < birth) {
			const values = { LastName: `Born ${edit}`, Email: `born${edit}@example.org` };
			admin.create({ object: 'Contact', values });
		} else if (lot < birth + deletion) {
			try {
				admin.delete({ object: 'Contact', id });
			} catch {
				// One with a case cannot be deleted.
			}
		} else {
			const moves = lot < birth + deletion + address && Date.now() > readdressedAt + APART_MS;
			if (moves) readdressedAt = Date.now();
			const values = moves ? { Email: `new${edit}@example.org` } : { LastName: `Edit ${edit}` };
			admin.update({ object: 'Contact', id, values });
		}
	}
}
