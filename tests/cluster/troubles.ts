import { INTEGRATION } from '../../demo/stage.ts';
import type { N8nProcess } from '../../n8n-host/process.ts';
import { brokenNow } from '../crash/oracle.ts';
import { EDITED, inTheMiddle, LIMIT, over, type Play, rename, until } from '../crash/play.ts';
import { type Cluster } from './cluster.ts';
import { ALWAYS, emittedTwice, running, VERY_SLOW_MS } from './scenes.ts';

/*
 * What happens to parts of a cluster while a worker is in the middle of a page. After each: everything
 * is as promised, and each record was read once.
 */

export interface ClusterPlay extends Play {
	readonly cluster: Cluster;
}

type Act = (play: ClusterPlay) => Promise<string[]>;

export const TROUBLES = {
	'a worker is stopped (SIGTERM)': async (play) => {
		const tooLate = await inTheMiddle(play);
		const worker = await busyWorker(play);
		const problems = tooLate();
		await play.cluster.endWorker(worker, 'stop');
		await play.cluster.addWorker();
		return [...problems, ...(await over(play, EDITED))];
	},

	'a worker is killed': async (play) => {
		const tooLate = await inTheMiddle(play);
		await play.cluster.endWorker(await busyWorker(play), 'kill');
		const problems = tooLate();
		problems.push(...(await brokenNow(play.stage, play.ledger, LIMIT)));
		await play.cluster.addWorker();
		return [...problems, ...(await over(play, EDITED))];
	},

	'the main process is killed, and its successor emits the page beside the worker that still runs it':
		async (play) => {
			await inTheMiddle(play, VERY_SLOW_MS, ALWAYS);
			await emittedTwice(play.stage);
			// Both may have reserved a task for what neither had settled.
			return await over(play, EDITED, 2 * EDITED);
		},

	'Redis is restarted': async (play) => {
		const tooLate = await inTheMiddle(play);
		await play.cluster.redis.stop();
		const problems = tooLate();
		await play.cluster.redis.start();
		return [...problems, ...(await over(play, EDITED))];
	},

	'PostgreSQL is restarted': async (play) => {
		const tooLate = await inTheMiddle(play);
		await play.cluster.postgres.stop();
		const problems = tooLate();
		await play.cluster.postgres.start();
		return [...problems, ...(await over(play, EDITED, 2 * EDITED))];
	},

	'nothing: a page after all that': async (play) => {
		rename(play.stage, EDITED);
		return await over(play, EDITED);
	},
} as const satisfies Readonly<Record<string, Act>>;

/** The worker that runs the page: n8n says in the worker's log which execution it has begun. */
async function busyWorker(play: ClusterPlay): Promise<N8nProcess> {
	let busy: N8nProcess | undefined;
	await until(async () => {
		const [id] = await running(play.stage);
		busy = play.cluster.workers.find((worker) =>
			new RegExp(`started execution ${id} `).test(worker.logTail(50)),
		);
		return busy !== undefined;
	}, 'a worker to say that it runs the page');
	if (!busy) throw new Error(`No worker runs ${INTEGRATION}`);
	return busy;
}
