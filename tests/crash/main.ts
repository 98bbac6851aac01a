/**
 * `npm run test:crash`: kills a real n8n again and again and looks whether the promises hold.
 *
 *   npm run test:crash -- --times 50 --seed 1
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../../bench/machine.ts';
import { installN8n } from '../../n8n-host/install.ts';
import { mulberry32 } from '../../sandbox/faults.ts';
import { root } from '../../scripts/install.cjs';
import { type Ending, playScene, type SceneName } from './scenes.ts';

const ORDER: readonly SceneName[] = ['import', 'incremental', 'quota'];
const KILLS_PER_SCENE = 10;
const RESULTS = path.join(root, 'tests', 'crash', 'results.json');

const { values } = parseArgs({
	options: {
		times: { type: 'string', default: '50' },
		seed: { type: 'string', default: '1' },
	},
});
const [times, seed] = [Number(values.times), Number(values.seed)];
const random = mulberry32(seed);
const endings: Ending[] = [];
for (let left = times; left > 0; left -= KILLS_PER_SCENE) {
	const scene = ORDER[endings.length % ORDER.length] ?? 'import';
	const ending = await playScene(scene, Math.min(left, KILLS_PER_SCENE), random);
	endings.push(ending);
	const { kills, broken, contacts, tasks } = ending;
	console.log(`${broken.length === 0 ? 'ok    ' : 'FAILED'} ${scene}: ${kills.length} kills`);
	for (const kill of kills)
		console.log(`         killed ${kill.words}, ${kill.contacts} contacts in Brevo`);
	console.log(`         at rest ${contacts} contacts in Brevo, ${tasks} tasks`);
	for (const promise of broken.slice(0, 20)) console.log(`         ${promise}`);
}
const failed = endings.filter(({ broken }) => broken.length > 0).length;
writeFileSync(
	RESULTS,
	`${JSON.stringify(
		{
			measuredAt: new Date().toISOString(),
			machine: machine(await installN8n(), root),
			seed,
			endings,
		},
		null,
		'\t',
	)}\n`,
);
console.log(`${endings.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
