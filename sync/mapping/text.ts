/** Control characters but tab, line feed and carriage return; a NUL ends a text in many systems. */
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;
/** Half of a character outside the BMP; JSON carries it, UTF-8 cannot. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * A text as both of Brevo's paths (single write and CSV import) store it alike: no control
 * characters, line ends as "\n", no blanks around it (Salesforce trims on save as well). Names
 * and other letters of any script pass unchanged.
 */
export function cleanText(text: string): string {
	return text
		.replace(CONTROLS, '')
		.replace(LONE_SURROGATES, '\uFFFD')
		.replace(/\r\n?/g, '\n')
		.trim();
}
