/**
 * `npm run test:crash`: kills a real n8n again and again, and does to it what administrators and
 * machines do, and looks whether the promises hold.
 *
 *   npm run test:crash -- --times 50 --seed 1 --only chance,points,troubles
 *
 * `--continue` keeps the scenes of this seed that an earlier run has played to a good end.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../../bench/machine.ts';
import { installN8n } from '../../n8n-host/install.ts';
import { packPackage } from '../../n8n-host/pack.ts';
import { mulberry32 } from '../../sandbox/faults.ts';
import { root } from '../../scripts/install.cjs';
import { playFullDisk } from './full-disk.ts';
import { playPoints } from './play-points.ts';
import { CRASH_POINTS } from './points.ts';
import type { CrashResults } from './results.ts';
import { type Ending, playScene, SCENE_NAMES } from './scenes.ts';
import { playTroubles, type TroubleOver } from './troubles.ts';

const KILLS_PER_SCENE = 6;
const RESULTS = path.join(root, 'tests', 'crash', 'results.json');

const PARTS = {
	chance: async (): Promise<CrashResults['chance']> => {
		const scenes: Ending[] = [];
		for (let left = times; left > 0; left -= KILLS_PER_SCENE) {
			const number = scenes.length;
			const name = SCENE_NAMES[number % SCENE_NAMES.length] ?? 'import';
			// The first scene of each kind waits for the lease of its first dead.
			const patient = number < SCENE_NAMES.length;
			const kills = Math.min(left, KILLS_PER_SCENE);
			const ending =
				played(number, kills) ??
				(await playScene(name, kills, mulberry32(seed + number), { patient, packageTarball }));
			scenes.push(ending);
			sayEnding(ending);
			save('chance', { measuredAt: new Date().toISOString(), seed, scenes });
		}
		return { measuredAt: new Date().toISOString(), seed, scenes };
	},
	points: async (): Promise<CrashResults['points']> => ({
		measuredAt: new Date().toISOString(),
		passed: await playPoints(CRASH_POINTS, packageTarball, (point) =>
			say(`killed ${point.words}`, point),
		),
	}),
	troubles: async (): Promise<CrashResults['troubles']> => {
		const over = await playTroubles(packageTarball, (trouble) => say(trouble.name, trouble));
		const full = await playFullDisk(packageTarball);
		say(full.name, full);
		return { measuredAt: new Date().toISOString(), over: [...over, full] };
	},
};

// What was started ends with this process, in whatever way that ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { values } = parseArgs({
	options: {
		times: { type: 'string', default: '50' },
		seed: { type: 'string', default: '1' },
		only: { type: 'string', default: Object.keys(PARTS).join(',') },
		continue: { type: 'boolean', default: false },
	},
});
const [times, seed] = [Number(values.times), Number(values.seed)];
const only = values.only.split(',');

let passed = 0;
let failed = 0;

/** One line for what was played, and one for each broken promise. */
function say(what: string, { broken, skipped }: Pick<TroubleOver, 'broken' | 'skipped'>): void {
	if (broken.length > 0) failed += 1;
	else if (skipped === undefined) passed += 1;
	const sign = broken.length > 0 ? 'FAILED' : skipped === undefined ? 'ok    ' : 'SKIPPED';
	console.log(`${sign} ${what}${skipped === undefined ? '' : ` (${skipped})`}`);
	for (const promise of broken.slice(0, 20)) console.log(`         ${promise}`);
}

function sayEnding(ending: Ending): void {
	const { scene, kills, contacts, tasks, seconds } = ending;
	say(
		`${scene}: ${kills.length} kills, ${contacts} contacts, ${tasks} tasks, ${seconds} s`,
		ending,
	);
	for (const kill of kills)
		console.log(`         killed ${kill.words}; ${kill.contacts} contacts, ${kill.tasks} tasks`);
}

const packageTarball = await packPackage();
const known = existsSync(RESULTS)
	? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Partial<CrashResults>)
	: undefined;
let results: Partial<CrashResults> = { ...known, machine: machine(await installN8n(), root) };

function save<Part extends keyof typeof PARTS>(name: Part, part: CrashResults[Part]): void {
	results = { ...results, [name]: part };
	writeFileSync(RESULTS, `${JSON.stringify(results, null, '\t')}\n`);
}

/** The scene of this number, when it need not be played again. */
function played(number: number, kills: number): Ending | undefined {
	const scene = values.continue && known?.chance?.seed === seed && known.chance.scenes[number];
	return scene && scene.kills.length === kills && scene.broken.length === 0 ? scene : undefined;
}

for (const [name, part] of Object.entries(PARTS) as Array<
	[keyof typeof PARTS, () => Promise<CrashResults[keyof typeof PARTS]>]
>)
	if (only.includes(name)) save(name, await part());
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
