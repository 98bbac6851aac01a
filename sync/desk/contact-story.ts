import type { StoredContact } from '../brevo/stored-contact.ts';
import type { SalesforceObject } from '../changes/change.ts';
import type { KnownRecord } from '../ledger/desk.ts';
import type { IntegrationStatus, StreamStatus } from './status.ts';
import { counted, moment, reasonInWords } from './words.ts';

/** All that is known of a record and its contact, for one integration. No value of either. */
export interface StoryFacts {
	readonly recordId: string;
	readonly object: SalesforceObject;
	/** What Salesforce shows to the connected user now. */
	readonly salesforce: {
		readonly is: 'there' | 'deleted' | 'hidden' | 'converted';
		/** When it was saved last, milliseconds since the epoch. */
		readonly savedAt?: number;
	};
	/** Brevo's contact with this record's id. */
	readonly brevo?: Pick<
		StoredContact,
		'id' | 'listIds' | 'listUnsubscribed' | 'emailBlacklisted' | 'modifiedAt'
	>;
	readonly status: IntegrationStatus;
	/** What the ledger has of it on the way there, and on the way back. */
	readonly there?: KnownRecord;
	readonly back?: KnownRecord;
	/** The lists that the integration writes to. */
	readonly listIds: readonly number[];
	/** Whether the trigger's filter takes it in; absent when nobody knows. */
	readonly fits?: boolean;
	/** Records saved before are of no interest; milliseconds since the epoch. */
	readonly floorAt?: number;
	/** The record that owns what this one wants. */
	readonly owner?: string;
	/** Of the moments in words. */
	readonly zone: string;
}

export interface Answer {
	readonly inBrevo: boolean;
	/** Why it is in Brevo or not, and as what. */
	readonly answer: string;
	readonly whatToDo?: string;
}

export interface Story extends Answer {
	/** Oldest first. */
	readonly history: ReadonlyArray<{ readonly at: number; readonly what: string }>;
}

/** Why a contact is in Brevo as it is, or is not; and what became of it so far. */
export function contactStory(facts: StoryFacts): Story {
	const answer = RULES.map((rule) => rule(facts)).find((found) => found !== undefined);
	return { ...(answer ?? nobodyKnows(facts)), history: historyOf(facts) };
}

/* ---------------------------------------------------------------- the answer */

const way = ({ status: { streams } }: StoryFacts): StreamStatus | undefined => streams[0];
const day = ({ zone }: StoryFacts, at: number): string => moment(zone, at);

/** Reason and remedy for which it is not, or not as it should be, in Brevo now. */
function obstacle(facts: StoryFacts): { what: string; whatToDo: string } | undefined {
	const { there, owner } = facts;
	const limit = there?.rejected?.limit ?? there?.deferred?.limit;
	if (limit === undefined) return undefined;
	const verdict = there?.verdicts.find((one) => one.limit === limit);
	const { field, shape } = verdict ?? {};
	const details = { shape, names: owner, ...(field && { field, attribute: field }) };
	const { message, remedy } = reasonInWords(limit, details);
	return { what: message, whatToDo: remedy };
}

const notThere = (answer: string, whatToDo?: string): Answer => ({
	inBrevo: false,
	answer,
	...(whatToDo !== undefined && { whatToDo }),
});

/** The first that says something counts. */
const RULES: ReadonlyArray<(facts: StoryFacts) => Answer | undefined> = [
	inBrevo,
	({ salesforce: { is } }) =>
		is === 'deleted'
			? notThere('Its record was deleted in Salesforce.', 'Restore it there if it is needed.')
			: undefined,
	(facts) => {
		const found = obstacle(facts);
		const words = facts.there?.rejected ? 'It was turned away' : 'It waits';
		return found && notThere(`${words}: ${found.what}`, found.whatToDo);
	},
	(facts) =>
		facts.there?.onPage
			? notThere(
					`It is on its way: the run that has it is not finished. ${way(facts)?.why ?? ''}`,
					way(facts)?.whatToDo,
				)
			: undefined,
	(facts) => {
		const { link } = facts.there ?? {};
		if (!link) return undefined;
		return link.removedAt === undefined
			? notThere(
					`It was written to Brevo on ${day(facts, link.writtenAt)}, but Brevo has no contact with its ID any more: somebody deleted it there.`,
					'Run Contact Sync with “Reconcile” and “Repair” to have it made anew.',
				)
			: notThere(
					`It left Brevo on ${day(facts, link.removedAt)}: it was taken out, or its address went to another record.`,
					'Save the record once in Salesforce to let it come again.',
				);
	},
	({ salesforce: { is } }) =>
		is === 'hidden'
			? notThere(
					'Salesforce shows no such record to the connected user.',
					'Check the ID, and whether the connected user may see the record (sharing rules).',
				)
			: undefined,
	({ salesforce: { is } }) => {
		const { message, remedy } = reasonInWords('lead-converted');
		return is === 'converted' ? notThere(message, remedy) : undefined;
	},
	({ fits, object }) =>
		fits === false
			? notThere(
					`The filter of Salesforce Contact Trigger leaves it out${object === 'Lead' ? ', as a lead' : ''}.`,
					'Change the filter, or the record, if it should be in Brevo.',
				)
			: undefined,
	leftOut,
	notReadYet,
	(facts) =>
		facts.floorAt !== undefined && (facts.salesforce.savedAt ?? 0) < facts.floorAt
			? notThere(
					`The integration carries what was changed since ${day(facts, facts.floorAt)}; this record was last saved before.`,
					'Save it once in Salesforce to let it come.',
				)
			: undefined,
];

/** Where Brevo has it: what is not as it should be. */
function inBrevo(facts: StoryFacts): Answer | undefined {
	const { brevo } = facts;
	if (!brevo) return undefined;
	const found = obstacle(facts);
	const isMissed = !found && isOutOfList(facts, brevo);
	const parts = [
		`It is in Brevo, as contact ${brevo.id}.`,
		...(brevo.emailBlacklisted ? ['It is blocklisted there: it gets no e-mail campaigns.'] : []),
		...(hasUnsubscribed(facts, brevo) ? ['The person has unsubscribed from the list.'] : []),
		...(facts.salesforce.is === 'deleted'
			? ['Its record was deleted in Salesforce, so it is kept up to date no more.']
			: []),
		...(isMissed ? ['It is not in the list of this integration any more.'] : []),
		...(found ? [`Its latest change has not arrived: ${found.what}`] : []),
	];
	const whatToDo =
		found?.whatToDo ??
		(isMissed ? 'Run Contact Sync with “Reconcile” and “Repair” to put it back.' : undefined);
	return { inBrevo: true, answer: parts.join(' '), ...(whatToDo !== undefined && { whatToDo }) };
}

type InBrevo = NonNullable<StoryFacts['brevo']>;

const hasUnsubscribed = ({ listIds }: StoryFacts, { listUnsubscribed }: InBrevo): boolean =>
	listIds.some((id) => listUnsubscribed.includes(id));

/** Nobody's wish, as far as is known. */
const isOutOfList = (facts: StoryFacts, brevo: InBrevo): boolean =>
	facts.listIds.length > 0 &&
	facts.salesforce.is !== 'deleted' &&
	!hasUnsubscribed(facts, brevo) &&
	!facts.listIds.some((id) => brevo.listIds.includes(id));

/** Why it was left out last, where nothing newer is known. */
function leftOut({ there }: StoryFacts): Answer | undefined {
	const last = there?.verdicts
		.filter(({ outcome }) => outcome === 'excluded')
		.toSorted((a, b) => b.lastAt - a.lastAt)[0];
	if (!last) return undefined;
	const { field, limit, shape } = last;
	const details = { shape, ...(field && { field, attribute: field }) };
	const { message, remedy } = reasonInWords(limit, details);
	return notThere(`It was left out: ${message}`, remedy);
}

function notReadYet(facts: StoryFacts): Answer | undefined {
	const stream = way(facts);
	const { savedAt = 0 } = facts.salesforce;
	if (!stream || (stream.readUpTo !== undefined && savedAt <= stream.readUpTo)) return undefined;
	const { state, why, whatToDo } = stream;
	if (state !== 'running' && state !== 'importing')
		return notThere(`It has not been read yet. ${why}`, whatToDo);
	return notThere(
		state === 'importing'
			? `The first import has not come to it yet. ${why}`
			: 'It has not been read since it was saved.',
		'Nothing to do: it comes at one of the next looks.',
	);
}

const nobodyKnows = ({ status: { integration } }: StoryFacts): Answer =>
	notThere(
		`“${integration.name}” knows nothing of it, and nothing is known that would hold it back.`,
		'Save the record once in Salesforce to let it come, or run Contact Sync with “Reconcile”.',
	);

/* ---------------------------------------------------------------- the history */

function historyOf(facts: StoryFacts): Story['history'] {
	const { there, back, salesforce, brevo, zone } = facts;
	const events: Array<{ at: number; what: string }> = [];
	const add = (at: number | undefined, what: string): void => {
		if (at !== undefined && Number.isFinite(at)) events.push({ at, what });
	};
	const { link } = there ?? {};
	const again = link?.firstWrittenAt !== undefined && link.firstWrittenAt < link.writtenAt;
	add(link?.firstWrittenAt, 'Written to Brevo for the first time.');
	if (link && (again || link.firstWrittenAt === undefined))
		add(link.writtenAt, 'Written to Brevo for the last time.');
	add(link?.removedAt, 'Left Brevo: it was taken out, or its address went to another record.');
	for (const [known, prefix, isBack] of [
		[there, '', false],
		[back, 'On the way back: ', true],
	] as const) {
		for (const verdict of known?.verdicts ?? [])
			add(verdict.lastAt, `${prefix}${toldOf(verdict, zone, isBack)}`);
		const { deferred } = known ?? {};
		if (deferred)
			add(
				deferred.since,
				`${prefix}Waits since then: ${reasonInWords(deferred.limit, {}, isBack).message}`,
			);
	}
	for (const { at, field, winner } of there?.conflicts ?? [])
		add(
			at,
			`${field} was changed on both sides; ${winner === 'brevo' ? 'Brevo' : 'Salesforce'}’s value stood.`,
		);
	add(
		salesforce.savedAt,
		salesforce.is === 'deleted'
			? 'Deleted in Salesforce.'
			: 'Saved in Salesforce for the last time.',
	);
	add(
		brevo?.modifiedAt === undefined ? undefined : Date.parse(brevo.modifiedAt),
		'Changed in Brevo for the last time.',
	);
	return events.sort((a, b) => a.at - b.at);
}

function toldOf(
	{ outcome, limit, field, shape, times, firstAt }: KnownRecord['verdicts'][number],
	zone: string,
	isBack: boolean,
): string {
	const details = { shape, ...(field && { field, attribute: field }) };
	const { message } = reasonInWords(limit, details, isBack);
	const often = times === 1 ? '' : ` (${counted(times, 'time')} since ${moment(zone, firstAt)})`;
	return `${outcome === 'rejected' ? 'Turned away' : 'Left out'}${often}: ${message}`;
}
