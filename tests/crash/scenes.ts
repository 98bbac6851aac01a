import { setTimeout as sleep } from 'node:timers/promises';
import { INTEGRATION, setStage, type Stage } from '../../demo/stage.ts';
import { tasksUsed } from '../../demo/summary.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { die, forgetTheDead, type Moment } from './death.ts';
import { broken, brokenNow, NOTICES, type Promised } from './oracle.ts';
import { type Random, workOn } from './people.ts';

/*
 * A real n8n is killed (SIGKILL, its whole process group) at random moments of its work, and started
 * again on the same data. After each death nothing may be broken that cannot be mended; at the end
 * everything must be as promised, as if it had never died.
 */

export const SCENE_NAMES = ['import', 'incremental', 'quota'] as const;
export type SceneName = (typeof SCENE_NAMES)[number];

interface Scene {
	/** Contacts besides the twenty of the sample organisation. */
	readonly contacts: number;
	/** More of them for each kill, so that there is work left for the last life. */
	readonly contactsPerKill: number;
	readonly limit: number;
	/** Records of one execution: over 50 go to Brevo as an import, fewer singly. */
	readonly trigger: Readonly<Record<string, number>>;
	/** People go on working. */
	readonly edits: boolean;
	/** Requests of the longest life, so that most lives end at work. */
	readonly requests: number;
}

const SCENES: Record<SceneName, Scene> = {
	import: {
		contacts: 0,
		contactsPerKill: 300,
		limit: 100_000,
		trigger: { bulkAbove: 100, importPageSize: 80 },
		edits: false,
		requests: 40,
	},
	incremental: {
		contacts: 100,
		contactsPerKill: 0,
		limit: 100_000,
		trigger: { pageSize: 40 },
		edits: true,
		requests: 60,
	},
	// The tasks run out about the third life.
	quota: {
		contacts: 300,
		contactsPerKill: 0,
		limit: 80,
		trigger: { pageSize: 25 },
		edits: true,
		requests: 40,
	},
};

/** The longest time from an answer to the death that follows it by chance, milliseconds. */
const AFTER_MS = 400;
/** Who makes fewer requests than its lot within this time is killed at rest. */
const LONGEST_LIFE_MS = 20_000;
const PATIENCE_MS = 150_000;
const SECOND_MS = 1_000;
const LOOK_EVERY_MS = 500;

export interface Killed {
	/** Goes on after "killed …". */
	readonly words: string;
	/** Contacts in Brevo at that moment. */
	readonly contacts: number;
	/** Tasks charged so far. */
	readonly tasks: number;
}

export interface Ending {
	readonly scene: SceneName;
	readonly kills: readonly Killed[];
	/** Broken promises, in words. */
	readonly broken: readonly string[];
	/** In Brevo, at the end. */
	readonly contacts: number;
	readonly tasks: number;
	readonly seconds: number;
}

export interface Playing {
	/** The first lease of a dead one runs out by itself. */
	readonly patient?: boolean;
	/** From `packPackage()`; packed anew when absent. */
	readonly packageTarball?: string;
}

/** Plays a scene with so many kills. */
export async function playScene(
	name: SceneName,
	kills: number,
	random: Random,
	{ patient = false, ...packed }: Playing = {},
): Promise<Ending> {
	const startedAt = Date.now();
	const scene = SCENES[name];
	const stage = await setStage({
		...packed,
		quota: scene.limit,
		triggerOptions: scene.trigger,
		say: () => undefined,
	});
	const ledger = await stage.ledger();
	const people = new AbortController();
	try {
		stage.sandbox.salesforce.admin.generate({
			object: 'Contact',
			count: scene.contacts + kills * scene.contactsPerKill,
			seed: Math.floor(random() * 1_000_000),
		});
		// What Salesforce stamps in the very second in which the first read begins comes once in the
		// file and once as a change: in that second it may have changed again.
		await sleep(SECOND_MS);
		const first = deathByLot(stage, scene, random);
		// It may die before it has answered.
		await stage
			.n8n()
			.publish(stage.workflow)
			.catch(() => undefined);
		const working = scene.edits ? workOn(stage.sandbox, random, people.signal) : undefined;
		const problems: string[] = [];
		const killed: Killed[] = [];
		let words = await first;
		for (;;) {
			problems.push(...(await brokenNow(stage, ledger, scene.limit)));
			killed.push({ words, contacts: inBrevo(stage), tasks: await tasksUsed(ledger) });
			await stage.restart();
			const next = killed.length < kills ? deathByLot(stage, scene, random) : undefined;
			if (!patient || killed.length > 1) await forgetTheDead(stage);
			if (!next) break;
			words = await next;
		}
		people.abort();
		await working;
		problems.push(...(await ending(name, stage, ledger)));
		return {
			scene: name,
			kills: killed,
			broken: problems,
			contacts: inBrevo(stage),
			tasks: await tasksUsed(ledger),
			seconds: Math.round((Date.now() - startedAt) / 1000),
		};
	} finally {
		people.abort();
		await ledger.close();
		await stage.close();
	}
}

const inBrevo = ({ sandbox }: Stage): number =>
	sandbox.brevo.admin.contacts({ limit: Number.MAX_SAFE_INTEGER }).length;

/** Kills n8n at, or soon after, a request drawn by lot; tells where. */
async function deathByLot(stage: Stage, { requests }: Scene, random: Random): Promise<string> {
	const nth = 1 + Math.floor(random() * requests);
	const lot = random();
	const moment: Moment =
		lot < 0.25 ? 'is lost' : lot < 0.5 ? 'arrives' : { afterMs: Math.round(random() * AFTER_MS) };
	let count = 0;
	let last = '';
	const came = await die(
		stage,
		{ isIt: (request) => ((last = request), (count += 1) === nth), moment },
		LONGEST_LIFE_MS,
	);
	if (!came) return `at rest after ${count} requests`;
	const when = typeof moment === 'string' ? moment : `was served ${moment.afterMs} ms before`;
	return `when its request ${nth} (${withoutIds(last)}) ${when}`;
}

const withoutIds = (request: string): string => request.replaceAll(/\/[^/]*\d[^/]{6,}/g, '/:id');

/** Waits until all is as promised; gives what is not so in time. */
async function ending(name: SceneName, stage: Stage, ledger: Ledger): Promise<string[]> {
	const { limit, edits } = SCENES[name];
	const isPaused = name === 'quota';
	const problems = await atRest(stage, ledger, { limit, mayWait: isPaused, exact: !edits });
	if (!isPaused || problems.length > 0) return problems;
	problems.push(...(await toldOnce(stage)));
	await stage.change('Quota Guard', { monthlyLimit: 100_000 });
	const raised = { limit: 100_000, mayWait: false };
	return [...problems, ...(await atRest(stage, ledger, raised)), ...(await toldOnce(stage))];
}

/** Both notices of the month have gone out, each once. */
async function toldOnce({ sandbox }: Stage): Promise<string[]> {
	const mails = sandbox.brevo.admin.mailbox().map(({ subject }) => String(subject));
	return NOTICES.flatMap((kind) => {
		const count = mails.filter((subject) => kind.test(subject)).length;
		return count === 1 ? [] : [`the notice "${kind.source}" went out ${count} times`];
	});
}

/** How far the sync is and what holds it up. */
async function standing(ledger: Ledger): Promise<string> {
	const { failedRuns = 0, lastError = '' } = (await ledger.integrations.get(INTEGRATION)) ?? {};
	const { watermark } = (await ledger.pages.cursor(INTEGRATION)) ?? {};
	return `(read up to ${watermark?.systemModstamp}, ${failedRuns} failed runs, ${lastError})`;
}

export async function atRest(stage: Stage, ledger: Ledger, promised: Promised): Promise<string[]> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	for (;;) {
		const problems = await broken(stage, ledger, promised);
		if (problems.length === 0) return problems;
		if (Date.now() > giveUpAt) return [...problems, await standing(ledger)];
		await sleep(LOOK_EVERY_MS);
	}
}
