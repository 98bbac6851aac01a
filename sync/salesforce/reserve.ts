import { SalesforceError } from './errors.ts';
import type { ApiUsage } from './transport.ts';

/** Share of the organisation's daily API calls that is left to other programs unless chosen. */
export const DEFAULT_RESERVE = 0.1;
/** More than this cannot be left: nothing would ever be read. */
export const LARGEST_RESERVE = 0.9;
/** How much must have become free before reading goes on, so that it does not stop at the next call. */
const HEADROOM = 0.01;

/**
 * The calls from which on no more are made, given the limit and the share (0 to 0.9) to leave to
 * others. `isWaiting`: reading has stopped already, and goes on a little lower.
 */
export const reserveBegins = (limit: number, share: number, isWaiting: boolean): number =>
	limit * (1 - share - (isWaiting ? HEADROOM : 0));

/** Whether only the share of the others is left. Unknown usage is none: there has been no answer yet. */
export const isInReserve = (
	usage: ApiUsage | undefined,
	share: number,
	isWaiting: boolean,
): boolean => usage !== undefined && usage.used >= reserveBegins(usage.limit, share, isWaiting);

/** Says what was used and when reading goes on. */
export function reserveError({ used, limit }: ApiUsage, share: number): SalesforceError {
	const number = (value: number): string => value.toLocaleString('en');
	const percent = Math.round(share * 100);
	return new SalesforceError('API_RESERVE', {
		rule: {
			action: 'daily-limit',
			message: `The Salesforce organisation has used ${number(used)} of its ${number(limit)} API calls of the last 24 hours, and the last ${percent} % are left to other programs`,
			remedy:
				'Nothing is lost. The trigger looks again after a few seconds, then less and less often, at least every 15 minutes, and goes on by itself: the 24 hours roll, so calls become free bit by bit. To use more of them, lower “Leave for Others” in the options of Salesforce Contact Trigger; to use fewer, choose a longer interval.',
		},
	});
}
