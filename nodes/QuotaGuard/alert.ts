import type { INodeExecutionData } from 'n8n-workflow';
import type { Notice, QuotaStatus } from '../../sync/ledger/ledger.ts';
import type { GuardRule } from '../../sync/quota/guard.ts';

/** The item on the Alert output, in words that a marketing manager understands. */
export function alertItem(
	notice: Notice,
	status: QuotaStatus,
	rule: GuardRule,
): INodeExecutionData {
	const used = `${status.used.toLocaleString('en')} of ${status.limit.toLocaleString('en')} tasks`;
	const resumesAt = new Date(rule.period.endsAt).toISOString();
	const message = {
		warning: `This month ${used} are used. When all are used, contacts wait until ${resumesAt}.`,
		exhausted: `All ${used} of this month are used. Contacts that change now are kept and written from ${resumesAt} on, or as soon as the monthly limit in Quota Guard is raised. Nothing is lost.`,
	} satisfies Record<Notice, string>;
	return {
		json: {
			notice,
			message: message[notice],
			used: status.used,
			limit: status.limit,
			period: status.period,
			resumesAt,
			brevoAccount: status.account,
		},
		// An alert comes from the whole batch, not from one item.
		pairedItem: { item: 0 },
	};
}
