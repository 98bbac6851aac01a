/**
 * `npm run test:cluster`: n8n in queue mode (main process, two workers, a webhook process, Redis,
 * PostgreSQL) keeps the promises that it keeps in one process, also when parts of it die.
 *
 *   npm run test:cluster -- --only promises,throughput
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../../bench/machine.ts';
import { installN8n } from '../../n8n-host/install.ts';
import { packPackage } from '../../n8n-host/pack.ts';
import { root } from '../../scripts/install.cjs';
import { counts } from '../crash/play.ts';
import { missing, startCluster } from './cluster.ts';
import {
	exactQuota,
	oneTriggerOwner,
	sameAsInOneProcess,
	webhooksHaveTheirOwnProcess,
} from './promises.ts';
import type { ClusterResults, Played } from './results.ts';
import { throughput } from './throughput.ts';
import { type ClusterPlay, TROUBLES } from './troubles.ts';

const RESULTS = path.join(root, 'tests', 'cluster', 'results.json');
const WORKERS = 2;

const why = missing();
if (why !== undefined) {
	console.error(why);
	process.exit(2);
}

const packageTarball = await packPackage();
let passed = 0;
let failed = 0;

/** In this order: from the webhooks on, changes come back from Brevo and are read once more. */
const ACTS: Readonly<Record<string, (play: ClusterPlay) => Promise<string[]>>> = {
	'an import and edits end as in one process': async (play) =>
		await sameAsInOneProcess(play, packageTarball),
	'a second workflow with the same integration is refused': oneTriggerOwner,
	...TROUBLES,
	'webhooks of Brevo go through a process of their own': webhooksHaveTheirOwnProcess,
	'two integrations on two workers get exactly the tasks that are left': exactQuota,
};

const PARTS = {
	promises: async (): Promise<ClusterResults['promises']> => {
		const cluster = await startCluster(WORKERS, { packageTarball });
		const { stage } = cluster;
		const ledger = await stage.ledger();
		const before = { read: 0, used: 0 };
		const play: ClusterPlay = { cluster, stage, ledger, before };
		const played: Played[] = [];
		try {
			for (const [name, act] of Object.entries(ACTS)) {
				play.before = await counts(play);
				const startedAt = Date.now();
				const broken = await act(play).catch((error: unknown) => [String(error)]);
				stage.sandbox.faults.clear();
				const seconds = Math.round((Date.now() - startedAt) / 1000);
				played.push({ name, broken, seconds });
				say({ name, broken, seconds });
			}
		} finally {
			await ledger.close();
			await cluster.close();
		}
		return { measuredAt: new Date().toISOString(), played };
	},
	throughput: async (): Promise<ClusterResults['throughput']> => {
		const measured = [];
		for (const [workers, answerMs] of [
			[1, 0],
			[2, 0],
			[1, 300],
			[2, 300],
		] as const) {
			const one = await throughput(workers, answerMs, packageTarball);
			console.log(
				`       ${workers} workers, answers after ${answerMs} ms: ${one.integrations} x ${one.contacts} contacts in ${one.seconds} s`,
			);
			measured.push(one);
		}
		return { measuredAt: new Date().toISOString(), measured };
	},
};

function say({ name, broken, seconds }: Played): void {
	if (broken.length > 0) failed += 1;
	else passed += 1;
	console.log(`${broken.length > 0 ? 'FAILED' : 'ok    '} ${name} (${seconds} s)`);
	for (const promise of broken.slice(0, 20)) console.log(`         ${promise.slice(0, 1_000)}`);
}

// What was started ends with this process, in whatever way that ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { values } = parseArgs({
	options: { only: { type: 'string', default: Object.keys(PARTS).join(',') } },
});
const only = values.only.split(',');
const known = existsSync(RESULTS)
	? (JSON.parse(readFileSync(RESULTS, 'utf8')) as ClusterResults)
	: undefined;
let results: Partial<ClusterResults> = { ...known, machine: machine(await installN8n(), root) };
for (const [name, part] of Object.entries(PARTS)) {
	if (!only.includes(name)) continue;
	results = { ...results, [name]: await part() };
	writeFileSync(RESULTS, `${JSON.stringify(results, null, '\t')}\n`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
