import type { OwnLimit } from './limit.ts';

const setUp = { direction: 'set-up', object: 'both', effect: 'refused', liftable: false } as const;

/** What one row of the mapping can fail on before any record is read. */
export const MAPPING_LIMITS = {
	'row-incomplete': {
		...setUp,
		source: 'sync',
		effect: 'excluded',
		sentence: 'A row of the mapping names a Salesforce field and a Brevo attribute.',
		message: 'A row of the mapping is incomplete (field "{field}", attribute "{attribute}").',
		remedy: 'Fill in the other half of the row or delete it; until then it is left out.',
	},
	'attribute-twice': {
		...setUp,
		source: 'sync',
		sentence: 'An attribute is filled from one field.',
		message: '{attribute} stands in more than one row of the mapping.',
		remedy: 'Keep one of the rows.',
	},
	'attribute-missing': {
		...setUp,
		source: 'brevo-api',
		sentence: 'Brevo silently ignores values of attributes that the account does not have.',
		message: 'The Brevo account has no attribute {attribute}.',
		remedy: 'Create it in Brevo (Contacts, Settings, Contact attributes), or choose another one.',
	},
	'attribute-type': {
		...setUp,
		source: 'brevo-api',
		sentence: "Brevo silently ignores values that do not match the attribute's type.",
		message: '{field} cannot go into {attribute}: {shape}.',
		remedy: 'Choose an attribute of a matching type, or create a text attribute for it.',
	},
	'attribute-read-only': {
		...setUp,
		source: 'brevo-api',
		sentence: 'Calculated, global and transactional attributes cannot be written.',
		message: 'Brevo fills {attribute} itself ({shape}); nothing can be written to it.',
		remedy: 'Choose a normal attribute.',
	},
	'field-missing': {
		...setUp,
		source: 'salesforce-api',
		sentence: 'A mapped field must exist and be visible to the connected Salesforce user.',
		message:
			'Salesforce does not show the field {field}: it was deleted or renamed, or it is hidden.',
		remedy:
			'Give the connected user read access to it (field-level security), or choose another field.',
	},
	'opt-out-hidden': {
		...setUp,
		source: 'salesforce-api',
		sentence: 'To carry opt-outs, the Salesforce user must see the field Email Opt Out.',
		message:
			'Salesforce does not show the field HasOptedOutOfEmail, so nobody knows who has opted out.',
		remedy:
			'Give the connected user read access to “Email Opt Out” (field-level security), or switch “Carry Opt-Outs” off in Map Contact Fields.',
	},
	'compound-field': {
		...setUp,
		source: 'salesforce-api',
		effect: 'not-offered',
		sentence: 'Compound fields (addresses, locations) are mapped by their parts.',
		message: '{field} is made of several fields ({shape}).',
		remedy: 'Map its parts instead, for example MailingStreet and MailingCity.',
	},
} as const satisfies Record<string, OwnLimit>;
