/*
 * What must not do harm: the faults that the most trusted sync systems test for. Each is met in every
 * scene where it can happen, and at the end all promises (I1 to I8) must hold.
 */

export const SCENES = ['import', 'incremental', 'reverse'] as const;
export type SceneName = (typeof SCENES)[number];

export interface FaultRow {
	readonly number: number;
	readonly fault: string;
	/** Scenes in which it is injected here, each with every seed. */
	readonly scenes: readonly SceneName[];
	/** Why not in the others, or what shows it instead. */
	readonly besides?: string;
}

const BOTH = ['import', 'incremental', 'reverse'] as const;
const THERE = ['import', 'incremental'] as const;

export const FAULT_ROWS: readonly FaultRow[] = [
	{
		number: 1,
		fault: 'the process dies before or after any single call to Salesforce, Brevo or the ledger',
		scenes: BOTH,
		besides: 'with a real n8n: `npm run test:crash`',
	},
	{
		number: 2,
		fault: 'the workflow is switched off in the middle of a round',
		scenes: BOTH,
	},
	{
		number: 3,
		fault: 'the disk is full, or the ledger locked: its writes fail for a while',
		scenes: BOTH,
	},
	{
		number: 4,
		fault: 'the ledger file is cut off, or of another version',
		scenes: [],
		besides: 'tests/contract/ledger-refusals.test.ts, ledger-migrations.test.ts',
	},
	{
		number: 5,
		fault: 'Brevo answers 429 for half an hour, with the reset missing, in the past or far away',
		scenes: BOTH,
	},
	{
		number: 6,
		fault: 'the 100 calls an hour beside contacts are used up',
		scenes: BOTH,
	},
	{
		number: 7,
		fault: 'a burst of 500, a gateway’s HTML, an empty 200, a 204, an array for an object',
		scenes: BOTH,
	},
	{
		number: 8,
		fault: 'the write is done and its answer lost',
		scenes: BOTH,
	},
	{
		number: 9,
		fault: 'the connection breaks before, or in the middle of an answer',
		scenes: BOTH,
	},
	{
		number: 10,
		fault: 'one record of many is refused for a while',
		scenes: BOTH,
	},
	{
		number: 11,
		fault: 'an import fails, or never ends, or its answer is lost',
		scenes: THERE,
		besides: 'nothing is imported on the way back',
	},
	{
		number: 12,
		fault: 'a webhook comes twice at once and again hours later',
		scenes: ['reverse'],
		besides: 'webhooks concern the way back only',
	},
	{
		number: 13,
		fault: 'webhooks come in any order',
		scenes: ['reverse'],
		besides: 'webhooks concern the way back only',
	},
	{
		number: 14,
		fault: 'webhooks are lost for ever',
		scenes: ['reverse'],
		besides: 'webhooks concern the way back only',
	},
	{
		number: 15,
		fault: 'a forged webhook, of a wrong type or 10 MB',
		scenes: [],
		besides: 'tests/engine/webhook-door.test.ts',
	},
	{
		number: 16,
		fault: 'the Salesforce session ends in the middle; logging in is refused for a while',
		scenes: BOTH,
	},
	{
		number: 17,
		fault: 'Brevo refuses the key for a while',
		scenes: BOTH,
	},
	{
		number: 18,
		fault: 'Salesforce: daily limit, too many long requests, query time-out, a locked row',
		scenes: BOTH,
	},
	{
		number: 19,
		fault: 'this machine’s clock is a day fast or slow',
		scenes: BOTH,
		besides: 'the turn of the month: tests/unit/quota-period.test.ts, quota-guard.test.ts',
	},
	{
		number: 20,
		fault: 'records show themselves minutes after their stamp',
		scenes: THERE,
		besides: 'Brevo’s changes are looked for with the same overlap',
	},
	{
		number: 21,
		fault: 'hundreds of records share one stamp, over many pages',
		scenes: THERE,
		besides: 'the way back reads by hints, not by stamps',
	},
	{
		number: 22,
		fault: 'records change while their page is being read or written',
		scenes: BOTH,
	},
	{
		number: 23,
		fault: 'merges, undeletions and deletions in the middle',
		scenes: BOTH,
		besides: 'conversions: `tests/both-ways`, random stories',
	},
	{
		number: 24,
		fault: 'two records get one address, two exchange theirs, one loses it',
		scenes: BOTH,
	},
	{
		number: 25,
		fault: 'every write comes back as a change of the other side',
		scenes: BOTH,
	},
	{
		number: 26,
		fault: 'both sides are edited between two looks',
		scenes: ['incremental', 'reverse'],
		besides: 'in a first import there is only one side; all rules: `tests/both-ways`',
	},
	{
		number: 27,
		fault: 'an attribute is deleted, a field hidden, a type changed',
		scenes: [],
		besides: 'tests/engine/remembered.test.ts, lifts.test.ts',
	},
	{
		number: 28,
		fault: 'a tenth of all contacts is deleted or blanked at once',
		scenes: [],
		besides: 'tests/unit/brake.test.ts, deliver-back-brake.test.ts',
	},
	{
		number: 29,
		fault: 'the quota is used up in the middle of a page, and raised later',
		scenes: BOTH,
		besides: 'with a real n8n: tests/e2e/demo.test.ts',
	},
	{
		number: 30,
		fault: 'two rounds of one integration run at the same time on one ledger',
		scenes: BOTH,
		besides: 'in queue mode: tests/e2e/cluster.test.ts',
	},
	{
		number: 31,
		fault: 'a million records',
		scenes: [],
		besides: 'docs/performance.md',
	},
	{
		number: 32,
		fault: 'all of these at random, together',
		scenes: BOTH,
	},
];
