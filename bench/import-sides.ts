/** Who takes part in the import: each imports everything once, from a fresh start, and is gone. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { node24, root } from '../scripts/install.cjs';
import { inFolder } from './arena.ts';
import { startBuiltins } from './builtins.ts';
import { type LoopDelay, loopEnv, watchLoop } from './loop-watch.ts';
import { watchMemory } from './memory.ts';
import { importAll, startOurs } from './ours.ts';
import type { Bench } from './results.ts';
import { copyAll, manualStart } from './rival-workflows.ts';
import type { Calls, SandboxProcess } from './sandbox-process.ts';

export interface Imported extends Calls {
	readonly seconds: number;
	/** Contacts that are not in Brevo at the end, though the run ended well. */
	readonly missing?: number;
	/** Highest memory above the idle n8n, MB. */
	readonly peakMb?: number;
	readonly loop?: LoopDelay;
}

export type Side = (
	bench: Bench,
	sandbox: SandboxProcess,
	contacts: number,
	limited: boolean,
	/** Cap of n8n's heap, MB. */
	heapMb?: number,
) => Promise<Imported>;

const startMs = 60_000;
/** Generous: what takes longer is given up, so that the benchmark ends. */
const timeoutMs = (contacts: number, msPerContact: number): number =>
	startMs + contacts * msPerContact;

export const ours: Side = async (bench, sandbox, contacts, _limited, heapMb) =>
	await inFolder(async (userFolder) => {
		const { hostDir, packageTarball } = bench;
		const { origin } = sandbox;
		const env = loopEnv(userFolder, heapMb);
		const side = await startOurs({ origin, hostDir, packageTarball, userFolder, env });
		try {
			const loop = await watchLoop(side.n8n.pid, userFolder);
			const memory = watchMemory(side.n8n.pid);
			const seconds = stopwatch();
			await importAll(side, sandbox, contacts);
			const took = seconds();
			const peakMb = memory.stop();
			const calls = await sandbox.calls();
			return {
				...calls,
				seconds: took,
				missing: 0,
				...(peakMb !== undefined && { peakMb }),
				loop: await loop.stop(),
			};
		} finally {
			await side.close();
		}
	});

/**
 * As wired by a user; under limits with the node's own batching, without which Brevo refuses most of
 * the calls. Even so some are refused, so the node is given a little less than ten a second.
 */
export const builtins: Side = async ({ hostDir }, sandbox, contacts, limited) =>
	await inFolder(async (userFolder) => {
		const { privateKey } = await sandbox.act<{ privateKey: string }>('salesforce', 'jwtKey');
		const { origin } = sandbox;
		const env = loopEnv(userFolder);
		const side = await startBuiltins({ origin, privateKey, hostDir, userFolder, env });
		try {
			const workflow = await side.save(
				copyAll(limited ? { size: 9, intervalMs: 1000 } : undefined),
			);
			const loop = await watchLoop(side.n8n.pid, userFolder);
			const memory = watchMemory(side.n8n.pid);
			const seconds = stopwatch();
			const { status } = await side.n8n.run(
				workflow.id,
				manualStart.name,
				timeoutMs(contacts, 150),
			);
			const took = seconds();
			const peakMb = memory.stop();
			const calls = await sandbox.calls();
			const arrived = await sandbox.contactsInBrevo();
			if (status !== 'success') throw new Error(`The built-in nodes ended with ${status}`);
			return {
				...calls,
				seconds: took,
				missing: contacts - arrived,
				...(peakMb !== undefined && { peakMb }),
				loop: await loop.stop(),
			};
		} finally {
			await side.close();
		}
	});

export const floor: Side = async (_bench, sandbox, contacts) => {
	const script = path.join(root, 'bench', 'floor.ts');
	const { stdout } = await promisify(execFile)(node24, [script, sandbox.origin], {
		timeout: timeoutMs(contacts, 10),
	});
	const { seconds } = JSON.parse(stdout) as { seconds: number };
	const arrived = await sandbox.membersInBrevo();
	if (arrived < contacts)
		throw new Error(`The raw script brought ${arrived} of ${contacts} contacts`);
	return { ...(await sandbox.calls()), seconds, missing: 0 };
};

function stopwatch(): () => number {
	const startedAt = performance.now();
	return () => (performance.now() - startedAt) / 1000;
}
