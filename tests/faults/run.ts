import { settle, violations } from '../both-ways/invariants.ts';
import { play } from '../both-ways/steps.ts';
import { World, type WorldOptions } from '../both-ways/world.ts';
import { mulberry32 } from '../../sandbox/faults.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { injectionOf } from './injections.ts';
import type { SceneName } from './rows.ts';
import { type Random, storyOf } from './scenes.ts';

export interface Case {
	/** Number of the fault in the table. */
	readonly row: number;
	readonly scene: SceneName;
	readonly seed: number;
}

/** What an injection has at hand. */
export interface Playing {
	readonly world: World;
	readonly scene: SceneName;
	readonly random: Random;
	/** Salesforce ids of all contacts that people made. */
	readonly ids: readonly string[];
	/** Those that somebody deleted or merged away in Salesforce. */
	readonly deleted: Set<string>;
	/** Tasks that are charged before the fault. */
	readonly used: number;
	/** From here on every call fails, until the process is started again for the next round. */
	dead: boolean;
}

/** Rounds under the fault. */
const ROUNDS = 4;
const ROUND_APART_MS = 60_000;
/** Of the scenes; nothing of it may be in a log, an error or the ledger. */
export const VALUES = /@example\.com|Zoë|Quentin|33612345/;

/** Plays one case to its end and gives what is not as promised. `setClock` gets the story's time. */
export async function run(
	ledger: Ledger,
	{ row, scene, seed }: Case,
	setClock: (now: () => number) => void,
): Promise<string[]> {
	const random = mulberry32(seed * 1_000 + row);
	const injection = injectionOf(row);
	const options = optionsOf(row);
	const world = new World(ledger, { ...options, object: 'Contact' });
	const leads = new World(ledger, { ...options, object: 'Lead' }, world);
	setClock(() => world.clock.now());
	await world.open();
	await leads.open();
	const played = await play(world, leads, storyOf(scene, random, row === 11 ? 70 : 9));
	const { ids } = played;
	const deleted = new Set(played.deletedInSalesforce);
	const used = await world.tasks();
	const playing: Playing = { world, scene, random, ids, deleted, used, dead: false };
	const meet = injection(playing);
	world.interference = async (call, serve) => {
		if (playing.dead) throw new Error('The process is dead');
		return await (meet?.(call, serve) ?? serve());
	};
	const cursors: string[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		await attempt(playing, async () => await world.there());
		if (scene === 'reverse') await attempt(playing, async () => await world.back(round > 0));
		cursors.push((await ledger.pages.cursor(world.integration))?.watermark?.systemModstamp ?? '');
		world.clock.advance(ROUND_APART_MS);
	}
	const limit = world.quota;
	world.calm();
	const tasks = await world.tasks();
	world.quota = 1_000_000;
	// An hour is the longest that Brevo's limits are believed.
	world.clock.advance(2 * 3_600_000);
	await settle(world, leads);
	return [
		...(await violations(world, leads, { ...played, deletedInSalesforce: deleted })),
		...(tasks <= limit ? [] : [`I3: ${tasks} tasks, the limit is ${limit}`]),
		...(new Set(world.notices).size === world.notices.length ? [] : ['I3: a notice came twice']),
		...(cursors.join() === [...cursors].sort().join() ? [] : ['I4: the cursor went back']),
		...(world.salesforce.admin
			.records({ object: 'Contact' })
			.some(({ Email }) => Email === 'born@example.com')
			? ['I5: a contact that was born in Brevo is in Salesforce']
			: []),
		...(world.said.some((text) => VALUES.test(text)) ? ['I8: a value was logged'] : []),
	];
}

async function attempt(playing: Playing, round: () => Promise<unknown>): Promise<void> {
	playing.world.signal = undefined;
	try {
		await round();
	} catch (error) {
		playing.world.said.push(String(error));
	} finally {
		playing.dead = false;
	}
}

const optionsOf = (row: number): Omit<WorldOptions, 'object'> => ({
	mapping: [
		{ attribute: 'EMAIL', field: 'Email' },
		{ attribute: 'FIRSTNAME', field: 'FirstName' },
		{ attribute: 'LASTNAME', field: 'LastName' },
		{ attribute: 'SMS', field: 'MobilePhone' },
	],
	onDeletionInBrevo: 'nothing',
	onDeletionInSalesforce: 'removeFromList',
	...(row === 11 && { pageSize: 100 }),
});
