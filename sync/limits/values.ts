import type { OwnLimit } from './limit.ts';

const toBrevo = {
	direction: 'salesforce-to-brevo',
	object: 'both',
	effect: 'rejected',
	liftable: false,
} as const;

/** What a single record can fail on, beyond the help page. A bad value rejects the whole record. */
export const VALUE_LIMITS = {
	'email-or-sms-missing': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'A record needs an e-mail address or a mobile number to become a contact.',
		message: 'The record has neither an e-mail address nor a mobile number in the mapped fields.',
		remedy: 'Add one of the two in Salesforce; the record then comes again by itself.',
	},
	'email-invalid': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'An e-mail address must be one that mail can be delivered to.',
		message: '{field} holds {shape}, which is no valid e-mail address.',
		remedy: 'Correct the address in Salesforce; the record then comes again by itself.',
	},
	'email-duplicate': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'An e-mail address belongs to one Brevo contact only.',
		message: 'Another record already owns this e-mail address in Brevo{names}.',
		remedy: 'Merge the two records in Salesforce, or give one of them another address.',
	},
	'record-duplicate': {
		...toBrevo,
		source: 'sync',
		sentence: 'A record becomes a Brevo contact through one integration only.',
		message: 'Another integration already brings this record into the same Brevo account.',
		remedy:
			'Let the filters of the two Salesforce Contact Triggers leave each record to one of them; it then comes again by itself.',
	},
	'sms-duplicate': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'A mobile number belongs to one Brevo contact only.',
		message: 'Another record already owns this mobile number in Brevo{names}.',
		remedy: 'Merge the two records in Salesforce, or give one of them another number.',
	},
	'identifier-duplicate': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'A WhatsApp number, a landline or an external id belongs to one Brevo contact only.',
		message: 'Another contact already owns the value of {attribute} in Brevo.',
		remedy: 'Merge the two contacts in Brevo, or change the value on one of them.',
	},
	'phone-invalid': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'A phone number must exist in the numbering plan of its country.',
		message:
			'The phone number in {field} ({shape}) does not fit the numbering plan of its country.',
		remedy:
			'Correct the number in Salesforce, or write it with its country code, like +33612345678.',
	},
	'phone-country-missing': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'A phone number needs a country code.',
		message:
			'The phone number in {field} has no country code ({shape}) and no default country is set.',
		remedy:
			'Choose a default country in Map Contact Fields, or write the number like +33612345678.',
	},
	'number-format': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'A number attribute takes plain numbers only.',
		message: '{field} holds {shape}, which is no plain number like 1234.5.',
		remedy: 'Write the number without thousands separators, with a point for decimals.',
	},
	'value-type': {
		...toBrevo,
		source: 'sync',
		sentence: 'A value must be of the type that Salesforce describes for its field.',
		message: '{field} holds {shape}, which does not fit {attribute}.',
		remedy:
			'Map another field to {attribute}, or check the node that changed the record on its way.',
	},
	'category-option': {
		...toBrevo,
		source: 'brevo-api',
		sentence: 'A category or multiple-choice attribute takes its own options only.',
		message: '{field} holds {shape}, which is no option of {attribute} in Brevo.',
		remedy: 'Add the option to {attribute} in Brevo, with the same spelling as in Salesforce.',
	},
	'value-too-long': {
		source: 'salesforce-api',
		direction: 'brevo-to-salesforce',
		object: 'both',
		effect: 'rejected',
		liftable: false,
		sentence: 'A value must fit into its Salesforce field.',
		message: '{attribute} holds {shape}; {field} in Salesforce takes {number}.',
		remedy: 'Shorten the value in Brevo, or map a longer field.',
	},
} as const satisfies Record<string, OwnLimit>;
