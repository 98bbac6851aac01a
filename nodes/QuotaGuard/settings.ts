import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { periodAt, periodRuleProblem } from '../../sync/index.ts';
import type { GuardRule } from '../../sync/quota/guard.ts';
import { targetBehind } from '../context/target.ts';
import { asText } from '../context/textParameter.ts';

/** What the node's user has set. */
export interface GuardSettings {
	readonly rule: Omit<GuardRule, 'account'>;
	readonly zone: string;
	/** Absent without addresses: then nobody gets an e-mail. */
	readonly mail?: { readonly from: string; readonly to: readonly string[] };
}

/** As entered; an expression may give anything. */
type Options = Readonly<
	Partial<Record<'anchorDay' | 'timeZone' | 'reservedShare' | 'notify' | 'sender', unknown>>
>;

/** Reads and checks the parameters; throws with what to enter instead. */
export function guardSettings(context: IExecuteFunctions, now: number): GuardSettings {
	const limit = numberFrom(context.getNodeParameter('monthlyLimit', 0));
	const warnShare = numberFrom(context.getNodeParameter('warnAt', 0));
	const options = context.getNodeParameter('options', 0) as Options;
	const reservedShare = numberFrom(options.reservedShare ?? DEFAULT_RESERVED_SHARE);
	const period = {
		zone: asText(options.timeZone) || context.getTimezone(),
		anchorDay: numberFrom(options.anchorDay ?? 1),
	};
	const mail = mailOf(options);
	const problem =
		periodRuleProblem(period) ??
		limitProblem(limit) ??
		shareProblem('warning share', warnShare, 1, 100) ??
		shareProblem('share for opt-outs and deletions', reservedShare, 0, 50) ??
		mailProblem(mail);
	if (problem !== undefined) throw new NodeOperationError(context.getNode(), problem);
	return {
		rule: {
			period: periodAt(now, period),
			limit,
			lane: Math.floor((limit * reservedShare) / 100),
			warnAt: Math.ceil((limit * warnShare) / 100),
			target: targetBehind(context),
		},
		zone: period.zone,
		...(mail.to.length > 0 && { mail }),
	};
}

/** Percent of the limit that is kept for opt-outs and deletions. */
export const DEFAULT_RESERVED_SHARE = 2;

/** Numbers, and texts of digits as expressions give them; NaN for the rest. "100,000" may be 100. */
const numberFrom = (value: unknown): number =>
	typeof value === 'number' || (typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value))
		? Number(value)
		: Number.NaN;

const limitProblem = (limit: number): string | undefined =>
	Number.isSafeInteger(limit) && limit >= 1
		? undefined
		: 'The monthly limit must be a whole number of at least 1, such as 100000, without commas or spaces. To stop the sync, unpublish the workflow.';

const shareProblem = (
	what: string,
	share: number,
	least: number,
	most: number,
): string | undefined =>
	share >= least && share <= most
		? undefined
		: `The ${what} must be a number from ${least} to ${most}.`;

const mailOf = ({ notify, sender }: Options): { from: string; to: string[] } => ({
	from: asText(sender),
	to: [...new Set(asText(notify).split(/[,;\s]+/))].filter((address) => address !== ''),
});

function mailProblem({ from, to }: { from: string; to: readonly string[] }): string | undefined {
	if (from === '' && to.length === 0) return undefined;
	if (to.length === 0)
		return 'A sender is given, but nobody to notify. Enter addresses in “Notify by E-Mail”, or remove the sender.';
	if (from === '')
		return 'Addresses to notify are given, but no sender. Enter one that is verified in Brevo (Senders, Domains & Dedicated IPs) in “Sender E-Mail”.';
	const wrong = [from, ...to].filter((address) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address));
	return wrong.length === 0 ? undefined : `This is no e-mail address: ${wrong.join(', ')}.`;
}
