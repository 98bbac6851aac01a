/** 3. How long an edit in Salesforce takes to be in Brevo. */
import { setTimeout as sleep } from 'node:timers/promises';
import { mulberry32 } from '../sandbox/faults.ts';
import { inSandbox, withOurs } from './arena.ts';
import { importAll } from './ours.ts';
import { type Bench, percentile, type Section, target } from './results.ts';
import type { SandboxProcess } from './sandbox-process.ts';
import { waitFor } from './wait.ts';

const CONTACTS = 1_000;
const EDITS = 200;
/** The edits fall anywhere in this time, so that a look at Salesforce meets them at any distance. */
const SPREAD_MS = 120_000;
const ARRIVAL_MS = 120_000;
/** Seconds between two looks. With change events the looks only make up for lost ones. */
const INTERVAL = { events: 60, polling: 10 } as const;
type Mode = keyof typeof INTERVAL;

export async function measureDelay(bench: Bench): Promise<Section> {
	const found = {
		events: await delaysOf(bench, 'events'),
		polling: await delaysOf(bench, 'polling'),
	};
	const p95 = (mode: Mode): number | null => percentile(found[mode], 0.95);
	return {
		title: 'From an edit in Salesforce to the contact in Brevo',
		measuredAt: new Date().toISOString(),
		tables: [
			{
				columns: ['mode', 'edits', 'p50, s', 'p95, s', 'p99, s', 'longest, s'],
				rows: (Object.keys(INTERVAL) as Mode[]).map((mode) => [
					NAMES[mode],
					found[mode].length,
					...[0.5, 0.95, 0.99, 1].map((share) => percentile(found[mode], share)),
				]),
			},
		],
		targets: [
			target('p95 with change events', 'at most', 2, p95('events'), ' s'),
			target('p95 without', 'at most', INTERVAL.polling + 2, p95('polling'), ' s'),
		],
		notes: [
			`${EDITS} different contacts out of ${CONTACTS.toLocaleString('en-US')} get a new last name at random moments within ${SPREAD_MS / 1000} s, under Brevo's published limits. The delay is from just before the edit to when Brevo says the contact was changed, both by the sandbox's clock.`,
		],
	};
}

const NAMES: Record<Mode, string> = {
	events: `change events, a look every ${INTERVAL.events} s besides`,
	polling: `a look every ${INTERVAL.polling} s`,
};

/** Seconds, one for each edit. */
async function delaysOf(bench: Bench, mode: Mode): Promise<number[]> {
	return await inSandbox(CONTACTS, 'published', async (sandbox) => {
		const options = {
			interval: INTERVAL[mode],
			triggerOptions: mode === 'events' ? { changeEvents: true } : {},
		};
		return await withOurs(bench, sandbox, options, async (ours) => {
			await importAll(ours, sandbox, CONTACTS);
			const edits = await edit(sandbox);
			const delays = await Promise.all(edits.map(async (one) => await arrival(sandbox, one)));
			bench.say(`  ${NAMES[mode]}: p95 ${percentile(delays, 0.95)?.toFixed(1)} s`);
			return delays;
		});
	});
}

interface Edit {
	readonly id: string;
	readonly name: string;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

async function edit(sandbox: SandboxProcess): Promise<Edit[]> {
	const records = await sandbox.act<Array<{ Id: string }>>('salesforce', 'records', {
		object: 'Contact',
	});
	const random = mulberry32(3);
	const moments = Array.from({ length: EDITS }, () => random() * SPREAD_MS).sort((a, b) => a - b);
	const startedAt = Date.now();
	const edits: Edit[] = [];
	for (const [n, moment] of moments.entries()) {
		await sleep(Math.max(0, startedAt + moment - Date.now()));
		// A step that shares no factor with the number of contacts: all over the table, none twice.
		const id = records[(n * 37) % records.length]?.Id ?? '';
		const change = { id, name: `Edited ${n}`, at: Date.now() };
		await sandbox.act('salesforce', 'update', {
			object: 'Contact',
			id,
			values: { LastName: change.name },
		});
		edits.push(change);
	}
	return edits;
}

async function arrival(sandbox: SandboxProcess, { id, name, at }: Edit): Promise<number> {
	const arrived = await waitFor(
		async () => {
			const { attributes, modifiedAt } = await sandbox.act<{
				attributes?: { LASTNAME?: string };
				modifiedAt?: string;
			}>('brevo', 'contact', { ext_id: id });
			return attributes?.LASTNAME === name ? modifiedAt : undefined;
		},
		{ what: 'an edited contact to arrive in Brevo', timeoutMs: ARRIVAL_MS, everyMs: 1000 },
	);
	return (Date.parse(arrived) - at) / 1000;
}
