import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Ours, type OursOptions, startOurs } from './ours.ts';
import type { Bench } from './results.ts';
import { type BrevoLimits, SandboxProcess } from './sandbox-process.ts';

/** A folder that is gone afterwards. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
	const folder = mkdtempSync(path.join(tmpdir(), 'contact-sync-bench-'));
	try {
		return await work(folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A sandbox with so many contacts, ended afterwards. */
export async function inSandbox<Result>(
	contacts: number,
	limits: BrevoLimits,
	work: (sandbox: SandboxProcess) => Promise<Result>,
): Promise<Result> {
	const sandbox = await SandboxProcess.start(contacts);
	try {
		await sandbox.limitBrevo(limits);
		await sandbox.resetCalls();
		return await work(sandbox);
	} finally {
		await sandbox.close();
	}
}

/** Our n8n in front of a sandbox, ended afterwards. */
export async function withOurs<Result>(
	{ hostDir, packageTarball }: Bench,
	{ origin }: SandboxProcess,
	options: Pick<OursOptions, 'interval' | 'triggerOptions'>,
	work: (ours: Ours) => Promise<Result>,
): Promise<Result> {
	return await inFolder(async (userFolder) => {
		const ours = await startOurs({ origin, hostDir, packageTarball, userFolder, ...options });
		try {
			return await work(ours);
		} finally {
			await ours.close();
		}
	});
}
