/** 4. A day of scattered edits, most of them in fields that are not mapped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inFolder, inSandbox, withOurs } from './arena.ts';
import { startBuiltins } from './builtins.ts';
import { importAll } from './ours.ts';
import { type Bench, type Section, target } from './results.ts';
import { inARow, manualStart, readContacts, upsertContacts } from './rival-workflows.ts';
import type { Calls, SandboxProcess } from './sandbox-process.ts';

const CONTACTS = 10_000;
const EDITS = 5_000;
const UNMAPPED_SHARE = 0.6;
/** The day is compressed into so many looks at Salesforce, each of which finds its part of the edits. */
const LOOKS = 10;
const INTERVAL_S = 10;
/** As short as can be: what was edited within it is read again, of which a real day has little. */
const OVERLAP_MINUTES = 1;
const LOOK_MS = 120_000;
/** Looks that find nothing, to see what one costs. */
const QUIET_LOOKS = 3;

interface Day extends Calls {
	/** Contacts written to Brevo: what Brevo's plan counts as a task. */
	readonly tasks: number;
	/** Calls to both services of a look that finds nothing. */
	readonly quiet: number;
}

export async function measureDay(bench: Bench): Promise<Section> {
	const own = await ours(bench);
	bench.say(`  ours: ${own.tasks} tasks`);
	const rival = await builtins(bench);
	bench.say(`  built-in nodes: ${rival.tasks} tasks`);
	const row = (name: string, day: Day): Array<string | number> => [
		name,
		EDITS,
		day.salesforce,
		day.brevoContacts,
		day.brevoOther,
		day.tasks,
		EDITS - day.tasks,
		day.quiet,
	];
	return {
		title: 'A day of 5,000 scattered edits, 60 % of them in fields that are not mapped',
		measuredAt: new Date().toISOString(),
		tables: [
			{
				columns: [
					'side',
					'edits',
					'Salesforce calls',
					'Brevo calls, contacts',
					'Brevo calls, other',
					'tasks',
					'tasks saved',
					'calls of a look that finds nothing',
				],
				rows: [row('ours', own), row('n8n built-in nodes', rival)],
			},
		],
		targets: [
			target('tasks', 'at most', EDITS * (1 - UNMAPPED_SHARE), own.tasks),
			target('calls of a look that finds nothing', 'at most', 1, own.quiet),
		],
		notes: [
			`The day is compressed into ${LOOKS} looks that each find ${EDITS / LOOKS} edits among ${CONTACTS.toLocaleString('en-US')} contacts, after the import, without rate limits. Ours looks back one minute for late commits. Looked at every minute, a day has 1,440 looks with three or four edits each: then ours makes one call to Brevo for each task, and not one for many. The built-ins make one for each edit either way.`,
			'The built-ins run as from a schedule: read what was modified since the last look, upsert each. They cannot tell which fields have changed, and they do not see deletions.',
		],
	};
}

async function ours(bench: Bench): Promise<Day> {
	return await inSandbox(CONTACTS, 'none', async (sandbox) => {
		const options = { interval: INTERVAL_S, triggerOptions: { overlapMinutes: OVERLAP_MINUTES } };
		return await withOurs(bench, sandbox, options, async (side) => {
			await importAll(side, sandbox, CONTACTS);
			const before = await side.activity();
			await sandbox.resetCalls();
			for (let look = 1; look <= LOOKS; look += 1) {
				await editMany(sandbox, look);
				await side.atRest(before.read + look * (EDITS / LOOKS), LOOK_MS);
			}
			const calls = await sandbox.calls();
			const { tasks } = await side.activity();
			await sleep((OVERLAP_MINUTES * 60 + INTERVAL_S) * 1000);
			await sandbox.resetCalls();
			await sleep(QUIET_LOOKS * INTERVAL_S * 1000);
			const quiet = await sandbox.calls();
			return { ...calls, tasks: tasks - before.tasks, quiet: sum(quiet) / QUIET_LOOKS };
		});
	});
}

async function builtins({ hostDir }: Bench): Promise<Day> {
	return await inSandbox(CONTACTS, 'none', async (sandbox) => {
		const { privateKey } = await sandbox.act<{ privateKey: string }>('salesforce', 'jwtKey');
		const { origin } = sandbox;
		return await inFolder(async (userFolder) => {
			const side = await startBuiltins({ origin, privateKey, hostDir, userFolder });
			try {
				const look = async (since: string): Promise<void> => {
					const modified = { field: 'LastModifiedDate', operation: '>=', value: since };
					const nodes = [manualStart, readContacts([modified]), upsertContacts()];
					const { id } = await side.save(inARow('What was modified', nodes));
					const { status } = await side.n8n.run(id, manualStart.name, LOOK_MS);
					if (status !== 'success') throw new Error(`The built-in nodes ended with ${status}`);
				};
				for (let n = 1; n <= LOOKS; n += 1) {
					const since = await nextSecond();
					await editMany(sandbox, n);
					await look(since);
				}
				const calls = await sandbox.calls();
				await sandbox.resetCalls();
				await look(await nextSecond());
				return { ...calls, tasks: calls.brevoContacts, quiet: sum(await sandbox.calls()) };
			} finally {
				await side.close();
			}
		});
	});
}

async function editMany(sandbox: SandboxProcess, look: number): Promise<void> {
	await sandbox.act('salesforce', 'scatter', {
		count: EDITS / LOOKS,
		seed: look,
		unmappedShare: UNMAPPED_SHARE,
		fields: ['FirstName', 'LastName'],
		unmappedFields: ['Description', 'Title', 'Department'],
	});
}

/** Salesforce stamps whole seconds: what comes now must not share one with what came before. */
async function nextSecond(): Promise<string> {
	const next = (Math.floor(Date.now() / 1000) + 1) * 1000;
	await sleep(next - Date.now());
	return new Date(next).toISOString().replace('.000Z', 'Z');
}

const sum = ({ salesforce, brevoContacts, brevoOther }: Calls): number =>
	salesforce + brevoContacts + brevoOther;
