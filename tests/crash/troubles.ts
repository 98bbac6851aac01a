import { setStage, type Stage } from '../../demo/stage.ts';
import { accounted } from '../../demo/story.ts';
import { MIGRATIONS } from '../../sync/ledger/migrations/list.ts';
import { die, forgetTheDead, lockLedger } from './death.ts';
import { makeOlder, schemaVersion } from './older-ledger.ts';
import { brokenNow } from './oracle.ts';
import { counts, EDITED, inTheMiddle, LIMIT, over, type Play, rename, until } from './play.ts';

/*
 * What administrators and machines do to a running n8n. After each: everything is as promised, and
 * nothing was read or charged twice.
 */

export interface TroubleOver {
	readonly name: string;
	/** Broken promises, in words. */
	readonly broken: readonly string[];
	/** Why it could not be played on this machine. */
	readonly skipped?: string;
}

const CONTACTS = 80;
const PATIENCE_MS = 120_000;

type Act = (play: Play) => Promise<string[]>;

const TROUBLES: Readonly<Record<string, Act>> = {
	'n8n is stopped in the middle of a page (SIGTERM)': async (play) => {
		const { stage, ledger } = play;
		const tooLate = await inTheMiddle(play);
		const problems = tooLate();
		await stage.n8n().stop();
		problems.push(...(await brokenNow(stage, ledger, LIMIT)));
		await stage.restart();
		return [...problems, ...(await over(play, EDITED))];
	},

	'the workflow is unpublished in the middle of a page and published again': async (play) => {
		const { stage } = play;
		const tooLate = await inTheMiddle(play);
		await stage.n8n().unpublish(stage.workflow.id);
		const problems = tooLate();
		problems.push(...(await over(play, EDITED)));
		rename(stage, 3);
		await stage.n8n().publish(stage.workflow);
		return [...problems, ...(await over(play, 3))];
	},

	'another process locks the ledger until the execution fails': async (play) => {
		const { stage } = play;
		const tooLate = await inTheMiddle(play);
		const unlock = lockLedger(stage);
		const problems = tooLate();
		try {
			await failed(stage);
		} finally {
			unlock();
		}
		return [...problems, ...(await over(play, EDITED))];
	},

	'the package is upgraded over the ledger of its first version, with a page under way': async (
		play,
	) => {
		const { stage } = play;
		rename(stage, 3);
		const isIt = (request: string): boolean => request.startsWith('PUT /v3/contacts/');
		const came = await die(stage, { isIt, moment: 'arrives' }, PATIENCE_MS);
		await play.ledger.close();
		const file = fileOf(stage);
		await makeOlder(file);
		const versions = [schemaVersion(file)];
		await stage.restart();
		await forgetTheDead(stage);
		play.ledger = await stage.ledger();
		const problems = await over(play, 3);
		versions.push(schemaVersion(file));
		const isUpgraded = versions.join() === [1, MIGRATIONS.length].join();
		return [
			...(came ? [] : ['n8n did not come to the point']),
			...(isUpgraded ? [] : [`the schema went from ${versions.join(' to ')}`]),
			...problems,
		];
	},
};

export const TROUBLE_NAMES = Object.keys(TROUBLES);

export async function playTroubles(
	packageTarball: string,
	told: (trouble: TroubleOver) => void,
): Promise<TroubleOver[]> {
	const stage = await setStage({ packageTarball, say: () => undefined });
	const play: Play = { stage, ledger: await stage.ledger(), before: { read: 0, used: 0 } };
	const all: TroubleOver[] = [];
	try {
		stage.sandbox.salesforce.admin.generate({ object: 'Contact', count: CONTACTS, seed: 1 });
		await stage.change('Quota Guard', { monthlyLimit: LIMIT });
		await accounted(play.ledger, 0, 20 + CONTACTS);
		for (const [name, act] of Object.entries(TROUBLES)) {
			play.before = await counts(play);
			const trouble = { name, broken: await act(play) };
			stage.sandbox.faults.clear();
			all.push(trouble);
			told(trouble);
		}
		return all;
	} finally {
		await play.ledger.close();
		await stage.close();
	}
}

/** An execution that fails after this moment; n8n answers late while its ledger is locked. */
async function failed(stage: Stage): Promise<void> {
	const { id } = stage.workflow;
	const look = async (): Promise<string | undefined> =>
		(
			await stage
				.n8n()
				.executions(id, 1)
				.catch(() => [])
		)[0]?.status;
	await until(async () => (await look()) === 'error', 'the execution to fail');
}

const fileOf = ({ ledgerLocation: location }: Stage): string => {
	if (location.kind !== 'file') throw new Error('The ledger is a file here');
	return location.path;
};
