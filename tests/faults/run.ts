import { mulberry32 } from '../../sandbox/faults.ts';
import { stampOfMs } from '../../sync/changes/soql.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import type { Interference } from '../both-ways/interference.ts';
import { World } from '../both-ways/world.ts';
import { ALL } from '../reconcile/field.ts';
import { FAULTS } from './faults.ts';
import { optionsOf } from './options.ts';
import { afterwards, Oracle, VALUES } from './oracle.ts';
import type { Fault, Playing, RoundSeen } from './playing.ts';
import type { SceneName } from './rows.ts';
import { setTheScene, type Way, WAYS } from './scenes.ts';
import { witness } from './witness.ts';

export interface Case {
	/** Number of the fault in the table. */
	readonly row: number;
	readonly scene: SceneName;
	readonly seed: number;
}

export interface Stage {
	readonly ledger: Ledger;
	/** Gets this machine's clock as the story has it. */
	readonly setClock: (now: () => number) => void;
	/** Gets a line for each call. */
	readonly trace?: (line: string) => void;
}

/** Rounds under the fault. */
const ROUNDS = 4;
const ROUND_APART_MS = 60_000;
const PEOPLE = 9;
/** `reach` is halved until the fault happens. */
const SMALLEST_REACH = 0.1;

/** Plays one case to its end and gives what is not as promised. The same case is the same story. */
export async function run(stage: Stage, one: Case): Promise<string[]> {
	const { random } = Math;
	// Back-offs in the engine; what it draws must be the same each time.
	Math.random = mulberry32(one.seed);
	try {
		for (let reach = 1; ; reach = reach < SMALLEST_REACH ? 0 : reach / 2) {
			const { strikes, broken } = await playOnce(stage, one, reach);
			if (strikes > 0) return broken;
			if (reach === 0) return [...broken, 'The fault did not happen'];
		}
	} finally {
		Math.random = random;
	}
}

async function playOnce(
	stage: Stage,
	{ row, scene, seed }: Case,
	reach: number,
): Promise<{ readonly strikes: number; readonly broken: string[] }> {
	const fault = faultOf(row);
	const random = mulberry32(seed * 1_000 + row);
	const options = { ...optionsOf(scene, seed, random), ...fault.options?.(seed) };
	const world = new World(stage.ledger, { ...options, object: 'Contact' });
	const leads = new World(stage.ledger, { ...options, object: 'Lead' }, world);
	stage.setClock(() => world.localNow);
	await world.open();
	await leads.open();
	const played = await setTheScene(scene, { world, leads }, random, fault.people ?? PEOPLE);
	const used = await world.tasks();
	const playing: Playing = {
		...{ world, leads, scene, seed, random, reach },
		ids: [...played.ids],
		more: [],
		deleted: new Set(played.deletedInSalesforce),
		deletedInBrevo: new Set(scene === 'reconcile' ? [] : played.deletedInBrevo),
		used,
		heardFrom: scene === 'reconcile' ? stampOfMs(world.clock.now()) : '',
		broken: [],
		state: { strikes: 0, dead: false, rounds: 0, used, drawn: [], twice: false, beside: false },
	};
	const oracle = new Oracle(stage.ledger, playing);
	const { interference, broken } = witness({
		world,
		integrations: [world.integration, leads.integration],
		ledger: stage.ledger,
		values: VALUES,
		overlaps: () => playing.state.twice,
	});
	world.witness = interference;
	const seen = await underFault(stage, playing, oracle, fault.inject(playing));
	playing.broken.push(...((await fault.holds?.(seen, playing)) ?? []));
	world.calm();
	await fault.after?.(playing);
	const { strikes, drawn } = playing.state;
	const all = [...playing.broken, ...(await afterwards(oracle, playing, played)), ...broken];
	if (all.length > 0 && drawn.length > 0)
		all.push(`Faults of the rounds: ${drawn.map((rows) => rows.join(' + ')).join(', ')}`);
	return { strikes, broken: all };
}

function faultOf(row: number): Fault {
	const fault = FAULTS[row];
	if (!fault) throw new Error(`Nothing is injected for row ${row}`);
	return fault;
}

async function underFault(
	{ trace }: Stage,
	playing: Playing,
	oracle: Oracle,
	meet: Interference | undefined,
): Promise<RoundSeen[]> {
	const { world, scene } = playing;
	const startedAt = world.clock.now();
	const rounds: RoundSeen[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		playing.state.rounds = round + 1;
		world.interference = undefined;
		playing.state.used = await world.tasks();
		for (const way of WAYS[scene]) {
			const requests: Array<RoundSeen['requests'][number]> = [];
			world.interference = async (call, serve) => {
				oracle.hears(call);
				if (playing.state.dead === 'process' || (playing.state.dead === 'run' && world.isRunning))
					throw new Error('The process is dead');
				let status = 0;
				try {
					const answer = await (meet?.(call, serve) ?? serve());
					status = (answer as { status?: number } | undefined)?.status ?? 0;
					oracle.heard(call);
					return answer;
				} finally {
					if (call.to === 'brevo' || call.to === 'salesforce') requests.push({ ...call, status });
					trace?.(`${world.clock.now() - startedAt} ${call.to} ${call.what} ${status}`);
				}
			};
			const began = world.clock.now();
			const error = await attempt(playing, way);
			const waitedMs = world.clock.now() - began;
			rounds.push({ round, way, requests, waitedMs, ...(error !== undefined && { error }) });
		}
		await oracle.looks();
		world.clock.advance(ROUND_APART_MS);
	}
	return rounds;
}

/** One round, or two at the same time; gives why it failed. */
async function attempt(playing: Playing, way: Way): Promise<string | undefined> {
	const { world } = playing;
	const went = async (): Promise<string | undefined> => {
		try {
			return await go(playing, way);
		} catch (error) {
			world.errors.push(error);
			return String(error);
		}
	};
	const errors = await Promise.all(playing.state.twice ? [went(), went()] : [went()]);
	if (playing.state.dead === 'process' || world.signal?.aborted) world.restart();
	playing.state.dead = false;
	world.signal = undefined;
	return errors.find((error) => error !== undefined);
}

async function go({ world, state }: Playing, way: Way): Promise<string | undefined> {
	if (way === 'reconcile') {
		await world.reconcile(ALL);
		return undefined;
	}
	const { failed } = way === 'there' ? await world.there() : await world.back(state.rounds > 1);
	return failed?.message;
}
