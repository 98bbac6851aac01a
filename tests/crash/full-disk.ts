import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { INTEGRATION, setStage } from '../../demo/stage.ts';
import { brokenNow } from './oracle.ts';
import { atRest } from './scenes.ts';
import { smallDisk } from './small-disk.ts';
import type { TroubleOver } from './troubles.ts';

/** A link takes about half a kilobyte. */
const CONTACTS = 3_000;
const LIMIT = 100_000;
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 100;
const NAME =
	'the disk that holds the ledger is full in the middle of an import, then it has room again';

/** The ledger lies on a disk of its own, in memory, that fills up. */
export async function playFullDisk(packageTarball: string): Promise<TroubleOver> {
	const disk = smallDisk('1m');
	if (!disk) return { name: NAME, broken: [], skipped: 'mounting a file system needs root' };
	const env = { CONTACT_SYNC_LEDGER: path.join(disk.folder, 'ledger.sqlite') };
	const stage = await setStage({ env, packageTarball, say: () => undefined });
	const ledger = await stage.ledger();
	try {
		stage.sandbox.salesforce.admin.generate({ object: 'Contact', count: CONTACTS, seed: 1 });
		await stage.change('Salesforce Contact Trigger', { options: { pageSize: 500 } });
		const wasFull = await isTold(
			async () => (await ledger.integrations.get(INTEGRATION))?.lastError,
			() => stage.n8n().logTail(200),
		);
		const problems = await brokenNow(stage, ledger, LIMIT);
		disk.grow('64m');
		problems.push(...(await atRest(stage, ledger, { limit: LIMIT, mayWait: false, exact: true })));
		return { name: NAME, broken: [...(wasFull ? [] : ['nobody was told of it']), ...problems] };
	} finally {
		await ledger.close();
		await stage.close();
		disk.remove();
	}
}

/** The ledger itself may have no room for the message; then n8n's log has it. */
async function isTold(
	error: () => Promise<string | undefined>,
	log: () => string,
): Promise<boolean> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	while (Date.now() < giveUpAt) {
		if (/is full/.test(`${await error()} ${log()}`)) return true;
		await sleep(LOOK_EVERY_MS);
	}
	return false;
}
