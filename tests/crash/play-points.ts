import { setTimeout as sleep } from 'node:timers/promises';
import { INTEGRATION, setStage, type Stage } from '../../demo/stage.ts';
import { accounted } from '../../demo/story.ts';
import { tasksUsed } from '../../demo/summary.ts';
import { BACK_STREAM } from '../../demo/way-back.ts';
import { BREVO_KEY } from '../../sandbox/brevo-account/keys.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { die, forgetTheDead } from './death.ts';
import { brokenNow } from './oracle.ts';
import { type CrashPoint, nextNodeUrl, TASKS, type Work } from './points.ts';
import { atRest } from './scenes.ts';

/*
 * n8n is killed once at each named point, in one and the same installation. After each: everything
 * is as promised, each record was read once, and each costs one task, however often it was begun.
 */

export interface PointPassed {
	/** Goes on after "killed …". */
	readonly words: string;
	/** Broken promises, in words. */
	readonly broken: readonly string[];
}

const CONTACTS = 80;
const AMPLE = 100_000;
const DEFAULT_WARN_AT = 0.8;
const LANE = 0.02;
/** A look is due every 10 s; a login before it, an import behind it. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 200;

export async function playPoints(
	points: readonly CrashPoint[],
	packageTarball: string,
	told: (point: PointPassed) => void,
): Promise<PointPassed[]> {
	const stage = await setStage({ packageTarball, say: () => undefined });
	const ledger = await stage.ledger();
	const passed: PointPassed[] = [];
	try {
		stage.sandbox.salesforce.admin.generate({ object: 'Contact', count: CONTACTS, seed: 1 });
		await addNextNode(stage);
		await stage.change('Quota Guard', { monthlyLimit: AMPLE });
		await accounted(ledger, 0, 20 + CONTACTS);
		for (const [number, point] of points.entries()) {
			if (point.work === 'back' && points[number - 1]?.work !== 'back')
				await stage.n8n().publish(stage.wayBack);
			const problems = await playPoint(stage, ledger, point, number);
			passed.push({ words: point.words, broken: problems });
			told({ words: point.words, broken: problems });
		}
		return passed;
	} finally {
		await ledger.close();
		await stage.close();
	}
}

async function playPoint(
	stage: Stage,
	ledger: Ledger,
	point: CrashPoint,
	number: number,
): Promise<string[]> {
	const { work } = point;
	const stream = work === 'back' ? BACK_STREAM : INTEGRATION;
	const read = async () => (await ledger.pages.activity(stream)).read;
	const before = { used: await tasksUsed(ledger), read: await read() };
	const limit = await limitFor(stage, work, before.used + TASKS[work]);
	const death = die(stage, point, PATIENCE_MS);
	const underWay = begin(stage, work, number);
	const came = await death;
	const problems = came ? [] : ['n8n did not come to the point'];
	problems.push(...(await brokenNow(stage, ledger, limit, underWay)));
	await stage.restart();
	await forgetTheDead(stage);
	await accounted(ledger, before.read, TASKS[work], stream);
	problems.push(...(await atRest(stage, ledger, { limit, mayWait: false })));
	const tasks = (await tasksUsed(ledger)) - before.used;
	if (tasks !== TASKS[work]) problems.push(`${tasks} tasks instead of ${TASKS[work]}`);
	const records = (await read()) - before.read;
	if (records !== TASKS[work]) problems.push(`${records} records instead of ${TASKS[work]}`);
	if (limit < AMPLE) await stage.change('Quota Guard', { monthlyLimit: AMPLE });
	if (work === 'back') await echoed(stage, ledger);
	return problems;
}

/** Brings the month's tasks where the work wants them; gives the limit. */
async function limitFor(stage: Stage, work: Work, used: number): Promise<number> {
	const limits: Partial<Record<Work, number>> = {
		warning: Math.floor(used / DEFAULT_WARN_AT),
		exhausted: withLane(used),
	};
	const limit = limits[work];
	if (limit !== undefined) await stage.change('Quota Guard', { monthlyLimit: limit });
	return limit ?? AMPLE;
}

/** The limit of which so many tasks are for ordinary changes. */
function withLane(tasks: number): number {
	let limit = tasks;
	while (limit - Math.floor(limit * LANE) < tasks) limit += 1;
	return limit;
}

/** Gives the contacts that people have edited in Brevo: till that arrives they are unlike Salesforce. */
function begin({ sandbox }: Stage, work: Work, number: number): ReadonlySet<string> {
	const { salesforce, brevo } = sandbox;
	const ids = brevo.admin
		.contacts({ limit: Number.MAX_SAFE_INTEGER })
		.filter(({ listIds }) => (listIds as readonly number[]).length > 0)
		.flatMap(({ ext_id: id }) => (typeof id === 'string' ? [id] : []));
	const rename = (count: number): void => {
		for (const id of ids.slice(0, count))
			salesforce.admin.update({ object: 'Contact', id, values: { LastName: `Name ${number}` } });
	};
	if (work === 'few, logged out') salesforce.admin.expireSessions({});
	if (work === 'birth') {
		const values = { LastName: 'Born', Email: `born${number}@example.org` };
		salesforce.admin.create({ object: 'Contact', values });
	} else if (work === 'deletion') {
		// The generated ones come last and have no case, so that Salesforce lets them go.
		salesforce.admin.delete({ object: 'Contact', id: ids.at(-1) ?? '' });
	} else if (work === 'back') {
		const [id = ''] = ids;
		brevo.admin.edit({ ext_id: id, attributes: { LASTNAME: `Back ${number}` } });
		return new Set([id]);
	} else rename(TASKS[work]);
	return new Set();
}

/** Our own write to Salesforce has come back and was known. */
async function echoed({ sandbox }: Stage, ledger: Ledger): Promise<void> {
	const stamp = (): number =>
		Math.max(
			...sandbox.salesforce.admin
				.records({ object: 'Contact' })
				.map(({ SystemModstamp }) => Date.parse(String(SystemModstamp))),
		);
	const isRead = async (): Promise<boolean> => {
		const mark = (await ledger.pages.cursor(INTEGRATION))?.watermark;
		return mark !== undefined && Date.parse(mark.systemModstamp) >= stamp();
	};
	const giveUpAt = Date.now() + PATIENCE_MS;
	while (!(await isRead()) && Date.now() < giveUpAt) await sleep(LOOK_EVERY_MS);
}

/** Somebody's own node behind ours: while it runs, all is written and the execution has not ended. */
async function addNextNode(stage: Stage): Promise<void> {
	const { id } = stage.workflow;
	const { nodes, connections, versionId } = await stage
		.n8n()
		.call<{ nodes: object[]; connections: object; versionId: string }>(
			'GET',
			`/rest/workflows/${id}`,
		);
	const next = {
		id: 'next',
		name: 'Next',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		position: [1200, 80],
		executeOnce: true,
		parameters: {
			url: nextNodeUrl(stage.sandbox.origin),
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'api-key', value: BREVO_KEY }] },
			options: {},
		},
	};
	const link = { 'Brevo Contact List': { main: [[{ node: 'Next', type: 'main', index: 0 }]] } };
	await stage.n8n().call('PATCH', `/rest/workflows/${id}`, {
		nodes: [...nodes, next],
		connections: { ...connections, ...link },
		versionId,
	});
}
