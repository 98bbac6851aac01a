import { setTimeout as sleep } from 'node:timers/promises';
import { INTEGRATION, type Stage } from '../../demo/stage.ts';
import { tasksUsed } from '../../demo/summary.ts';
import type { Ledger } from '../../sync/ledger/ledger.ts';
import { broken } from './oracle.ts';

/** One installation, in which one trouble follows the other. */
export interface Play {
	readonly stage: Stage;
	ledger: Ledger;
	/** Where the counts stood before the trouble. */
	before: { readonly read: number; readonly used: number };
}

/** Tasks of the month; more than anybody here needs. */
export const LIMIT = 100_000;
/** Under 51, so that they are written singly; eight writes are under way at once. */
export const EDITED = 40;
const SLOW_MS = 1_000;
/** n8n finds a dead worker after about 95 s. */
const PATIENCE_MS = 240_000;
const LOOK_EVERY_MS = 100;

export const counts = async ({ ledger }: Pick<Play, 'ledger'>): Promise<Play['before']> => ({
	read: (await ledger.pages.activity(INTEGRATION)).read,
	used: await tasksUsed(ledger),
});

/**
 * Contacts get a new name, and some of them have been written when this returns. Brevo answers so
 * many of them so late, milliseconds, that the page takes seconds. The answer tells what is wrong
 * when the page is over before the trouble begins.
 */
export async function inTheMiddle(
	{ stage }: Play,
	delayMs = SLOW_MS,
	times = EDITED,
): Promise<() => string[]> {
	const { faults, log } = stage.sandbox;
	const writes = (): number => log.routes()['PUT /v3/contacts/:id'] ?? 0;
	const before = writes();
	faults.add({
		kind: 'delay',
		service: 'brevo',
		method: 'PUT',
		path: '^/v3/contacts/',
		delayMs,
		times,
	});
	rename(stage, EDITED);
	await until(() => writes() >= before + 5, 'the first writes');
	return () => (writes() < before + EDITED ? [] : ['the trouble came too late']);
}

let names = 0;
/** As many contacts get a new name, always the same ones. */
export function rename({ sandbox: { salesforce } }: Stage, count: number): void {
	names += 1;
	const records = salesforce.admin.records({ object: 'Contact' });
	for (const { Id: id } of records.slice(-count)) {
		const values = { LastName: `Trouble ${names}` };
		salesforce.admin.update({ object: 'Contact', id: String(id), values });
	}
}

/**
 * Waits for rest and tells what is not as it should be: so many records were read, each once, and each
 * cost one task, or together at most `mostTasks`.
 */
export async function over(play: Play, records: number, mostTasks = records): Promise<string[]> {
	const { stage, ledger, before } = play;
	// While PostgreSQL is away the ledger cannot be read.
	const isRead = async (): Promise<boolean> =>
		await counts(play).then(
			({ read }) => read >= before.read + records,
			() => false,
		);
	await until(isRead, `${records} records to be read`);
	const problems = await broken(stage, ledger, { limit: LIMIT, mayWait: false });
	const now = await counts(play);
	const [read, used] = [now.read - before.read, now.used - before.used];
	if (read !== records) problems.push(`${read} records were read instead of ${records}`);
	if (used < records || used > mostTasks)
		problems.push(`${used} tasks were charged for ${records} records`);
	play.before = now;
	return problems;
}

/** Looks again and again; throws what it waited for at the end of patience. */
export async function until(
	isSo: () => boolean | Promise<boolean>,
	what: string,
	patienceMs = PATIENCE_MS,
): Promise<void> {
	const giveUpAt = Date.now() + patienceMs;
	while (!(await isSo())) {
		if (Date.now() > giveUpAt) throw new Error(`Gave up waiting for ${what}`);
		await sleep(LOOK_EVERY_MS);
	}
}
