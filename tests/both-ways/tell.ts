import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { ConflictRule } from '../../sync/merge.ts';
import { settle, violations } from './invariants.ts';
import { play, type Step } from './steps.ts';
import { World, type WorldOptions } from './world.ts';

/** A story, the rules of EMAIL, FIRSTNAME, LASTNAME and SMS, and what deletions do. */
export type Telling = readonly [
	story: readonly Step[],
	rules: readonly [ConflictRule, ConflictRule, ConflictRule, ConflictRule],
	onDeletionInBrevo: WorldOptions['onDeletionInBrevo'],
	onDeletionInSalesforce: WorldOptions['onDeletionInSalesforce'],
];

/** Plays a story to its end and gives what is not as promised. `setClock` gets the story's time. */
export async function tell(
	ledger: Ledger,
	[story, [email, first, last, phone], onDeletionInBrevo, onDeletionInSalesforce]: Telling,
	setClock: (now: () => number) => void,
): Promise<readonly string[]> {
	const options = {
		mapping: [
			{ attribute: 'EMAIL', field: 'Email', rule: email },
			{ attribute: 'FIRSTNAME', field: 'FirstName', rule: first },
			{ attribute: 'LASTNAME', field: 'LastName', rule: last },
			{ attribute: 'SMS', field: 'MobilePhone', rule: phone },
		],
		onDeletionInBrevo,
		onDeletionInSalesforce,
	};
	const world = new World(ledger, { ...options, object: 'Contact' });
	const leads = new World(ledger, { ...options, object: 'Lead' }, world);
	setClock(() => world.clock.now());
	await world.open();
	await leads.open();
	const played = await play(world, leads, story);
	await settle(world, leads);
	return await violations(world, leads, played);
}
