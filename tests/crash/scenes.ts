import { setTimeout as sleep } from 'node:timers/promises';
import { setStage, type Stage } from '../../demo/stage.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { broken, type Promised } from './oracle.ts';
import { CRASH_POINTS, type CrashPoint } from './points.ts';

/*
 * A real n8n is killed (SIGKILL, its whole process group) again and again while it works, and
 * started again on the same data. At the end everything must be as promised, as if it had never died.
 */

/** Gives numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

export type SceneName = 'import' | 'incremental' | 'quota';

interface Scene {
	/** Contacts besides the twenty of the sample organisation. */
	readonly contacts: number;
	readonly limit: number;
	/** Records of one execution: over 50 go as an import, fewer singly. */
	readonly pageSize: number;
	/** People go on working. */
	readonly edits: boolean;
}

const SCENES: Record<SceneName, Scene> = {
	import: { contacts: 900, limit: 100_000, pageSize: 90, edits: false },
	incremental: { contacts: 100, limit: 100_000, pageSize: 40, edits: true },
	quota: { contacts: 400, limit: 150, pageSize: 30, edits: true },
};

/** The longest life between two kills that strike by chance, milliseconds. */
const LONGEST_LIFE_MS = 4_000;
/** A point that is not passed within this time is left for another one. */
const POINT_MS = 15_000;
const EDIT_EVERY_MS = 60;
/** Two new addresses in one second would be a bulk edit (limit bulk-email-edit). */
const APART_MS = 2_500;
const PATIENCE_MS = 150_000;
const LOOK_EVERY_MS = 500;

export interface Killed {
	readonly words: string;
	/** Contacts in Brevo at that moment. */
	readonly contacts: number;
}

export interface Ending {
	readonly scene: SceneName;
	readonly kills: readonly Killed[];
	/** Broken promises, in words. */
	readonly broken: readonly string[];
	readonly contacts: number;
	readonly tasks: number;
}

/** Plays a scene with so many kills, every other one at a named point. */
export async function playScene(name: SceneName, kills: number, random: Random): Promise<Ending> {
	const scene = SCENES[name];
	const stage = await setStage({ say: () => undefined });
	const ledger = await stage.ledger();
	const people = new AbortController();
	const killed: Killed[] = [];
	try {
		stage.sandbox.salesforce.admin.generate({
			object: 'Contact',
			count: scene.contacts,
			seed: Math.floor(random() * 1_000_000),
		});
		await stage.change('Quota Guard', { monthlyLimit: scene.limit });
		await stage.change('Salesforce Contact Trigger', { options: { pageSize: scene.pageSize } });
		const working = scene.edits ? workOn(stage, random, people.signal) : undefined;
		for (let kill = 0; kill < kills; kill += 1) {
			const words = kill % 2 === 0 ? await byChance(stage, random) : await atPoint(stage, random);
			killed.push({ words, contacts: inBrevo(stage) });
			await stage.restart();
		}
		people.abort();
		await working;
		const isPaused = name === 'quota';
		const problems = await atRest(stage, ledger, { limit: scene.limit, mayWait: isPaused });
		if (isPaused && problems.length === 0) {
			await stage.change('Quota Guard', { monthlyLimit: 100_000 });
			problems.push(...(await atRest(stage, ledger, { limit: 100_000, mayWait: false })));
		}
		const { tasks } = await ledger.pages.activity('Salesforce contacts');
		return { scene: name, kills: killed, broken: problems, contacts: inBrevo(stage), tasks };
	} finally {
		people.abort();
		await ledger.close();
		await stage.close();
	}
}

const inBrevo = ({ sandbox }: Stage): number =>
	sandbox.brevo.admin.contacts({ limit: Number.MAX_SAFE_INTEGER }).length;

async function byChance(stage: Stage, random: Random): Promise<string> {
	const life = Math.round(random() * LONGEST_LIFE_MS);
	await sleep(life);
	await stage.kill();
	return `${life} ms after it had started`;
}

/** Kills at a point drawn by lot, or at the end of patience where n8n does not come there. */
async function atPoint(stage: Stage, random: Random): Promise<string> {
	const point = CRASH_POINTS[Math.floor(random() * CRASH_POINTS.length)];
	if (!point) throw new Error('There are no crash points');
	const { faults } = stage.sandbox;
	const { words, when } = point;
	let dead: Promise<void> | undefined;
	const passed = new Promise<boolean>((resolve) => {
		const timer = setTimeout(() => resolve(false), POINT_MS);
		faults.onRequest = (service, method, path) => {
			if (!meets(point, service, `${method} ${path}`)) return;
			faults.onRequest = undefined;
			clearTimeout(timer);
			if (when === 'is lost') faults.add({ kind: 'drop-before', service: point.service });
			if (typeof when === 'string') dead = stage.kill();
			resolve(true);
		};
	});
	const isPassed = await passed;
	faults.onRequest = undefined;
	if (isPassed && typeof when !== 'string') await sleep(random() * when.answeredMs);
	await (dead ?? stage.kill());
	faults.clear();
	return isPassed ? words : `at rest (it did not come to the point "${words}")`;
}

const meets = ({ service, request }: CrashPoint, asked: string, what: string): boolean =>
	service === asked && request.test(what);

/** People rename, readdress and delete contacts until the signal aborts. */
async function workOn({ sandbox }: Stage, random: Random, signal: AbortSignal): Promise<void> {
	const { admin } = sandbox.salesforce;
	let readdressedAt = 0;
	for (let edit = 0; !signal.aborted; edit += 1) {
		await sleep(EDIT_EVERY_MS);
		const records = admin.records({ object: 'Contact' });
		const { Id: id, Email: email } = records[Math.floor(random() * records.length)] ?? {};
		const lot = random();
		if (typeof email !== 'string' || email.includes('&')) continue;
		const moves = lot < 0.15 && Date.now() > readdressedAt + APART_MS;
		if (moves) readdressedAt = Date.now();
		const values = moves ? { Email: `new${edit}@example.org` } : { LastName: `Edit ${edit}` };
		try {
			if (lot > 0.95) admin.delete({ object: 'Contact', id: String(id) });
			else admin.update({ object: 'Contact', id: String(id), values });
		} catch {
			// A contact with a case cannot be deleted.
		}
	}
}

/** Waits until all is as promised and nothing is written any more; gives what is not so in time. */
async function atRest(stage: Stage, ledger: Ledger, promised: Promised): Promise<string[]> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	for (;;) {
		const problems = await broken(stage, ledger, promised);
		if (problems.length === 0 || Date.now() > giveUpAt) return problems;
		await sleep(LOOK_EVERY_MS);
	}
}
