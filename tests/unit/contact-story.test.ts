import { contactStory, type StoryFacts } from '../../sync/desk/contact-story.ts';
import type { IntegrationStatus } from '../../sync/desk/status.ts';
import type { KnownRecord } from '../../sync/ledger/desk.ts';

const NOON = Date.UTC(2026, 10, 14, 12);
const HOUR = 3_600_000;

const status = (way: object = {}): IntegrationStatus =>
	({
		integration: { name: 'Contacts' },
		streams: [{ state: 'running', why: 'It looked 5 seconds ago.', readUpTo: NOON, ...way }],
	}) as unknown as IntegrationStatus;

const facts = (more: Partial<StoryFacts> = {}): StoryFacts => ({
	...{ recordId: '003', object: 'Contact', listIds: [], zone: 'UTC' },
	salesforce: { is: 'there', savedAt: NOON - HOUR },
	status: status(),
	...more,
});
const known = (more: Partial<KnownRecord>): KnownRecord => ({
	...{ integration: 'Contacts', recordId: '003', onPage: false, verdicts: [], conflicts: [] },
	...more,
});
const verdict = (limit: string, lastAt: number, outcome: 'rejected' | 'excluded' = 'excluded') => ({
	...{ limit, outcome, firstAt: lastAt - HOUR, lastAt, times: 2 },
});
const link = { brevoAccount: 'b', writtenAt: NOON - HOUR, optedOut: false };

test.each<[string, Partial<StoryFacts>, RegExp]>([
	[
		'the workflow dropped it',
		{ there: known({ verdicts: [verdict('left-the-workflow', NOON)] }) },
		/^It was left out: The workflow ended without writing the record/,
	],
	[
		'its run is not finished',
		{ there: known({ onPage: true }), status: status({ why: 'It fails.' }) },
		/^It is on its way: the run that has it is not finished\. It fails\.$/,
	],
	[
		'its address went to another record',
		{ there: known({ link: { ...link, removedAt: NOON } }) },
		/^It left Brevo on 14 November 2026, 12:00: .* its address went to another record\.$/,
	],
	[
		'a converted lead',
		{ salesforce: { is: 'converted' }, object: 'Lead' },
		/^The lead was converted in Salesforce/,
	],
	[
		'the first import has not come to it',
		{ status: status({ state: 'importing', why: 'First import: 5 of 9.', readUpTo: undefined }) },
		/^The first import has not come to it yet\. First import: 5 of 9\.$/,
	],
	[
		'it was saved a moment ago',
		{ salesforce: { is: 'there', savedAt: NOON + 1 } },
		/^It has not been read since it was saved\.$/,
	],
	['nobody knows', {}, /^“Contacts” knows nothing of it/],
	[
		'a reason that an earlier version noted',
		{ there: known({ rejected: { limit: 'no-such-limit', since: NOON } }) },
		/^It was turned away: Reason “no-such-limit”\.$/,
	],
])('%s', (_, more, answer) => {
	const story = contactStory(facts(more));
	expect(story.answer).toMatch(answer);
	expect(story.inBrevo).toBe(false);
});

test('the newest reason for leaving it out counts, and what was mended does not', () => {
	const verdicts = [
		verdict('bulk-email-edit', NOON - HOUR),
		verdict('filtered-event', NOON),
		verdict('phone-digits', NOON + HOUR, 'rejected'),
	];
	expect(contactStory(facts({ there: known({ verdicts }) })).answer).toMatch(
		/^It was left out: The trigger is not set to carry this kind of change\.$/,
	);
});

test('an opt-out of the list is the person’s wish, and nothing to repair', () => {
	const brevo = { id: 7, listIds: [], listUnsubscribed: [3], emailBlacklisted: false };
	const story = contactStory(facts({ brevo, listIds: [3] }));
	expect(story.answer).toBe(
		'It is in Brevo, as contact 7. The person has unsubscribed from the list.',
	);
	expect(story).not.toHaveProperty('whatToDo');
});

test('a contact whose latest change waits is told with what it waits for', () => {
	const brevo = { id: 7, listIds: [3], listUnsubscribed: [], emailBlacklisted: false };
	const deferred = { limit: 'paused', since: NOON, dueAt: NOON, attempts: 1 };
	expect(contactStory(facts({ brevo, there: known({ link, deferred }) }))).toMatchObject({
		inBrevo: true,
		answer: expect.stringMatching(/Its latest change has not arrived: The integration is paused/),
		whatToDo: expect.stringMatching(/“Resume”/),
	});
});

test('the history is in order, of both ways, with how often', () => {
	const there = known({
		link: { ...link, firstWrittenAt: NOON - 3 * HOUR },
		verdicts: [{ ...verdict('phone-digits', NOON - 2 * HOUR, 'rejected'), field: 'MobilePhone' }],
		conflicts: [{ field: 'CITY', winner: 'brevo', at: NOON }],
	});
	const back = known({ verdicts: [{ ...verdict('conflict-lost', NOON + HOUR), times: 1 }] });
	const brevo = { id: 7, listIds: [], listUnsubscribed: [], emailBlacklisted: false };
	const modifiedAt = '2026-11-14T12:30:00.000Z';
	const salesforce = { is: 'there', savedAt: NOON - 4 * HOUR } as const;
	const story = contactStory(facts({ there, back, salesforce, brevo: { ...brevo, modifiedAt } }));
	expect(story.history.map(({ what }) => what)).toEqual([
		'Saved in Salesforce for the last time.',
		'Written to Brevo for the first time.',
		expect.stringMatching(
			/^Turned away \(2 times since 14 November 2026, 09:00\): The phone number/,
		),
		'Written to Brevo for the last time.',
		'CITY was changed on both sides; Brevo’s value stood.',
		'Changed in Brevo for the last time.',
		expect.stringMatching(/^On the way back: Left out: The record was changed in Salesforce/),
	]);
});
