import type { OwnLimit } from './limit.ts';

const toSalesforce = {
	direction: 'brevo-to-salesforce',
	object: 'both',
	liftable: false,
} as const;

/** What can keep a change made in Brevo from being written to Salesforce, or from being written now. */
export const BACK_LIMITS = {
	'salesforce-unavailable': {
		...toSalesforce,
		source: 'salesforce-api',
		effect: 'deferred',
		sentence: 'While Salesforce cannot take a change, for example of a locked record, it waits.',
		message: 'Salesforce could not take the change now{reason}.',
		remedy: 'Nothing to do: the change is kept and comes again by itself.',
	},
	'salesforce-refused': {
		...toSalesforce,
		source: 'salesforce-api',
		effect: 'rejected',
		sentence:
			'Salesforce may refuse a change: validation rules, duplicate rules, restricted picklists, permissions.',
		message: 'Salesforce refused the change{reason}.',
		remedy:
			'Mend what Salesforce names, then change the contact in Brevo; it comes again by itself.',
	},
	'salesforce-delete-ignored': {
		...toSalesforce,
		source: 'sync',
		effect: 'excluded',
		sentence: 'A deletion in Brevo leaves the record in Salesforce unless it is chosen otherwise.',
		message: 'The contact was deleted in Brevo; its record stays in Salesforce, as chosen.',
		remedy: 'Choose “Delete the Record” for deleted contacts in Salesforce Contact to change that.',
	},
	'removal-brake': {
		...toSalesforce,
		source: 'sync',
		effect: 'deferred',
		sentence:
			'When more records than usual would be deleted or emptied in Salesforce, nothing is until somebody agrees.',
		message:
			'{number} records would be deleted or lose values in Salesforce in one day, more than is allowed without asking.',
		remedy:
			'Look at the contacts in Brevo. If the changes are right, run Contact Sync with “Approve Removals” for this integration; otherwise restore the contacts.',
	},
	'conflict-lost': {
		...toSalesforce,
		source: 'sync',
		effect: 'excluded',
		sentence:
			'When a field was changed on both sides, the rule of its row says whose value stands.',
		message: 'The record was changed in Salesforce as well, and its values stand.',
		remedy:
			'Choose another rule for the field in Map Contact Fields if Brevo’s value should stand.',
	},
	'record-gone': {
		...toSalesforce,
		source: 'sync',
		effect: 'excluded',
		sentence: 'A record that was deleted in Salesforce takes no more changes.',
		message: 'The record is deleted in Salesforce.',
		remedy: 'Restore it from Salesforce’s recycle bin if it is needed.',
	},
	'lead-converted': {
		direction: 'both',
		object: 'Lead',
		liftable: false,
		source: 'salesforce-api',
		effect: 'excluded',
		sentence: 'A converted lead goes on as the contact that it became.',
		message: 'The lead was converted in Salesforce; the person goes on as a contact.',
		remedy: 'Sync contacts as well: the contact then takes over the one in Brevo.',
	},
} as const satisfies Record<string, OwnLimit>;
