/*
 * What must not do harm: the faults that the most trusted sync systems test for. Each is met in every
 * scene where it can happen. At the end all promises (I1 to I8) must hold, and while it lasts what the
 * row says besides.
 */

export const SCENES = ['import', 'incremental', 'reverse', 'reconcile'] as const;
export type SceneName = (typeof SCENES)[number];

export interface FaultRow {
	readonly number: number;
	readonly fault: string;
	/** How it is brought about. */
	readonly injected: string;
	/** Besides I1 to I8. */
	readonly holds: string;
	/** Whether it is played in a scene; where not, why not. */
	readonly scenes: Readonly<Record<SceneName, true | string>>;
	/** Other tests that show it, or more of it. */
	readonly shownBy?: readonly string[];
}

const EVERYWHERE = { import: true, incremental: true, reverse: true, reconcile: true } as const;
const nowhere = (why: string): FaultRow['scenes'] => ({
	import: why,
	incremental: why,
	reverse: why,
	reconcile: why,
});
const only = (why: string, ...played: readonly SceneName[]): FaultRow['scenes'] => ({
	...nowhere(why),
	...Object.fromEntries(played.map((scene) => [scene, true])),
});

const WEBHOOKS = 'webhooks concern the way back only';

export const FAULT_ROWS: readonly FaultRow[] = [
	{
		number: 1,
		fault: 'the process, or the run alone, dies',
		injected:
			'at every single call to Salesforce, Brevo or the ledger, before or after it is served',
		holds: 'at most the records of one page are sent again',
		scenes: EVERYWHERE,
		shownBy: ['npm run test:crash'],
	},
	{
		number: 2,
		fault: 'the workflow is switched off in the middle of a round',
		injected: 'the signal aborts after a request drawn by lot',
		holds: 'no request is begun after that, but for those that were about to be',
		scenes: EVERYWHERE,
	},
	{
		number: 3,
		fault: 'the disk is full or the ledger locked',
		injected: 'writes of the ledger fail, one to six of them, from one drawn by lot on',
		holds: 'nothing is sent without a reservation',
		scenes: EVERYWHERE,
	},
	{
		number: 4,
		fault: 'the ledger file is cut off, or of an older or newer version',
		injected: 'files of each kind are opened',
		holds: 'refused with a remedy, or migrated; never begun anew in silence',
		scenes: nowhere('no round begins without a ledger'),
		shownBy: ['tests/contract/ledger-refusals.test.ts', 'tests/contract/ledger-migrations.test.ts'],
	},
	{
		number: 5,
		fault: 'Brevo answers 429 for half an hour',
		injected: 'the reset header missing, in the past, 0 or far away',
		holds: 'waits are bounded, so are calls; a refused call costs no task',
		scenes: EVERYWHERE,
		shownBy: ['tests/faults/pressure.test.ts'],
	},
	{
		number: 6,
		fault: 'the 100 calls an hour beside contacts are used up',
		injected: 'attributes, lists, imports’ progress and the rest answer 429 for an hour',
		holds: 'what was looked up lately is enough: contacts go on where they need no import',
		scenes: EVERYWHERE,
		shownBy: ['tests/engine/remembered.test.ts'],
	},
	{
		number: 7,
		fault: 'a burst of 500 and 503, a gateway’s HTML, an empty 200, a 204, an array for an object',
		injected: 'every second answer of either side is replaced, two to nine times',
		holds: 'an error with a name and a remedy; no crash',
		scenes: EVERYWHERE,
		shownBy: ['tests/faults/pressure.test.ts'],
	},
	{
		number: 8,
		fault: 'the write is done and its answer lost',
		injected: 'one to five answers to writes of either side, from one drawn by lot on',
		holds: 'no second contact for anybody',
		scenes: EVERYWHERE,
	},
	{
		number: 9,
		fault:
			'the connection breaks before or in the middle of an answer, or hangs until it is given up',
		injected: 'no answer, half an answer, or no answer after two minutes, one to six times',
		holds: 'as 7',
		scenes: EVERYWHERE,
	},
	{
		number: 10,
		fault: 'one record of a batch is refused, or the whole batch',
		injected: 'one write answers 400; in Salesforce one result of a collection, or the collection',
		holds: 'the others are written in the same round',
		scenes: EVERYWHERE,
		shownBy: ['tests/engine/brevo-contact-list-failures.test.ts', 'tests/faults/pressure.test.ts'],
	},
	{
		number: 11,
		fault: 'an import fails, never ends, is not taken, or its answer is lost',
		injected: 'the import process of the simulated Brevo',
		holds: 'no second import of the same rows while the first may be under way',
		scenes: only('single writes only', 'import', 'incremental', 'reconcile'),
		shownBy: [
			'tests/unit/brevo-import.test.ts',
			'tests/unit/brevo-import-once.test.ts',
			'tests/faults/pressure.test.ts',
		],
	},
	{
		number: 12,
		fault: 'a webhook comes twice at once and again hours later',
		injected: 'its hint is noted again whenever hints are read, and after twelve hours',
		holds: 'one write for one edit',
		scenes: only(WEBHOOKS, 'reverse'),
		shownBy: ['tests/engine/webhook-door.test.ts', 'tests/engine/webhook-flood.test.ts'],
	},
	{
		number: 13,
		fault: 'webhooks come in any order',
		injected: 'hints of all records, shuffled, a few at a time',
		holds: 'what Brevo has now counts',
		scenes: only(WEBHOOKS, 'reverse'),
	},
	{
		number: 14,
		fault: 'webhooks are lost for ever',
		injected: 'no hint arrives',
		holds: 'the sweep finds every edit',
		scenes: only(WEBHOOKS, 'reverse'),
	},
	{
		number: 15,
		fault: 'a forged webhook, of a wrong type, or of 10 MB',
		injected: 'posted to the door',
		holds: 'refused; nothing changes',
		scenes: nowhere(WEBHOOKS),
		shownBy: ['tests/engine/webhook-door.test.ts'],
	},
	{
		number: 16,
		fault: 'the Salesforce session ends in the middle; logging in is refused for a while',
		injected: 'sessions expire at a call drawn by lot; the token is refused in half of the seeds',
		holds: 'one login each; refused, no storm of calls and a message that says what to do',
		scenes: EVERYWHERE,
		shownBy: ['tests/faults/pressure.test.ts'],
	},
	{
		number: 17,
		fault: 'Brevo’s key is revoked, expired, or this address not authorised',
		injected: 'the key’s state for twenty minutes, from a call drawn by lot on',
		holds: 'one refused call a round and a message that says what to do',
		scenes: EVERYWHERE,
		shownBy: ['tests/faults/pressure.test.ts'],
	},
	{
		number: 18,
		fault:
			'Salesforce: daily limit, too many long requests, query time-out, lost cursor, locked row',
		injected: 'one to three answers; a locked row in the results of a collection',
		holds: 'calls are bounded',
		scenes: EVERYWHERE,
		shownBy: ['tests/unit/salesforce-errors.test.ts', 'tests/unit/salesforce-reserve.test.ts'],
	},
	{
		number: 19,
		fault: 'this machine’s clock is a day wrong; the clocks are changed; the month ends in a batch',
		injected: 'the clock of engine and ledger; rounds across a night in Paris, with a small quota',
		holds: 'each month’s tasks within its own limit',
		scenes: EVERYWHERE,
		shownBy: ['tests/unit/quota-period.test.ts', 'tests/faults/pressure.test.ts'],
	},
	{
		number: 20,
		fault: 'records show themselves minutes after their stamp',
		injected: 'transactions that commit 30 to 230 seconds late',
		holds: 'found within the overlap',
		scenes: only(
			'both sides are listed in whole, or Brevo’s clock counts',
			'import',
			'incremental',
		),
	},
	{
		number: 21,
		fault: 'more than 2,000 records share one stamp',
		injected: '2,100 records of one second; in Brevo all edits of one second',
		holds: 'none is left out, no round without end',
		scenes: only('records are compared by id', 'import', 'incremental', 'reverse'),
	},
	{
		number: 22,
		fault: 'records change while their page is being read or written',
		injected: 'an edit on either side after four requests drawn by lot',
		holds: 'the last edit arrives',
		scenes: EVERYWHERE,
	},
	{
		number: 23,
		fault: 'merges, conversions, deletions, undeletions, an emptied recycle bin',
		injected: 'after requests drawn by lot',
		holds: 'one contact for one person; none deleted that lives',
		scenes: EVERYWHERE,
	},
	{
		number: 24,
		fault: 'two records get one address, two exchange theirs, one loses it; case, space, umlauts',
		injected: 'edits before the first round',
		holds: 'the same winner every time; the other is told why',
		scenes: EVERYWHERE,
	},
	{
		number: 25,
		fault: 'every write comes back as a change of the other side',
		injected: 'a hint for each write, and a look at once',
		holds: 'nothing more is written',
		scenes: only('nothing comes back in one direction', 'import', 'incremental', 'reverse'),
	},
	{
		number: 26,
		fault: 'both sides are edited between two looks',
		injected: 'the same fields of the same records, under every rule for conflicts',
		holds: 'the rule decides; what lost is listed',
		scenes: only('there is one side only', 'incremental', 'reverse'),
		shownBy: ['tests/both-ways/both-ways.test.ts'],
	},
	{
		number: 27,
		fault: 'an attribute is deleted or of another type, a field is hidden',
		injected: 'in the simulated Brevo or Salesforce, for two rounds',
		holds: 'runs stop or records are rejected, and say why; no value is emptied for it',
		scenes: EVERYWHERE,
		shownBy: ['tests/engine/remembered.test.ts'],
	},
	{
		number: 28,
		fault: 'a tenth of all contacts is deleted or blanked at once',
		injected: 'in Brevo',
		holds: 'none of it reaches Salesforce before somebody has agreed',
		scenes: only(
			'deletions in Salesforce are carried out as chosen in the node, and can be undone',
			'reverse',
		),
		shownBy: ['tests/unit/brake.test.ts', 'tests/reconcile/explained.test.ts'],
	},
	{
		number: 29,
		fault: 'the quota is used up in the middle of a page, by two workflows, and raised later',
		injected: 'three tasks are left',
		holds: 'not a task more; one notice each; all goes on once it is raised',
		scenes: EVERYWHERE,
		shownBy: ['tests/unit/quota-guard.test.ts'],
	},
	{
		number: 30,
		fault: 'two executions of one integration at the same time on one ledger',
		injected: 'two rounds, their calls interleaved by lot',
		holds: 'as if there were one',
		scenes: EVERYWHERE,
		shownBy: ['npm run test:cluster'],
	},
	{
		number: 31,
		fault: 'a million records in 256 MB',
		injected: 'a generated organisation and a real n8n',
		holds: 'flat memory',
		scenes: nowhere('measured, not simulated'),
		shownBy: ['docs/performance.md'],
	},
	{
		number: 32,
		fault: 'any of these together',
		injected: 'each round one to three of them, drawn by lot',
		holds: 'all promises',
		scenes: EVERYWHERE,
	},
];

/** Whether the row is played in the scene. */
export const isPlayed = ({ scenes }: FaultRow, scene: SceneName): boolean => scenes[scene] === true;
