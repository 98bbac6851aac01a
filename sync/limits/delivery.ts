import type { OwnLimit } from './limit.ts';

const toBrevo = { direction: 'salesforce-to-brevo', object: 'both', liftable: false } as const;

/** What can keep a mapped record from being written, or from being written now. */
export const DELIVERY_LIMITS = {
	'brevo-unavailable': {
		...toBrevo,
		source: 'brevo-api',
		effect: 'deferred',
		sentence: 'While Brevo cannot be reached or asks to slow down, records wait.',
		message: 'Brevo could not take the record now{reason}.',
		remedy: 'Nothing to do: the record is kept and comes again by itself.',
	},
	'brevo-refused': {
		...toBrevo,
		source: 'brevo-api',
		effect: 'rejected',
		sentence: 'Brevo may refuse a contact for a reason of its own.',
		message: 'Brevo refused the contact{reason}.',
		remedy: 'Mend what Brevo names, then save the record in Salesforce; it comes again by itself.',
	},
	paused: {
		direction: 'both',
		object: 'both',
		liftable: false,
		source: 'sync',
		effect: 'deferred',
		sentence: 'What changes while somebody has paused the integration is written when it goes on.',
		message: 'The integration is paused; the record is kept for later.',
		remedy: 'Run Contact Sync with “Resume” when it may go on; the record then comes by itself.',
	},
	replay: {
		direction: 'both',
		object: 'both',
		liftable: false,
		source: 'sync',
		effect: 'deferred',
		sentence: 'A record that somebody replays comes again at the next look of the trigger.',
		message: 'Somebody asked for the record to come again.',
		remedy: 'Nothing to do: it comes at the next look of the trigger.',
	},
	'left-the-workflow': {
		...toBrevo,
		source: 'sync',
		effect: 'excluded',
		sentence:
			'A record that the workflow drops before it is written counts as left out on purpose.',
		message: 'The workflow ended without writing the record, for example in a Filter or If node.',
		remedy: 'Nothing to do if that is wanted; otherwise check the branches after the trigger.',
	},
	'filtered-event': {
		...toBrevo,
		source: 'sync',
		effect: 'excluded',
		sentence: 'Only the events that are chosen in the trigger are carried.',
		message: 'The trigger is not set to carry this kind of change.',
		remedy: 'Add the event in Salesforce Contact Trigger if it should be carried.',
	},
	'not-linked': {
		...toBrevo,
		source: 'sync',
		effect: 'excluded',
		sentence: 'A deleted record that was never written to Brevo needs no change there.',
		message: 'The record was deleted in Salesforce, but this integration never wrote it to Brevo.',
		remedy: 'Nothing to do.',
	},
	'out-of-sight': {
		...toBrevo,
		source: 'salesforce-api',
		effect: 'deferred',
		sentence:
			'A record that Salesforce no longer shows, without saying that it was deleted, waits, and stays in Brevo.',
		message:
			'Salesforce no longer shows the record to the connected user and does not say that it was deleted. The contact in Brevo stays.',
		remedy:
			'Share it with the connected user again, and it comes by itself; it is looked for once a day. If it was deleted, Contact Sync › Reconcile can take it out of Brevo.',
	},
	drift: {
		...toBrevo,
		source: 'sync',
		effect: 'deferred',
		sentence: 'What a reconciliation finds to differ comes again by itself.',
		message: 'A reconciliation has found that the record and its contact differ.',
		remedy: 'Nothing to do: the record comes again by itself.',
	},
	'delete-ignored': {
		...toBrevo,
		source: 'sync',
		effect: 'excluded',
		sentence: 'A deletion in Salesforce leaves the contact in Brevo when it is so chosen.',
		message: 'The record was deleted in Salesforce; the contact stays in Brevo, as chosen.',
		remedy: 'Choose "Remove From List" or "Delete" for deleted records to change that.',
	},
} as const satisfies Record<string, OwnLimit>;
