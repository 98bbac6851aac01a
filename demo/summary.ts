import type { Activity, Ledger } from '../sync/ledger/ledger.ts';
import { INTEGRATION, type Stage } from './stage.ts';
import { rejectionsByLimit } from './story.ts';

/** The last line of `npm run demo -- --once --json`. The five outcomes add up to `read`. */
export interface Summary extends Pick<
	Activity,
	'read' | 'written' | 'unchanged' | 'excluded' | 'rejected' | 'deferred'
> {
	/** Rows of --contacts that Salesforce itself would not take; not part of `read`. */
	readonly refused: number;
	/** Tasks charged to the month, from the quota's own counter. */
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
	const { read, written, unchanged, excluded, rejected, deferred } =
		await ledger.pages.activity(INTEGRATION);
	return {
		read,
		written,
		unchanged,
		excluded,
		rejected,
		deferred,
		refused,
		tasks: await tasksUsed(ledger),
		salesforceCalls: stage.sandbox.log.total('salesforce'),
		brevoCalls: stage.sandbox.log.total('brevo'),
		notices: stage.sandbox.brevo.admin.mailbox().length,
		seconds,
		rejections: (await rejectionsByLimit(ledger)).map(({ limit, count }) => ({ limit, count })),
	};
}

async function tasksUsed(ledger: Ledger): Promise<number> {
	const account = (await ledger.integrations.get(INTEGRATION))?.brevoAccount;
	if (account === undefined) return 0;
	const month = new Date().toISOString().slice(0, 8);
	return (await ledger.quota.status(account, `${month}01`))?.used ?? 0;
}
