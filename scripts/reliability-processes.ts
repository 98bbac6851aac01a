import type { Machine } from '../bench/machine.ts';
import type { ClusterResults } from '../tests/cluster/results.ts';
import type { CrashResults } from '../tests/crash/results.ts';

const where = ({ cpu, cores, node, n8n }: Machine): string =>
	`${cpu}, ${cores} cores, Node ${node}, n8n ${n8n}`;
const ending = (broken: readonly string[]): string =>
	broken.length === 0 ? 'as promised' : `**${broken.length} promises broken**`;
const day = (measuredAt: string): string => measuredAt.slice(0, 10);

/** What `npm run test:crash` found. */
export function crashSection({ machine, chance, points, troubles }: CrashResults): string[] {
	const { scenes } = chance;
	const kills = scenes.reduce((sum, scene) => sum + scene.kills.length, 0);
	const total = (name: string): string[] => {
		const own = scenes.filter(({ scene }) => scene === name);
		const broken = own.flatMap((scene) => scene.broken);
		const killed = own.reduce((sum, scene) => sum + scene.kills.length, 0);
		return [name, String(own.length), String(killed), ending(broken)];
	};
	return [
		'## Crashes of a real n8n',
		'',
		`\`npm run test:crash\` starts a real n8n with the packed package, kills it (SIGKILL, all its`,
		`processes) and starts it again on the same data. ${where(machine)}. After each death, and again at`,
		'rest, Salesforce, Brevo and the ledger are compared: nothing is lost, the cursor has passed nothing',
		'that was not dealt with, the tasks stay within the quota and are no fewer than what was written, no',
		'notice goes out twice, and the outcomes add up. A few kills run in every build.',
		'',
		`**At random.** On ${day(chance.measuredAt)} n8n was killed ${kills} times at or soon after a request drawn by lot (seed ${chance.seed}).`,
		'',
		...table(
			['while', 'installations', 'kills', 'at the end'],
			[...new Set(scenes.map(({ scene }) => scene))].map(total),
		),
		`**At each point around send, acknowledge and commit**, ${day(points.measuredAt)}. Each record is read once and costs one task, however often it was begun.`,
		'',
		...table(
			['killed', 'at the end'],
			points.passed.map(({ words, broken }) => [words, ending(broken)]),
		),
		`**What administrators and machines do**, ${day(troubles.measuredAt)}.`,
		'',
		...table(
			['what happens', 'at the end'],
			troubles.over.map(({ name, broken, skipped }) => [
				name,
				skipped === undefined ? ending(broken) : `not run: ${skipped}`,
			]),
		),
	];
}

/** What `npm run test:cluster` found. */
export function clusterSection({ machine, promises, throughput }: ClusterResults): string[] {
	return [
		'## Queue mode',
		'',
		'`npm run test:cluster` starts n8n’s main process, two workers, a webhook process, Redis and',
		`PostgreSQL; the ledger is in PostgreSQL. ${where(machine)}. How to set it up: [queue-mode.md](queue-mode.md).`,
		`Run on ${day(promises.measuredAt)}; the seconds are until everything was at rest again.`,
		'',
		...table(
			['what happens', 'seconds', 'at the end'],
			promises.played.map(({ name, seconds, broken }) => [name, String(seconds), ending(broken)]),
		),
		`Four first imports at the same time on ${day(throughput.measuredAt)}, from publishing to the last contact. Each`,
		'worker runs one page at once. All of it ran on this machine’s few processors, the simulated',
		'services, PostgreSQL and Redis as well; the more a page waits for Brevo, the more a second worker adds.',
		'',
		...table(
			['workers', 'Brevo answers after, ms', 'integrations', 'contacts each', 'seconds'],
			throughput.measured.map(({ workers, answerMs, integrations, contacts, seconds }) =>
				[workers, answerMs, integrations, contacts, seconds].map(String),
			),
		),
	];
}

const table = (
	columns: readonly string[],
	rows: ReadonlyArray<readonly string[]>,
): readonly string[] => [
	`| ${columns.join(' | ')} |`,
	`| ${columns.map(() => '---').join(' | ')} |`,
	...rows.map((row) => `| ${row.join(' | ')} |`),
	'',
];
