import type { Activity, Ledger } from '../sync/ledger/ledger.ts';
import { INTEGRATION, type Stage } from './stage.ts';
import { rejectionsByLimit } from './story.ts';
import { BACK_STREAM } from './way-back.ts';

/** How the records of one direction ended. The five outcomes add up to `read`. */
type Counts = Omit<Activity, 'tasks'>;

/**
 * The last line of `npm run demo -- --once --json`. The counts are those from Salesforce to Brevo;
 * there, what came from Brevo is read again and found unchanged.
 */
export interface Summary extends Counts {
	/** From Brevo to Salesforce. */
	readonly reverse: Counts;
	/** Rows of --contacts that Salesforce itself would not take; not part of `read`. */
	readonly refused: number;
	/** Tasks charged to the month for both directions, from the quota's own counter. */
	readonly tasks: number;
	readonly salesforceCalls: number;
	readonly brevoCalls: number;
	/** E-mails about the quota. */
	readonly notices: number;
	/** From the publishing of the workflow to the end of the story. */
	readonly seconds: number;
	readonly rejections: ReadonlyArray<{ readonly limit: string; readonly count: number }>;
}

export async function summarise(
	stage: Stage,
	ledger: Ledger,
	{ refused, seconds }: { readonly refused: number; readonly seconds: number },
): Promise<Summary> {
	return {
		...(await counts(ledger, INTEGRATION)),
		reverse: await counts(ledger, BACK_STREAM),
		refused,
		tasks: await tasksUsed(ledger),
		salesforceCalls: stage.sandbox.log.total('salesforce'),
		brevoCalls: stage.sandbox.log.total('brevo'),
		notices: stage.sandbox.brevo.admin.mailbox().length,
		seconds,
		rejections: (await rejectionsByLimit(ledger)).map(({ limit, count }) => ({ limit, count })),
	};
}

async function counts(ledger: Ledger, stream: string): Promise<Counts> {
	const { read, written, unchanged, excluded, rejected, deferred } =
		await ledger.pages.activity(stream);
	return { read, written, unchanged, excluded, rejected, deferred };
}

/** Tasks charged to this month, for both directions. */
export async function tasksUsed(ledger: Ledger): Promise<number> {
	const account = (await ledger.integrations.get(INTEGRATION))?.brevoAccount;
	if (account === undefined) return 0;
	const month = new Date().toISOString().slice(0, 8);
	return (await ledger.quota.status(account, `${month}01`))?.used ?? 0;
}
