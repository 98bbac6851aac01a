/**
 * Sentences of the help page's notes, quota and "important information" that are no limit of
 * their own, each with the reason why nothing checks it.
 */
export const NO_CHECK: ReadonlyArray<{ readonly original: string; readonly reason: string }> = [
	{
		original: "Vous pourrez toujours l'activer plus tard.",
		reason: 'A promise, kept by n8n: an unpublished workflow can be published at any time.',
	},
	{
		original: 'Le volume de données globales pouvant être traité par vos intégrations est limité.',
		reason: 'Introduces the number in the next sentence (limit quota-exhausted).',
	},
	{
		original:
			'Pour augmenter votre quota mensuel, n’hésitez pas à contacter notre service client en créant un ticket à partir de votre compte.',
		reason: 'Raising the quota is a setting of Quota Guard here; no ticket is needed.',
	},
	{
		original:
			"Gardez également à l'esprit les informations suivantes lors de l'intégration des contacts Salesforce dans Brevo :",
		reason: 'A heading.',
	},
	{
		original: 'Vous pouvez modifier tous les attributs de type date dans Brevo.',
		reason: 'A permission; what it is bound to is limit date-format.',
	},
	{
		original:
			"Par exemple, si vous souhaitez modifier l'attribut « Anniversaire » d'un contact, la date doit être au format « 1990-09-25 ».",
		reason: 'An example of limit date-format.',
	},
	{
		original:
			"Les attributs « Nom » et « Entreprise » des contacts ne doivent pas être vides dans Brevo s'ils sont associés à l'intégration.",
		reason:
			'The condition; its consequence in the next sentence is limit last-name-or-company-empty.',
	},
	{
		original:
			"Une fois l'intégration créée, vous pouvez supprimer l'attribut Email de contacts dans Salesforce.",
		reason: 'A permission; its consequence in the next sentence is limit email-emptied.',
	},
	{
		original:
			"Dans Salesforce, l'attribut « Prénom » des leads est limité à 40 caractères maximum.",
		reason: 'The condition; its consequence in the next sentence is limit lead-first-name.',
	},
	{
		original:
			"Si vous créez ou modifiez un lead dans Salesforce avec un numéro de téléphone qui ne respecte pas ce format, l'action ne sera pas reproduite dans Brevo.",
		reason: 'The consequence of limit phone-digits, which holds it.',
	},
	{
		original:
			'Outre les contacts et les leads, Salesforce comprend une autre entité appelée « cas ».',
		reason: 'Explains a word.',
	},
	{
		original: 'Vous ne pouvez pas supprimer un contact associé à un cas dans Salesforce.',
		reason: 'Salesforce itself enforces it; its consequence is limit contact-with-case.',
	},
];
