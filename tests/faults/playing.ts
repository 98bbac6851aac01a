import type { Interference } from '../both-ways/interference.ts';
import type { World, WorldOptions } from '../both-ways/world.ts';
import type { SceneName } from './rows.ts';

/** Gives numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** What an injection has at hand. */
export interface Playing {
	readonly world: World;
	readonly leads: World;
	readonly scene: SceneName;
	readonly seed: number;
	readonly random: Random;
	/** Salesforce ids of all contacts that people made. */
	readonly ids: readonly string[];
	/** Those that are made while the fault lasts. */
	readonly more: string[];
	/** Those that somebody deleted or merged away in Salesforce. */
	readonly deleted: Set<string>;
	/** Those that somebody deleted in Brevo. */
	readonly deletedInBrevo: Set<string>;
	/** Tasks that are charged before the fault. */
	readonly used: number;
	/** Salesforce's stamp from which on the trigger hears of changes. */
	readonly heardFrom: string;
	/** How far into the rounds a fault may lie, 0 to 1: halved until it happens at all. */
	readonly reach: number;
	/** What did not hold while it lasted. */
	readonly broken: string[];
	readonly state: State;
}

export interface State {
	/** How often the fault has happened. */
	strikes: number;
	/** From here on every call of the process, or of its run, fails until the next round or run. */
	dead: false | 'process' | 'run';
	/** Rounds that have begun. */
	rounds: number;
	/** Tasks that are charged when a round begins. */
	used: number;
	/** Which rows' faults were drawn, for who looks into a story. */
	readonly drawn: number[][];
	/** Two rounds at the same time in place of one. */
	twice: boolean;
	/** Another workflow of the account is at work, in the middle of a call of this one. */
	beside: boolean;
}

/** One round as seen from outside. */
export interface RoundSeen {
	readonly round: number;
	readonly way: 'there' | 'back' | 'reconcile';
	/** Requests, as "brevo GET /v3/contacts", with the answer's status; 0 for none. */
	readonly requests: ReadonlyArray<{
		readonly to: string;
		readonly what: string;
		readonly writes: boolean;
		readonly status: number;
	}>;
	readonly waitedMs: number;
	/** Why it, or its run, failed. */
	readonly error?: string;
}

export interface Fault {
	/** Sets the fault up; gives what meets each call, if anything does. */
	readonly inject: (playing: Playing) => Interference | undefined;
	/** What the world needs for it. */
	readonly options?: (seed: number) => Partial<WorldOptions>;
	/** People in the story; default 9. */
	readonly people?: number;
	/** What did not hold while it lasted, seen afterwards. */
	readonly holds?: (
		rounds: readonly RoundSeen[],
		playing: Playing,
	) => readonly string[] | Promise<readonly string[]>;
	/** What somebody does once it is over. */
	readonly after?: (playing: Playing) => void | Promise<void>;
}
