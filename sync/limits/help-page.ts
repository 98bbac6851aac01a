import type { HelpPageLimit } from './limit.ts';

/**
 * Every rule of Brevo's help page "Salesforce contacts" that the sync enforces. The sentences of
 * the page that need no check stand in `no-check.ts`; together the two hold the whole page.
 * Source: Brevo help centre, article 360007028559 (French, the fullest text available).
 */
export const HELP_PAGE_LIMITS = {
	'consent-missing': {
		original: 'Activez la case à cocher Accord des contacts.',
		sentence: 'Tick the checkbox "Opt-in agreement" (the contacts agreed to be contacted).',
		source: 'help-page',
		reference: 'R2',
		direction: 'set-up',
		object: 'both',
		effect: 'refused',
		liftable: false,
		message: 'The consent is not confirmed.',
		remedy:
			'Switch on “Contacts Have Agreed to Be Contacted” in Salesforce Contact Trigger, if they have.',
	},
	'unmapped-field': {
		original:
			"si vous ignorez certains champs lors du processus d'association des données, ceux-ci ne seront pas synchronisés à l'intégration.",
		sentence: 'Fields that you leave out of the mapping are not synced.',
		source: 'help-page',
		reference: 'R1',
		direction: 'both',
		object: 'both',
		effect: 'excluded',
		liftable: false,
		message: 'Only fields that are not mapped have changed, so there is nothing to write.',
		remedy: 'Add a row to the mapping if a field should be carried to Brevo.',
	},
	'email-or-sms-mapped': {
		original: 'Vous devez obligatoirement associer au moins les champs Email ou SMS.',
		sentence: 'You must map at least the fields Email or SMS.',
		source: 'help-page',
		reference: 'R1',
		direction: 'set-up',
		object: 'both',
		effect: 'refused',
		liftable: false,
		message: 'Neither EMAIL nor SMS is mapped, so Brevo could not tell the contacts apart.',
		remedy: 'Map a Salesforce field to EMAIL or to SMS in Map Contact Fields.',
	},
	draft: {
		original:
			"cliquez sur Enregistrer et laisser inactif afin d'enregistrer votre intégration en tant que brouillon.",
		sentence: 'Click "Save and leave inactive" to save your integration as a draft.',
		source: 'help-page',
		reference: 'R16',
		direction: 'set-up',
		object: 'both',
		effect: 'excluded',
		liftable: false,
		message: 'The integration is a draft: its workflow is not published, nothing is synced.',
		remedy: 'Publish the workflow when you are ready; it starts where you told it to.',
	},
	'quota-exhausted': {
		original: 'Cette limite est de 100 000 tâches par mois.',
		sentence: 'This limit is 100,000 tasks a month, over all integrations of the account.',
		source: 'help-page',
		reference: 'R17',
		direction: 'both',
		object: 'both',
		effect: 'deferred',
		liftable: false,
		message: 'The monthly quota of {number} tasks is used up; the record is kept for later.',
		remedy:
			'Nothing is lost: it resumes with the next period, or once you raise the limit (Quota Guard for good, “Set Monthly Limit” of Contact Sync for this month).',
	},
	'quota-warning': {
		original:
			'Vous recevrez une notification par email lorsque vous atteindrez 80 % de votre quota mensuel.',
		sentence: 'You are notified by e-mail when you reach 80 % of your monthly quota.',
		source: 'help-page',
		reference: 'R17',
		direction: 'both',
		object: 'both',
		effect: 'noticed',
		liftable: false,
		message: 'The warning share of the monthly quota is reached: {number} tasks are used.',
		remedy: 'Raise the limit in Quota Guard, or narrow the filter of the trigger.',
	},
	'quota-paused': {
		original:
			'Si vous dépassez cette limite, vos intégrations seront interrompues et vous recevrez un nouvel email pour vous en informer.',
		sentence: 'Beyond the limit your integrations are paused and you receive another e-mail.',
		source: 'help-page',
		reference: 'R17',
		direction: 'both',
		object: 'both',
		effect: 'noticed',
		liftable: false,
		message: 'The monthly quota is used up and the integrations of this account are paused.',
		remedy:
			'They resume with the next period, or once you raise the limit (Quota Guard for good, “Set Monthly Limit” of Contact Sync for this month).',
	},
	'born-in-brevo': {
		original: 'Les contacts créés dans Brevo ne sont pas copiés dans Salesforce.',
		sentence: 'Contacts created in Brevo are not copied to Salesforce.',
		source: 'help-page',
		reference: 'R3',
		direction: 'brevo-to-salesforce',
		object: 'both',
		effect: 'excluded',
		liftable: false,
		message: 'The contact was created in Brevo and has no Salesforce record.',
		remedy: 'Create the record in Salesforce; the sync then takes the contact over.',
	},
	'bulk-email-edit': {
		original:
			"La modification groupée du champ Email de plusieurs contacts dans Salesforce n'est pas reproduite dans Brevo.",
		sentence:
			'A bulk edit of the Email field of several Salesforce contacts is not reproduced in Brevo.',
		source: 'help-page',
		reference: 'R10',
		direction: 'salesforce-to-brevo',
		object: 'both',
		effect: 'excluded',
		liftable: true,
		message: 'The e-mail addresses of {number} records were changed in one bulk edit.',
		remedy:
			'Save the record once more on its own, or lift the limit for bulk e-mail edits in Map Contact Fields.',
	},
	'date-format': {
		original:
			'Toutefois, ces attributs doivent être au format AAAA-MM-JJ afin que les modifications soient reproduites dans Salesforce.',
		sentence: 'Date attributes must be in the format YYYY-MM-DD for changes to be reproduced.',
		source: 'help-page',
		reference: 'R6',
		direction: 'both',
		object: 'both',
		effect: 'rejected',
		liftable: false,
		message: '{field} holds {shape}, which is no date in the format YYYY-MM-DD.',
		remedy: 'Write the date like 1990-09-25; the record then comes again by itself.',
	},
	'formula-field': {
		original:
			"Les champs de formule ne sont pas pris en charge dans la section d'association des données.",
		sentence: 'Formula fields are not supported in the mapping.',
		source: 'help-page',
		reference: 'R14',
		direction: 'set-up',
		object: 'both',
		effect: 'not-offered',
		liftable: true,
		message: '{field} is a formula field; as Brevo documents it, those cannot be mapped.',
		remedy: 'Choose another field, or lift the limit for formula fields in Map Contact Fields.',
	},
	'last-name-or-company-empty': {
		original:
			'Si ces attributs sont vides, toute modification effectuée dans Brevo ne sera pas reproduite dans Salesforce.',
		sentence:
			'If the mapped attributes Last name or Company are empty in Brevo, no change made in Brevo is reproduced in Salesforce.',
		source: 'help-page',
		reference: 'R7',
		direction: 'brevo-to-salesforce',
		object: 'both',
		effect: 'rejected',
		liftable: false,
		message: '{attribute} is empty in Brevo, but Salesforce needs it.',
		remedy: 'Fill it in Brevo; the contact then comes again by itself.',
	},
	'email-emptied': {
		original:
			"Toutefois, toute modification ultérieure ne sera alors pas reproduite dans Salesforce ni dans Brevo pour ces contacts, l'attribut Email étant un champ obligatoire.",
		sentence:
			'After you empty the e-mail of a contact in Salesforce, no later change of it is reproduced in Salesforce or in Brevo.',
		source: 'help-page',
		reference: 'R11',
		direction: 'both',
		object: 'both',
		effect: 'frozen',
		liftable: false,
		message: 'The e-mail address was emptied in Salesforce; the contact is frozen on both sides.',
		remedy: 'Give the record an e-mail address in Salesforce; its changes then flow again.',
	},
	'phone-cleared': {
		original:
			"Si vous modifiez l'attribut « Numéro de téléphone » dans Salesforce et que vous le laissez vide, cette modification ne sera pas reproduite dans Brevo.",
		sentence: 'A phone number that you empty in Salesforce is not emptied in Brevo.',
		source: 'help-page',
		reference: 'R12',
		direction: 'salesforce-to-brevo',
		object: 'both',
		effect: 'excluded',
		liftable: false,
		message: '{field} is empty in Salesforce; {attribute} in Brevo stays as it is.',
		remedy: 'Clear the number in Brevo by hand if it should go.',
	},
	'connections-per-org': {
		original:
			"À l'étape « Connecter un compte » de l'intégration, vous pouvez ajouter le même compte Salesforce jusqu'à cinq fois au total pour les leads et les contacts Salesforce.",
		sentence:
			'You can add the same Salesforce account up to five times in total, leads and contacts together.',
		source: 'help-page',
		reference: 'R15',
		direction: 'set-up',
		object: 'both',
		effect: 'refused',
		liftable: false,
		message: 'This Salesforce account already has {number} integrations: {names}.',
		remedy: 'Unpublish the workflow of one of them first.',
	},
	'lead-first-name': {
		original:
			"Par conséquent, si vous modifiez un contact dans Brevo et que vous saisissez un attribut de prénom de plus de 40 caractères, cette modification ne sera pas reproduite dans Salesforce et l'état de l'intégration affichera un message d'erreur.",
		sentence:
			'A first name of more than 40 characters that you enter in Brevo is not reproduced in the Salesforce lead, and the integration shows an error.',
		source: 'help-page',
		reference: 'R8',
		direction: 'brevo-to-salesforce',
		object: 'Lead',
		effect: 'rejected',
		liftable: false,
		message: '{attribute} holds {shape}; the first name of a lead takes 40 characters.',
		remedy: 'Shorten the first name in Brevo.',
	},
	'phone-digits': {
		original: "L'attribut de numéro de téléphone doit contenir entre 6 et 16 chiffres.",
		sentence:
			'The phone number must have 6 to 16 digits; otherwise the record is not reproduced in Brevo.',
		source: 'help-page',
		reference: 'R13',
		direction: 'salesforce-to-brevo',
		object: 'both',
		effect: 'rejected',
		liftable: false,
		message: 'The phone number in {field} does not have 6 to 16 digits ({shape}).',
		remedy: 'Correct the number in Salesforce; the record then comes again by itself.',
	},
	'contact-with-case': {
		original:
			'Si vous supprimez un tel contact dans Brevo, la suppression ne sera pas reproduite dans Salesforce.',
		sentence:
			'If you delete a contact in Brevo whose Salesforce contact has a case, the deletion is not reproduced in Salesforce.',
		source: 'help-page',
		reference: 'R5',
		direction: 'brevo-to-salesforce',
		object: 'Contact',
		effect: 'excluded',
		liftable: false,
		message: 'Salesforce keeps the contact because it is tied to a case.',
		remedy: 'Close or move the case and delete the contact in Salesforce if it should go.',
	},
	'boolean-field': {
		original:
			'Les champs de type booléen (Oui/Non) et catégorie (liste déroulante) ne sont actuellement pas pris en charge pour la synchronisation.',
		sentence: 'Boolean fields (yes/no) are not supported.',
		source: 'help-page',
		reference: 'R9',
		direction: 'both',
		object: 'both',
		effect: 'not-offered',
		liftable: true,
		message:
			'{field} to {attribute} is a yes/no pair; as Brevo documents it, those cannot be mapped.',
		remedy: 'Choose another field, or lift the limit for yes/no fields in Map Contact Fields.',
	},
	'picklist-field': {
		original:
			'Les champs de type booléen (Oui/Non) et catégorie (liste déroulante) ne sont actuellement pas pris en charge pour la synchronisation.',
		sentence: 'Category fields (drop-down lists) are not supported.',
		source: 'help-page',
		reference: 'R9',
		direction: 'both',
		object: 'both',
		effect: 'not-offered',
		liftable: true,
		message:
			'{field} to {attribute} is a drop-down list; as Brevo documents it, those cannot be mapped.',
		remedy: 'Choose another field, or lift the limit for picklist fields in Map Contact Fields.',
	},
} as const satisfies Record<string, HelpPageLimit>;
