import type { CurrentQuota, Integration } from '../ledger/ledger.ts';
import { duration, inWords, moment } from './words.ts';

/** What is true of a stream as a whole; the first that holds counts. */
export const STATES = {
	off: 'Off',
	stopped: 'Stopped',
	paused: 'Paused',
	failing: 'Failing',
	outOfQuota: 'Out of tasks',
	importing: 'First import',
	running: 'Running',
} as const;
export type State = keyof typeof STATES;

export interface StateFacts {
	readonly integration: Integration;
	/** Until when the trigger has said that it runs. */
	readonly leaseUntil?: number | undefined;
	readonly quota?: CurrentQuota | undefined;
	/** How the first import is doing, while it lasts. */
	readonly importing?: string | undefined;
	readonly waiting: number;
	/** Of the moments in words. */
	readonly zone: string;
	readonly now: number;
}

export interface StateInWords {
	readonly state: State;
	/** In a sentence or two. */
	readonly why: string;
	/** What somebody may do; absent when there is nothing to do. */
	readonly whatToDo?: string;
}

const RULES: ReadonlyArray<(facts: StateFacts) => StateInWords | undefined> = [
	({ integration }) =>
		integration.state === 'inactive'
			? {
					state: 'off',
					why: 'Its workflow is not published.',
					whatToDo: 'Publish the workflow; it goes on where it stopped.',
				}
			: undefined,
	({ integration: { lookedAt }, leaseUntil = 0, now, zone }) =>
		leaseUntil <= now
			? {
					state: 'stopped',
					why:
						lookedAt === undefined
							? 'Its trigger gives no sign of life.'
							: `Its trigger gives no sign of life; it last looked on ${moment(zone, lookedAt)}.`,
					whatToDo:
						'See whether n8n runs and the workflow is still published. Nothing is lost: it goes on where it stopped.',
				}
			: undefined,
	({ integration: { pausedAt }, zone }) =>
		pausedAt === undefined
			? undefined
			: {
					state: 'paused',
					why: `Somebody has paused it on ${moment(zone, pausedAt)}. What changes is remembered and written later.`,
					whatToDo: 'Run Contact Sync with “Resume”.',
				},
	({ integration: { state, lastError = 'The last run failed.', failedRuns } }) =>
		state === 'failing'
			? {
					state: 'failing',
					why: `${lastError} ${failedRuns > 1 ? `It has failed ${inWords(failedRuns)} times in a row.` : ''}`.trim(),
					whatToDo:
						'It tries again by itself, at least every 15 minutes, and nothing is lost. The executions of the workflow tell more.',
				}
			: undefined,
	({ quota, zone }) =>
		quota && quota.used >= quota.limit - quota.lane
			? {
					state: 'outOfQuota',
					why: `${inWords(quota.used)} of ${inWords(quota.limit)} tasks of this month are used${quota.lane > 0 && quota.used < quota.limit ? '; the rest is kept for opt-outs and deletions' : ''}. What changes is remembered and written later.`,
					whatToDo: `It goes on by itself on ${moment(zone, quota.endsAt)}, or at once when the limit is raised: Contact Sync, “Set Monthly Limit”.`,
				}
			: undefined,
	({ importing }) => (importing === undefined ? undefined : { state: 'importing', why: importing }),
];

/** In which state a stream is, and why. */
export function stateOf(facts: StateFacts): StateInWords {
	for (const rule of RULES) {
		const found = rule(facts);
		if (found) return found;
	}
	const { integration, waiting, now } = facts;
	const look =
		integration.lookedAt === undefined
			? 'It has not looked yet'
			: `It looked ${duration(now - integration.lookedAt)} ago`;
	const rest = waiting === 0 ? 'nothing waits' : `${inWords(waiting)} wait for their turn`;
	return { state: 'running', why: `${look}; ${rest}.` };
}
